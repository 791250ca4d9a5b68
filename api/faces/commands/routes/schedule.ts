import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { getJob } from '../../../verbs/get-job.ts';
import { withPhase } from '../../../verbs/phased-job.ts';
import { deleteSchedule, updateSchedule } from '../operations.ts';
import { claim } from '../schema/claims.ts';
import { refusals, scheduleParams } from '../schema/refusals.ts';
import { scheduleBody } from '../schema/schedule-answers.ts';
import { updateBody } from '../schema/schedule-bodies.ts';
import { SCHEDULES, scheduleKey } from '../translate/schedule-id.ts';
import { scheduleShape } from '../translate/schedule-shape.ts';
import { requestOf } from './request.ts';

const path = `${SCHEDULES}/{id}`;
const IF_MATCH = 'With `If-Match: "<revision>"` it is refused (409) when it was changed meanwhile.';

const details = createRoute({
  method: 'get',
  path,
  tags: ['Schedules'],
  summary: 'Get a schedule',
  description: 'The `ETag` is its revision.',
  request: { params: scheduleParams },
  responses: { 200: answer('The schedule.', scheduleBody), ...refusals(404) },
});

const update = createRoute({
  method: 'put',
  path,
  tags: ['Schedules'],
  summary: 'Update a schedule',
  description: `What is left out stays; payload, tags, variables and dependencies are replaced as a whole. ${IF_MATCH}`,
  request: { params: scheduleParams, headers: claim('performed'), body: body(updateBody) },
  responses: { 200: answer('As it is now.', scheduleBody), ...refusals(400, 404, 409, 413) },
});

const remove = createRoute({
  method: 'delete',
  path,
  tags: ['Schedules'],
  summary: 'Delete a schedule',
  description: `For good. Runs under way end by themselves; its executions can still be read. ${IF_MATCH}`,
  request: { params: scheduleParams, headers: claim('performed') },
  responses: { 204: { description: 'It is gone.' }, ...refusals(404, 409) },
});

export function addScheduleRoutes(app: FaceApp): void {
  app.openapi(details, async (c) => {
    const { verb } = c.var;
    const view = await withPhase(verb, await getJob(verb, scheduleKey(c.req.valid('param').id)));
    c.header('ETag', etagOf(view.job.revision));
    return c.json(scheduleShape(view, verb.limits.defaultTimezone), 200);
  });

  app.openapi(update, async (c) => {
    const change = { id: c.req.valid('param').id, body: c.req.valid('json'), demand: ifMatch(c) };
    const view = await updateSchedule(requestOf(c), change);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(scheduleShape(view, c.var.verb.limits.defaultTimezone), 200);
  });

  app.openapi(remove, async (c) => {
    await deleteSchedule(requestOf(c), { id: c.req.valid('param').id, demand: ifMatch(c) });
    return c.body(null, 204);
  });
}
