import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { deleteJob } from '../../../verbs/delete-job.ts';
import { describePhasedJob } from '../../../verbs/describe-phased-job.ts';
import { updateJob } from '../../../verbs/update-job.ts';
import { refusals, taskParams } from '../schema/refusals.ts';
import { taskBody, taskUpdated } from '../schema/task-answers.ts';
import { updateBody } from '../schema/task-bodies.ts';
import { inTaskNames } from '../translate/dependency-list.ts';
import { TASKS, taskKey } from '../translate/task-id.ts';
import { patchOf } from '../translate/task-input.ts';
import { taskShape, updatedFields } from '../translate/task-shape.ts';
import { readingOf } from './reading.ts';

const path = `${TASKS}/{task_id}`;
const IF_MATCH = 'With `If-Match: "<revision>"` it is refused (409) when the task was changed meanwhile.';

const details = createRoute({
  method: 'get',
  path,
  tags: ['Tasks'],
  summary: 'Get a task',
  description: 'The `ETag` is its revision.',
  request: { params: taskParams },
  responses: { 200: answer('The task.', taskBody), ...refusals(404) },
});

const update = createRoute({
  method: 'patch',
  path,
  tags: ['Tasks'],
  summary: 'Update a task',
  description: `What is left out stays; \`payload\`, \`tags\` and \`dependencies\` are replaced as a whole. ${IF_MATCH}`,
  request: { params: taskParams, body: body(updateBody) },
  responses: { 200: answer('What changed.', taskUpdated), ...refusals(400, 404, 409, 413) },
});

const remove = createRoute({
  method: 'delete',
  path,
  tags: ['Tasks'],
  summary: 'Delete a task',
  description: `For good. Runs under way end by themselves; its executions can still be read. ${IF_MATCH}`,
  request: { params: taskParams },
  responses: { 204: { description: 'The task is gone.' }, ...refusals(404, 409) },
});

export function addTaskRoutes(app: FaceApp): void {
  app.openapi(details, async (c) => {
    const view = await describePhasedJob(c.var.verb, taskKey(c.req.valid('param').task_id));
    c.header('ETag', etagOf(view.job.revision));
    return c.json(taskShape(view), 200);
  });

  app.openapi(update, async (c) => {
    const asked = c.req.valid('json');
    const reading = await readingOf(c);
    const { before, after } = await updateJob(c.var.verb, {
      job: taskKey(c.req.valid('param').task_id),
      demand: ifMatch(c),
      merge: (job) => patchOf(job, asked, reading),
    }).catch((error: unknown) => {
      throw inTaskNames(error);
    });
    c.header('ETag', etagOf(after.job.revision));
    return c.json(
      {
        task_id: after.job.id,
        updated_fields: updatedFields(asked, before, after.job),
        next_execution_time: isoSecondsOrNull(after.nextFireAt),
        updated_at: isoSeconds(after.job.updatedAt),
      },
      200,
    );
  });

  app.openapi(remove, async (c) => {
    await deleteJob(c.var.verb, { job: taskKey(c.req.valid('param').task_id), demand: ifMatch(c) });
    return c.body(null, 204);
  });
}
