import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { answer } from '../../../http/route-answers.ts';
import { getReviewRun } from '../../../verbs/get-review-run.ts';
import { listReviewRuns } from '../../../verbs/list-review-runs.ts';
import { runBody, runList } from '../schema/execution-answers.ts';
import { executionsQuery } from '../schema/queries.ts';
import { executionParam, refusals } from '../schema/refusals.ts';
import { runShape } from '../translate/run-shape.ts';
import { statesOf } from '../translate/states.ts';
import { executionKey, EXECUTIONS } from '../translate/task-id.ts';

const TAGS = ['Выполнения'];

const list = createRoute({
  method: 'get',
  path: EXECUTIONS,
  tags: TAGS,
  summary: 'Получить историю выполнения задач',
  description: 'Сначала последние, и удалённых задач тоже. Следующая страница указана в `Link`.',
  request: { query: executionsQuery },
  responses: { 200: answer('Выполнения.', runList), ...refusals(400, 500) },
});

const details = createRoute({
  method: 'get',
  path: `${EXECUTIONS}/{execution_id}`,
  tags: TAGS,
  summary: 'Получить информацию о конкретном выполнении задачи',
  description: 'С полным отчётом.',
  request: { params: executionParam },
  responses: { 200: answer('Выполнение.', runBody), ...refusals(404, 500) },
});

export function addExecutionRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { connection_id, task_type, status_filter, trend, limit, offset } = c.req.valid('query');
    const states = status_filter === undefined ? undefined : statesOf(status_filter);
    const filter = { connectionId: connection_id, taskType: task_type, states, trend };
    const { runs, hasMore } = await listReviewRuns(c.var.verb, { filter, limit, offset });
    linkPages(c, { limit, offset, hasMore });
    return c.json(runs.map(runShape), 200);
  });

  app.openapi(details, async (c) => {
    const run = await getReviewRun(c.var.verb, executionKey(c.req.valid('param').execution_id));
    return c.json(runShape(run), 200);
  });
}
