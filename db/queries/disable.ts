import type { DisabledBy, Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Tx } from '../connect.ts';
import { storeChange } from './job-writes.ts';
import { leaveSeat } from './seats.ts';

/**
 * Disables a job on the service's own account (`stop_on_error`, a schedule that can't be computed), or on that of `by`
 * (all jobs at once), with its revision and audit in the caller's transaction, which holds the job's lock, has just read
 * it and has accounted its schedule. Returns the clock that must be poked, or null when it had none.
 */
export async function disableByService(
  tx: Tx,
  job: Job,
  disabling: { by?: string; disabledBy: DisabledBy; reason: string | null; at: Instant; correlationId: string },
): Promise<string | null> {
  const { by = 'almanac', disabledBy, reason, at } = disabling;
  const disabled: Job = {
    ...job,
    enabled: false,
    disabledBy,
    disabledReason: reason,
    revision: job.revision + 1,
    specRevision: job.specRevision + 1,
    updatedBy: by,
    updatedAt: at,
  };
  await storeChange(tx, disabled, 'disabled', {
    actor: by,
    face: job.face,
    action: 'job.disable',
    jobId: job.id,
    executionId: null,
    before: { enabled: true },
    after: { enabled: false, disabledBy },
    reason,
    correlationId: disabling.correlationId,
  });
  return leaveSeat(tx, job.id);
}
