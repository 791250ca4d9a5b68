import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { answer } from '../../../http/route-answers.ts';
import { runJob } from '../../../verbs/run-job.ts';
import { refusals, taskParam } from '../schema/refusals.ts';
import { queued, started } from '../schema/task-answers.ts';
import { EXECUTIONS, taskKey, TASKS } from '../translate/task-id.ts';

/** DECISIONS section 9: "/run starts at once", ahead of whatever waits for a slot. */
const AT_ONCE = 10;

const run = createRoute({
  method: 'post',
  path: `${TASKS}/{task_id}/run`,
  tags: ['Запуск'],
  summary: 'Запустить задачу немедленно',
  description: 'Впереди всех, кто ждёт. Неактивная задача не запускается (400), выполняемая тоже (409).',
  request: { params: taskParam },
  responses: { 200: answer('Задача запущена.', started), ...refusals(400, 404, 409, 500) },
});

const queue = createRoute({
  method: 'post',
  path: `${TASKS}/{task_id}/queue`,
  tags: ['Запуск'],
  summary: 'Поставить задачу в очередь для немедленного выполнения',
  description: 'Займёт ближайшее свободное место; если задача уже выполняется, подождёт. Неактивная тоже.',
  request: { params: taskParam },
  responses: { 200: answer('Задача в очереди.', queued), ...refusals(404, 500) },
});

export function addRunRoutes(app: FaceApp): void {
  app.openapi(run, async (c) => {
    const job = taskKey(c.req.valid('param').task_id);
    const { number, executionId } = await runJob(c.var.verb, { job, force: false, priority: AT_ONCE, parameters: {} });
    if (number === null) throw new Error(`Execution ${executionId} has no number of its face`);
    c.header('Location', `${EXECUTIONS}/${number}`);
    return c.json({ message: 'Задача запущена', execution_id: number }, 200);
  });

  app.openapi(queue, async (c) => {
    const key = taskKey(c.req.valid('param').task_id);
    const { job, number } = await runJob(c.var.verb, { job: key, force: true, queues: true, parameters: {} });
    c.header('Location', `${EXECUTIONS}/${number}`);
    return c.json({ message: `Задача ${job.number} добавлена в очередь`, task_id: job.number }, 200);
  });
}
