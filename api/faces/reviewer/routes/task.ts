import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf, ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { deleteJob } from '../../../verbs/delete-job.ts';
import { getJob } from '../../../verbs/get-job.ts';
import { updateJob } from '../../../verbs/update-job.ts';
import { refusals, taskParam } from '../schema/refusals.ts';
import { taskBody } from '../schema/task-answers.ts';
import { updateBody } from '../schema/task-bodies.ts';
import { taskKey, TASKS } from '../translate/task-id.ts';
import { patchOf, renamed } from '../translate/task-input.ts';
import { taskShape } from '../translate/task-shape.ts';
import { readingOf } from './reading.ts';

const path = `${TASKS}/{task_id}`;
const TAGS = ['Задачи'];
const IF_MATCH = 'С `If-Match: "<ревизия>"` будет отказ (409), если задача тем временем изменилась.';

const details = createRoute({
  method: 'get',
  path,
  tags: TAGS,
  summary: 'Получить запланированную задачу по ID',
  description: '`ETag` это её ревизия.',
  request: { params: taskParam },
  responses: { 200: answer('Задача.', taskBody), ...refusals(404, 500) },
});

const update = createRoute({
  method: 'put',
  path,
  tags: TAGS,
  summary: 'Обновить запланированную задачу',
  description: `Что не указано, остаётся; task_params заменяются целиком. ${IF_MATCH}`,
  request: { params: taskParam, body: body(updateBody) },
  responses: { 200: answer('Какой задача стала.', taskBody), ...refusals(400, 404, 409, 413, 500) },
});

const remove = createRoute({
  method: 'delete',
  path,
  tags: TAGS,
  summary: 'Удалить запланированную задачу',
  description: `Навсегда; её выполнения остаются. ${IF_MATCH}`,
  request: { params: taskParam },
  responses: { 204: { description: 'Задача удалена.' }, ...refusals(404, 409, 500) },
});

export function addTaskRoutes(app: FaceApp): void {
  app.openapi(details, async (c) => {
    const { job } = await getJob(c.var.verb, taskKey(c.req.valid('param').task_id));
    c.header('ETag', etagOf(job.revision));
    return c.json(taskShape(job), 200);
  });

  app.openapi(update, async (c) => {
    const { verb } = c.var;
    const asked = c.req.valid('json');
    const { after } = await updateJob(verb, {
      job: taskKey(c.req.valid('param').task_id),
      demand: ifMatch(c),
      merge: (job) => patchOf(job, asked, readingOf(verb)),
    }).catch((error: unknown) => {
      throw renamed(error);
    });
    c.header('ETag', etagOf(after.job.revision));
    return c.json(taskShape(after.job), 200);
  });

  app.openapi(remove, async (c) => {
    await deleteJob(c.var.verb, { job: taskKey(c.req.valid('param').task_id), demand: ifMatch(c) });
    return c.body(null, 204);
  });
}
