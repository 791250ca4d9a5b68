import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import { plannedJobs } from '../../db/queries/planned-jobs.ts';
import { resourcesOf, type Action } from '../../domain/actions/index.ts';
import { UNKNOWN_DURATION_MS, type Conflict, type Planned } from '../../domain/conflicts/conflict.ts';
import { findConflicts, timed } from '../../domain/conflicts/find-conflicts.ts';
import { freeTime, type FreeTime } from '../../domain/conflicts/free-time.ts';
import type { JobStatistics } from '../../domain/job.ts';
import type { Schedule } from '../../domain/schedules/index.ts';
import type { VerbContext } from './context.ts';

export interface ConflictInput {
  /** The job in question, where there is one already; an id that no job has stands for a new one. */
  readonly job: JobKey | null;
  /** Null: the job's own. Given the stored schedule, so that a part of it can be changed. */
  schedule(current: Schedule | null): Schedule;
  readonly action: Action | null;
  readonly estimatedMs: number | null;
}

export interface ConflictReport {
  /** The face's id of the job in question, where it is stored. */
  readonly number: number | null;
  readonly schedule: Schedule;
  readonly conflicts: readonly Conflict[];
  readonly recommendation: FreeTime | null;
}

/**
 * What a schedule would be in conflict with in the next 7 days among the face's jobs, and a time proven free of it
 * (DECISIONS section 7). Stores nothing; one query for the job and one for all others. Throws what `schedule` refuses.
 */
export async function checkConflicts(ctx: VerbContext, input: ConflictInput): Promise<ConflictReport> {
  const { face } = ctx.actor;
  const stored = input.job === null ? null : await findJob(ctx.db, face, input.job);
  const schedule = input.schedule(stored?.job.schedule ?? null);
  const others = timed(await plannedJobs(ctx.db, face, { exceptId: stored?.job.id ?? null }), ctx.now());
  const action = input.action ?? stored?.job.action ?? null;
  const planned: Planned = {
    schedule,
    durationMs: input.estimatedMs ?? averageMs(stored?.statistics) ?? UNKNOWN_DURATION_MS,
    resources: action === null ? [] : resourcesOf(action),
  };
  const check = { now: ctx.now(), maxConcurrent: ctx.limits.executorPoolSize };
  const conflicts = findConflicts(planned, others, check);
  const recommendation = freeTime(planned, others, check, conflicts);
  return { number: stored?.job.number ?? null, schedule, conflicts, recommendation };
}

/** The mean of the runs so far, as `plannedJobs` reads it for the others; null before the first. */
export function averageMs(statistics: JobStatistics | undefined): number | null {
  if (statistics === undefined) return null;
  const { succeeded, failed, timedOut, cancelled, durationTotalMs } = statistics;
  const runs = succeeded + failed + timedOut + cancelled;
  return runs === 0 ? null : durationTotalMs / runs;
}
