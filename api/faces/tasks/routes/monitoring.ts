import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { answer } from '../../../http/route-answers.ts';
import { clusterStatus } from '../../../verbs/cluster-status.ts';
import { jobStatistics } from '../../../verbs/job-statistics.ts';
import { listWorkers } from '../../../verbs/list-workers.ts';
import { statsBody, statusBody, workerList } from '../schema/monitoring.ts';
import { refusals, taskParams } from '../schema/refusals.ts';
import { statsShape, statusShape, workerShape } from '../translate/stats-shape.ts';
import { API, TASKS, taskKey } from '../translate/task-id.ts';

const TAGS = ['Monitoring'];

const status = createRoute({
  method: 'get',
  path: `${API}/status`,
  tags: TAGS,
  summary: 'Get the status of the system',
  description: 'The processes of the service, and what the tasks wait for.',
  responses: { 200: answer('How it stands.', statusBody), ...refusals() },
});

const workers = createRoute({
  method: 'get',
  path: `${API}/workers`,
  tags: TAGS,
  summary: 'Get the workers',
  description: 'As each told within the last 5 s; one that was silent for 30 s is inactive, and listed for a day.',
  responses: { 200: answer('The oldest first.', workerList), ...refusals() },
});

const stats = createRoute({
  method: 'get',
  path: `${TASKS}/{task_id}/stats`,
  tags: TAGS,
  summary: 'Get the statistics of a task',
  description: 'Percentiles are right within 10 %. The last 7 days are counted by whole hours.',
  request: { params: taskParams },
  responses: { 200: answer('Its whole history in numbers.', statsBody), ...refusals(404) },
});

export function addMonitoringRoutes(app: FaceApp): void {
  app.openapi(status, async (c) => c.json(statusShape(await clusterStatus(c.var.verb)), 200));

  app.openapi(workers, async (c) => {
    const found = await listWorkers(c.var.verb);
    return c.json({ workers: found.map(workerShape), total: found.length }, 200);
  });

  app.openapi(stats, async (c) => {
    const found = await jobStatistics(c.var.verb, taskKey(c.req.valid('param').task_id));
    return c.json(statsShape(found.job.id, found.performance, found.lastWeek), 200);
  });
}
