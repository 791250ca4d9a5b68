import { isFiring, type Job, type JobStatistics } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { JobStatus, StoredJob } from '../../db/queries/jobs.ts';

export type { JobFilter, JobKey } from '../../db/queries/jobs.ts';

/** What verbs tell of a job: what it is, how it fared, and when it fires next (null: not by its schedule). */
export interface JobView {
  readonly job: Job;
  readonly statistics: JobStatistics;
  readonly status: JobStatus;
  readonly nextFireAt: Instant | null;
}

export function jobViewOf(stored: StoredJob, now: Instant): JobView {
  const { job, statistics } = stored;
  return { job, statistics, status: statusOf(stored), nextFireAt: nextFireOf(stored, now) };
}

function statusOf({ job, statistics }: StoredJob): JobStatus {
  if (isFiring(job)) return 'active';
  const failed = statistics.lastState === 'failed' || statistics.lastState === 'timed_out';
  if (job.enabled) return 'inactive';
  return job.disabledBy === 'invalid_schedule' || (job.disabledBy === 'stop_on_error' && failed) ? 'error' : 'inactive';
}

/**
 * The next nominal time that is not to be skipped; what is due but not accounted for yet stands in only where nothing
 * comes after it.
 */
function nextFireOf({ job, accountedUntil, skippedUntil }: StoredJob, now: Instant): Instant | null {
  if (!isFiring(job)) return null;
  try {
    const done = Math.max(accountedUntil, skippedUntil ?? accountedUntil);
    return nextAfter(job.schedule, Math.max(now - 1, done)) ?? nextAfter(job.schedule, done);
  } catch (error) {
    // The time zone left this runtime's data: `plan` disables the job and says so; a list must still be shown.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
