import { createRoute } from '@hono/zod-openapi';
import type { JsonObject } from '../../../../domain/json.ts';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { answer, namedBody } from '../../../http/route-answers.ts';
import { pauseSchedule, resumeSchedule, triggerSchedule } from '../operations.ts';
import { claim } from '../schema/claims.ts';
import { refusals, scheduleParams } from '../schema/refusals.ts';
import { scheduleBody, triggered } from '../schema/schedule-answers.ts';
import { reasonBody, triggerBody } from '../schema/schedule-bodies.ts';
import { EXECUTIONS, SCHEDULES } from '../translate/schedule-id.ts';
import { scheduleShape } from '../translate/schedule-shape.ts';
import { triggeredShape } from '../translate/triggered-shape.ts';
import { requestOf } from './request.ts';

const path = `${SCHEDULES}/{id}`;

const pause = createRoute({
  method: 'post',
  path: `${path}/pause`,
  tags: ['Schedules'],
  summary: 'Pause a schedule',
  description: 'Runs under way go on. A paused one stays as it is. The body may be left out.',
  request: { params: scheduleParams, headers: claim('performed'), body: namedBody('Reason') },
  responses: { 200: answer('It does not fire.', scheduleBody), ...refusals(400, 404, 409) },
});

const resume = createRoute({
  method: 'post',
  path: `${path}/resume`,
  tags: ['Schedules'],
  summary: 'Resume a schedule',
  description: 'From now on: nothing is made up for the pause. The body may be left out.',
  request: { params: scheduleParams, headers: claim('performed'), body: namedBody('Reason') },
  responses: { 200: answer('It fires again.', scheduleBody), ...refusals(400, 404, 409) },
});

const trigger = createRoute({
  method: 'post',
  path: `${path}/trigger`,
  tags: ['Schedules'],
  summary: 'Trigger immediate execution',
  description:
    'Its fire times stay as they are. A disabled, paused or busy one is refused (409) unless `force` is true. The body may be left out.',
  request: { params: scheduleParams, headers: claim('triggered'), body: namedBody('Trigger') },
  responses: { 202: answer('The execution stands in the queue.', triggered), ...refusals(400, 404, 409) },
});

export function addStandingRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('Trigger', triggerBody);
  app.openAPIRegistry.register('Reason', reasonBody);

  app.openapi(pause, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const asked = { id: c.req.valid('param').id, reason, demand: ifMatch(c) };
    const view = await pauseSchedule(requestOf(c), asked);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(scheduleShape(view, c.var.verb.limits.defaultTimezone), 200);
  });

  app.openapi(resume, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const asked = { id: c.req.valid('param').id, reason, demand: ifMatch(c) };
    const view = await resumeSchedule(requestOf(c), asked);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(scheduleShape(view, c.var.verb.limits.defaultTimezone), 200);
  });

  app.openapi(trigger, async (c) => {
    const { force, parameters } = parseWith(triggerBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const asked = { id: c.req.valid('param').id, force, parameters: parameters as JsonObject | undefined };
    const started = await triggerSchedule(requestOf(c), asked);
    c.header('Location', `${EXECUTIONS}/${started.executionId}`);
    return c.json(triggeredShape(started), 202);
  });
}
