import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import { skippedTimes } from '../../db/queries/skips.ts';
import { clockNotes, localTime, type ClockNote } from '../../domain/clock-changes.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { describeSchedule, fireTimes, type Schedule } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { zoneOf } from '../../domain/schedules/zone-of.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';

export interface PreviewInput {
  /** A stored job, whose schedule counts where the input gives none. */
  readonly job: JobKey | null;
  schedule(current: Schedule | null): Schedule;
  /** Fires later than this; null: than now. */
  readonly after: Instant | null;
  readonly count: number;
  /** In which zone times are told where the schedule has none; left out: the service's own. */
  readonly defaultTimezone?: string;
}

export interface PreviewedFire {
  readonly at: Instant;
  /** In the schedule's zone, with its offset. */
  readonly local: string;
  readonly note: ClockNote | null;
  /** Someone asked to skip it. */
  readonly skipped: boolean;
}

export interface Preview {
  readonly job: Job | null;
  /** Whether the stored job fires at all now; true where there is none. */
  readonly firing: boolean;
  readonly schedule: Schedule;
  readonly words: string;
  readonly zone: string;
  readonly fires: readonly PreviewedFire[];
}

/** The next fire times of a schedule, stored or only thought of. Stores nothing. Throws JOB_NOT_FOUND, INVALID_…. */
export async function previewSchedule(ctx: VerbContext, input: PreviewInput): Promise<Preview> {
  const stored = input.job === null ? null : await findJob(ctx.db, ctx.actor.face, input.job);
  if (input.job !== null && stored === null) throw jobNotFound(input.job);
  const job = stored?.job ?? null;
  const schedule = input.schedule(job?.schedule ?? null);
  const after = input.after ?? ctx.now();
  const times = fireTimes(schedule, after, input.count);
  const notes = clockNotes(schedule, times, after);
  const skipped = job === null ? new Set<Instant>() : new Set(await skippedTimes(ctx.db, job.id, after));
  const zone = zoneOf(schedule, input.defaultTimezone ?? ctx.limits.defaultTimezone);
  return {
    job,
    firing: job === null || isFiring(job),
    schedule,
    words: describeSchedule(schedule),
    zone,
    fires: times.map((at) => ({
      at,
      local: localTime(at, zone),
      note: notes.get(at) ?? null,
      skipped: skipped.has(at),
    })),
  };
}
