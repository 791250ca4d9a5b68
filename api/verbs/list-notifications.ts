import { findNotifications } from '../../db/queries/notifications-read.ts';
import type { Notification, NotificationState } from '../../domain/notifications.ts';
import type { VerbContext } from './context.ts';
import { getExecution, type ExecutionKey } from './get-execution.ts';
import { getJob } from './get-job.ts';
import type { JobKey } from './job-view.ts';

/** A page of the face's notifications, the latest first. Throws JOB_NOT_FOUND and EXECUTION_NOT_FOUND. */
export async function listNotifications(
  ctx: VerbContext,
  query: {
    readonly state?: NotificationState | undefined;
    readonly job?: JobKey | undefined;
    readonly execution?: ExecutionKey | undefined;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ notifications: readonly Notification[]; hasMore: boolean }> {
  const { state, job, execution, limit, offset } = query;
  const jobId = job === undefined ? undefined : (await getJob(ctx, job)).job.id;
  const executionId = execution === undefined ? undefined : (await getExecution(ctx, execution)).execution.id;
  return findNotifications(ctx.db, ctx.actor.face, { state, jobId, executionId, limit, offset });
}
