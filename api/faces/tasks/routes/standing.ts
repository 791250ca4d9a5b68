import { createRoute } from '@hono/zod-openapi';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { answer, namedBody } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { pauseJob } from '../../../verbs/pause-job.ts';
import { withPhase } from '../../../verbs/phased-job.ts';
import { resumeJob } from '../../../verbs/resume-job.ts';
import { runJob } from '../../../verbs/run-job.ts';
import { refusals, taskParams } from '../schema/refusals.ts';
import { taskPaused, taskResumed, taskTriggered } from '../schema/task-answers.ts';
import { reasonBody, triggerBody } from '../schema/task-bodies.ts';
import { EXECUTIONS, TASKS, taskKey } from '../translate/task-id.ts';

const path = `${TASKS}/{task_id}`;

const pause = createRoute({
  method: 'post',
  path: `${path}/pause`,
  tags: ['Tasks'],
  summary: 'Pause a task',
  description: 'Runs under way go on. A paused task stays as it is. The body may be left out.',
  request: { params: taskParams, body: namedBody('Reason') },
  responses: { 200: answer('It does not run by its schedule.', taskPaused), ...refusals(400, 404, 409) },
});

const resume = createRoute({
  method: 'post',
  path: `${path}/resume`,
  tags: ['Tasks'],
  summary: 'Resume a task',
  description: 'From now on: nothing is made up for the pause. The body may be left out.',
  request: { params: taskParams, body: namedBody('Reason') },
  responses: { 200: answer('It runs by its schedule again.', taskResumed), ...refusals(400, 404, 409) },
});

const trigger = createRoute({
  method: 'post',
  path: `${path}/trigger`,
  tags: ['Tasks'],
  summary: 'Trigger a task immediately',
  description:
    'Its schedule stays as it is. A disabled, paused or busy task is refused (409) unless `force` is true. The body may be left out.',
  request: { params: taskParams, body: namedBody('TriggerRequest') },
  responses: { 202: answer('The execution stands in the queue.', taskTriggered), ...refusals(400, 404, 409) },
});

export function addStandingRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('TriggerRequest', triggerBody);
  app.openAPIRegistry.register('Reason', reasonBody);

  app.openapi(pause, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const job = taskKey(c.req.valid('param').task_id);
    const view = await withPhase(c.var.verb, await pauseJob(c.var.verb, { job, reason, demand: ifMatch(c) }));
    c.header('ETag', etagOf(view.job.revision));
    return c.json({ task_id: view.job.id, status: view.phase, paused_at: isoSecondsOrNull(view.job.pausedAt) }, 200);
  });

  app.openapi(resume, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const job = taskKey(c.req.valid('param').task_id);
    const { verb } = c.var;
    const view = await withPhase(verb, await resumeJob(verb, { job, reason, demand: ifMatch(c) }));
    c.header('ETag', etagOf(view.job.revision));
    const next = isoSecondsOrNull(view.nextFireAt);
    return c.json(
      { task_id: view.job.id, status: view.phase, next_execution_time: next, resumed_at: isoSeconds(verb.now()) },
      200,
    );
  });

  app.openapi(trigger, async (c) => {
    const asked = parseWith(triggerBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const started = await runJob(c.var.verb, {
      job: taskKey(c.req.valid('param').task_id),
      force: asked.force ?? false,
      parameters: asked.parameters ?? {},
    });
    c.header('Location', `${EXECUTIONS}/${started.executionId}`);
    return c.json(
      {
        task_id: started.job.id,
        execution_id: started.executionId,
        status: 'queued' as const,
        queued_at: isoSeconds(started.at),
      },
      202,
    );
  });
}
