import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { etagOf } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { createJob } from '../../../verbs/create-job.ts';
import { listAllKeptJobs } from '../../../verbs/list-kept-jobs.ts';
import { tasksQuery } from '../schema/queries.ts';
import { refusals } from '../schema/refusals.ts';
import { taskBody, taskList } from '../schema/task-answers.ts';
import { createBody } from '../schema/task-bodies.ts';
import { TASKS } from '../translate/task-id.ts';
import { renamed, specOf } from '../translate/task-input.ts';
import { taskShape } from '../translate/task-shape.ts';
import { readingOf } from './reading.ts';

const create = createRoute({
  method: 'post',
  path: TASKS,
  tags: ['Задачи'],
  summary: 'Создать новую запланированную задачу',
  description: 'Нужна роль `operator`. С `Idempotency-Key` повтор безопасен.',
  request: { body: body(createBody) },
  responses: { 201: answer('Задача создана.', taskBody), ...refusals(400, 409, 413, 500) },
});

const list = createRoute({
  method: 'get',
  path: TASKS,
  tags: ['Задачи'],
  summary: 'Получить список всех запланированных задач',
  description: 'В порядке создания.',
  request: { query: tasksQuery },
  responses: { 200: answer('Задачи.', taskList), ...refusals(400, 500) },
});

export function addTasksRoutes(app: FaceApp): void {
  app.openapi(create, async (c) => {
    const { verb } = c.var;
    const spec = specOf(c.req.valid('json'), readingOf(verb));
    const { job } = await createJob(verb, { spec }).catch((error: unknown) => {
      throw renamed(error);
    });
    c.header('Location', `${TASKS}/${job.number}`);
    c.header('ETag', etagOf(job.revision));
    return c.json(taskShape(job), 201);
  });

  app.openapi(list, async (c) => {
    const { is_active: enabled } = c.req.valid('query');
    const jobs = await listAllKeptJobs(c.var.verb, { enabled, withDeleted: false });
    return c.json(jobs.map(taskShape), 200);
  });
}
