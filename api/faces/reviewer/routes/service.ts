import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { answer } from '../../../http/route-answers.ts';
import { queueLength } from '../../../verbs/queue-length.ts';
import { recentStatistics } from '../../../verbs/recent-statistics.ts';
import { refusals } from '../schema/refusals.ts';
import { queueBody, statsBody } from '../schema/service-answers.ts';
import { plainTime } from '../translate/plain-time.ts';
import { statsShape } from '../translate/stats-shape.ts';
import { BASE } from '../translate/task-id.ts';

const TAGS = ['Планировщик'];
const DAY_MS = 86_400_000;

const queue = createRoute({
  method: 'get',
  path: `${BASE}/queue/status`,
  tags: TAGS,
  summary: 'Получить статус очереди задач',
  description: 'По настоящей очереди Temporal; 503, если он не отвечает.',
  responses: { 200: answer('Статус.', queueBody), ...refusals(500) },
});

const stats = createRoute({
  method: 'get',
  path: `${BASE}/stats`,
  tags: TAGS,
  summary: 'Получить статистику планировщика',
  description: 'За последние 24 часа, по времени, на которое запуски были назначены.',
  responses: { 200: answer('Статистика.', statsBody), ...refusals(500) },
});

export function addServiceRoutes(app: FaceApp): void {
  app.openapi(queue, async (c) => {
    const length = await queueLength(c.var.verb);
    return c.json({ queue_length: length, timestamp: plainTime(c.var.verb.now()) }, 200);
  });

  app.openapi(stats, async (c) => {
    const found = await recentStatistics(c.var.verb, { lastMs: DAY_MS });
    return c.json({ ...statsShape(found), timestamp: plainTime(c.var.verb.now()) }, 200);
  });
}
