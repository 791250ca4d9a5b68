import { leaveSeat, markDirty, seatJob } from '../../db/queries/seats.ts';
import type { StoredJob } from '../../db/queries/jobs.ts';
import type { Tx } from '../../db/connect.ts';
import { isQuick } from '../../domain/actions/index.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import type { Schedule } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';

/**
 * The last instant that a schedule does not count from: now, or just before a first fire that is due at once. `before`
 * is the schedule that it replaces: an anchor that did not move is no new first fire.
 */
export function accountableFrom(schedule: Schedule, now: Instant, before?: Schedule): Instant {
  const anchor = anchorOf(schedule);
  const firesAtOnce = schedule.kind === 'immediate' || (schedule.kind === 'interval' && schedule.startImmediately);
  const isNew = before === undefined || anchorOf(before) !== anchor;
  return anchor !== null && firesAtOnce && isNew ? Math.min(now, anchor - 1) : now;
}

function anchorOf(schedule: Schedule): Instant | null {
  if (schedule.kind === 'immediate') return schedule.at;
  return schedule.kind === 'interval' ? schedule.anchorAt : null;
}

/** Seats a new job on a clock, where it has anything to wait for. Returns the clocks to poke after the commit. */
export async function seatNewJob(tx: Tx, ctx: VerbContext, job: Job, accountedUntil: Instant): Promise<string[]> {
  const clockId = await seat(tx, ctx, job, accountedUntil);
  return clockId === null ? [] : [clockId];
}

/**
 * Moves a job's seat after a change: off its clock when it no longer fires, to another when its action became quick or
 * ceased to be. Returns the clocks to poke after the commit.
 */
export async function reseat(
  tx: Tx,
  ctx: VerbContext,
  before: StoredJob,
  after: { job: Job; accountedUntil: Instant; specChanged: boolean },
): Promise<string[]> {
  const seated = before.clockId !== null;
  const moves = isQuick(before.job.action) !== isQuick(after.job.action);
  if (!after.specChanged && !(seated && moves)) return [];
  if (seated && !moves && isFiring(after.job) && nextAfter(after.job.schedule, after.accountedUntil) !== null) {
    await markDirty(tx, before.clockId);
    return [before.clockId];
  }
  const left = seated ? await leaveSeat(tx, before.job.id) : null;
  const taken = await seat(tx, ctx, after.job, after.accountedUntil);
  return [...new Set([left, taken])].filter((id) => id !== null);
}

function seat(tx: Tx, ctx: VerbContext, job: Job, accountedUntil: Instant): Promise<string | null> {
  return seatJob(tx, job, {
    accountedUntil,
    capacity: ctx.limits.clockCapacity,
    newClockId: `clock-${ctx.ids.next()}`,
  });
}

/**
 * Tells clocks, after the commit, that a job changed. Never undoes the change and is not waited for: a poke that fails
 * leaves its clock dirty for the housekeeper (DESIGN section 4), and a claim checks the revision anyway.
 */
export function pokeClocks(ctx: VerbContext, clockIds: readonly string[], jobIds: readonly string[]): void {
  for (const clockId of clockIds) {
    ctx.engine.poke(clockId, jobIds).catch((error: unknown) => {
      ctx.log.warn({ error, clockId, jobIds }, 'A clock could not be poked; the housekeeper will poke it again');
    });
  }
}
