import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { answer } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { listNotifications } from '../../../verbs/list-notifications.ts';
import { notificationsBody, notificationsQuery } from '../schema/notifications.ts';
import { refusals } from '../schema/refusals.ts';
import { BASE, executionId, executionKey, jobId, jobKey } from '../translate/job-id.ts';

const list = createRoute({
  method: 'get',
  path: `${BASE}/notifications`,
  tags: ['Monitoring'],
  summary: 'List notifications',
  description: 'What was told to whom, the latest first, and what could not be delivered, with the reason.',
  request: { query: notificationsQuery },
  responses: { 200: answer('A page of notifications.', notificationsBody), ...refusals(400, 404) },
});

export function addNotificationRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { status, job_id: job, execution_id: execution, limit, offset } = c.req.valid('query');
    const { notifications, hasMore } = await listNotifications(c.var.verb, {
      state: status,
      job: job === undefined ? undefined : jobKey(job),
      execution: execution === undefined ? undefined : executionKey(execution),
      limit,
      offset,
    });
    linkPages(c, { limit, offset, hasMore });
    const shown = notifications.map((one) => ({
      id: one.id,
      event: one.event,
      destination: one.destination,
      status: one.state,
      job_id: jobId(one.job.number),
      job_name: one.job.name,
      execution_id: one.executionId === null ? null : executionId(one.executionId),
      attempts: one.attempts,
      created_at: isoSeconds(one.createdAt),
      next_attempt_at: isoSecondsOrNull(one.nextAt),
      ended_at: isoSecondsOrNull(one.endedAt),
      error: one.error,
    }));
    return c.json(
      { success: true as const, notifications: shown, pagination: { limit, offset, has_more: hasMore } },
      200,
    );
  });
}
