import type { Face } from '../../domain/faces.ts';
import type { Notification, NotificationEvent, NotificationState } from '../../domain/notifications.ts';
import type { Executor } from '../connect.ts';

export interface NotificationQuery {
  readonly state?: NotificationState | undefined;
  readonly jobId?: string | undefined;
  readonly executionId?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** A page of a face's notifications, the latest first; one indexed query each way. */
export async function findNotifications(
  db: Executor,
  face: Face,
  { state, jobId, executionId, limit, offset }: NotificationQuery,
): Promise<{ notifications: Notification[]; hasMore: boolean }> {
  const rows = await db
    .selectFrom('notification as n')
    .innerJoin('job as j', 'j.id', 'n.job_id')
    .select(['n.id', 'n.event', 'n.destination', 'n.state', 'n.attempts', 'n.error', 'n.execution_id'])
    .select(['n.created_at', 'n.next_at', 'n.ended_at', 'j.number', 'j.name'])
    .where('n.face', '=', face)
    .$if(state !== undefined, (query) => query.where('n.state', '=', state ?? ''))
    .$if(state !== undefined && state !== 'delivered', (query) => query.where('n.state', '<>', 'delivered'))
    .$if(jobId !== undefined, (query) => query.where('n.job_id', '=', jobId ?? ''))
    .$if(executionId !== undefined, (query) => query.where('n.execution_id', '=', executionId ?? ''))
    .orderBy('n.created_at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(limit + 1)
    .offset(offset)
    .execute();
  const notifications = rows.slice(0, limit).map((row): Notification => ({
    id: row.id,
    event: row.event as NotificationEvent,
    destination: row.destination,
    state: row.state as NotificationState,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAt: row.next_at,
    endedAt: row.ended_at,
    error: row.error,
    executionId: row.execution_id,
    job: { number: row.number, name: row.name },
  }));
  return { notifications, hasMore: rows.length > limit };
}
