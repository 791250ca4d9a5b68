import { setImmediate as nextTurn } from 'node:timers/promises';
import { inTransaction, isValueRefused, type Tx } from '../db/connect.ts';
import { notifyJob } from '../db/events.ts';
import { recordUnfired } from '../db/queries/accounting.ts';
import { advanceJobs, lockJobs, readClaimStates } from '../db/queries/claims.ts';
import { dirtySince, markClean, seatedJobs, setNextDue, type SeatedJob } from '../db/queries/clocks.ts';
import { releaseSeats } from '../db/queries/seats.ts';
import { describeAction } from '../domain/actions/index.ts';
import { DomainError } from '../domain/errors.ts';
import { pack, type PackedInstants } from '../domain/instants.ts';
import { describeSchedule, fireTimes, fireTimesUntil, type Schedule } from '../domain/schedules/index.ts';
import { fireAt } from '../domain/schedules/jitter.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Deps } from './deps.ts';
import { setAside } from './set-aside.ts';

/** What a clock asks: the coming fires of its jobs, or of those that changed. `now` is Temporal's time. */
export interface PlanInput {
  readonly clockId: string;
  readonly jobIds: readonly string[] | null;
  readonly now: Instant;
  /** What the clock has handed to `fire` already, `id → [specRevision, nominal time]`: claims may be under way. */
  readonly handed: Readonly<Record<string, readonly [specRevision: number, due: Instant]>>;
}

export interface PlannedJob {
  readonly id: string;
  readonly specRevision: number;
  readonly name: string;
  /** For the clock's page: schedule and action in words. */
  readonly summary: string;
  readonly fires: PackedInstants;
  /** Whether fires come after these: the clock then plans again before they run out. */
  readonly more: boolean;
  /** Whether still more of its times than these were due already when it was planned. */
  readonly behind: boolean;
}

export interface PlanOutput {
  readonly jobs: readonly PlannedJob[];
}

/** Fires are planned this far ahead, at least `LEAST` and at most `MOST` of them: a busy clock soon begins a new run. */
const AHEAD_MS = 600_000;
const LEAST = 2;
const MOST = 200;
/** Fires under way go on at least this often while the jobs of a large clock are planned. */
const TURN_MS = 10;
/** Fires within the grace that an outage left behind, at most so many at once. */
const MOST_BEHIND = 1000;
/**
 * Runs of equal steps (`PackedInstants`) in one plan: Temporal takes no more than 2 MB. Jobs that come when they are used
 * up are planned a few fires at a time, and anew before these run out.
 */
const MOST_RUNS = 40_000;
/** Rows of an outage that are written in one transaction (DESIGN section 3, "Outages"). */
const PAGE = 1000;

/**
 * Computes the next fires of a clock's jobs. What an outage left behind beyond the grace never enters the workflow: it
 * is recorded as `missed` here, in pages, with its watermark. A job that throws is set aside, disabled, with an alert.
 */
export function createPlan(deps: Deps) {
  return async function plan(input: PlanInput, moves: () => void): Promise<PlanOutput> {
    // A plan of some jobs says nothing of the others, whose poke may have been lost: the clock stays dirty.
    const since = input.jobIds === null ? await dirtySince(deps.db, input.clockId) : null;
    const seated = await seatedJobs(deps.db, input.clockId, input.jobIds);
    const jobs: PlannedJob[] = [];
    const finished: string[] = [];
    let room = MOST_RUNS;
    let turnAt = deps.monotonicMs() + TURN_MS;
    for (const seat of seated) {
      if (deps.monotonicMs() >= turnAt) {
        await nextTurn();
        moves();
        turnAt = deps.monotonicMs() + TURN_MS;
      }
      try {
        const from = await recordOutage(deps, seat, input.now, moves);
        const job = planned(seat, from, input, room);
        jobs.push(job);
        room -= job.fires.length;
        if (job.fires.length === 0 && handedUntil(input, seat) <= from) finished.push(job.id);
      } catch (error) {
        if (isForTheDatabase(error)) throw error;
        deps.log.error({ error, jobId: seat.job.id }, 'A schedule can not be computed; its job is set aside');
        await setAside(deps, seat.job, error instanceof Error ? error.message : String(error));
      }
    }
    await inTransaction(deps.db, (tx) => conclude(tx, input.clockId, since, { jobs, finished }));
    return { jobs: jobs.filter((job) => job.fires.length > 0) };
  };
}

/**
 * Says when the jobs fire next, frees the seats of those that never will, and notes that the clock has reloaded. A job
 * whose last fires are handed over but maybe not claimed yet keeps its seat: that claim frees it.
 */
async function conclude(
  tx: Tx,
  clockId: string,
  since: string | null,
  { jobs, finished }: { jobs: readonly PlannedJob[]; finished: readonly string[] },
): Promise<void> {
  const ids = jobs.map((job) => job.id);
  await lockJobs(tx, ids);
  const states = await readClaimStates(tx, ids);
  const unchanged = jobs.filter((job) => states.get(job.id)?.specRevision === job.specRevision);
  await setNextDue(
    tx,
    unchanged.flatMap(({ id, fires: [first] }) =>
      first === undefined ? [] : [{ jobId: id, nextDue: first[0] + first[3] }],
    ),
  );
  await releaseSeats(
    tx,
    unchanged.map((job) => job.id).filter((id) => finished.includes(id)),
  );
  if (since !== null) await markClean(tx, clockId, since);
}

function handedUntil({ handed }: PlanInput, { job }: SeatedJob): Instant {
  const [specRevision, due] = handed[job.id] ?? [];
  return specRevision === job.specRevision && due !== undefined ? due : 0;
}

/** At most `room` fires, but for the fewest that every job is given. */
function planned(seat: SeatedJob, accountedUntil: Instant, input: PlanInput, room: number): PlannedJob {
  const { job } = seat;
  const from = Math.max(accountedUntil, handedUntil(input, seat));
  const mostBehind = Math.min(MOST_BEHIND, Math.max(LEAST, room));
  const past = fireTimesUntil(job.schedule, from, input.now, mostBehind + 1);
  const behind = past.length > mostBehind;
  const ahead = behind ? [] : timesAhead(job.schedule, past.at(-1) ?? from, input.now, room - past.length);
  const dues = [...past.slice(0, mostBehind), ...ahead];
  const fires = dues.map((due) => ({ due, fireAt: fireAt(job.schedule, due, job.id) }));
  const summary = `${describeSchedule(job.schedule)}: ${describeAction(job.action)}`;
  const { id, specRevision, name } = job;
  return { id, specRevision, name, summary, fires: pack(fires), more: behind || ahead.length >= LEAST, behind };
}

function timesAhead(schedule: Schedule, from: Instant, now: Instant, room: number): Instant[] {
  const soon = fireTimesUntil(schedule, from, now + AHEAD_MS, Math.min(MOST, Math.max(LEAST, room)));
  return soon.length >= LEAST ? soon : fireTimes(schedule, from, LEAST);
}

/** Records what lies beyond the grace. Returns the instant from which fires are planned. */
async function recordOutage(
  deps: Deps,
  { job, accountedUntil }: SeatedJob,
  now: Instant,
  moves: () => void,
): Promise<Instant> {
  const missedBefore = now - job.policy.misfireGraceSeconds * 1000;
  let from = accountedUntil;
  while (from < missedBefore) {
    const past = fireTimesUntil(job.schedule, from, missedBefore - 1, PAGE);
    const dues = past.filter((due) => fireAt(job.schedule, due, job.id) < missedBefore);
    const last = dues.at(-1);
    if (last === undefined) break;
    from = last;
    const written = await inTransaction(deps.db, async (tx) => {
      await lockJobs(tx, [job.id]);
      const state = (await readClaimStates(tx, [job.id])).get(job.id);
      if (state?.firing !== true || state.specRevision !== job.specRevision) return 0;
      const page = { missedBefore, reason: 'beyond_grace', newId: () => deps.ids.next(), until: now } as const;
      const count = await recordUnfired(tx, job, dues, page);
      await advanceJobs(tx, [{ jobId: job.id, accountedUntil: last, nextDue: null }]);
      if (count > 0) await notifyJob(tx, job.id, 'missed');
      return count;
    });
    moves();
    if (written > 0)
      deps.log.warn({ jobId: job.id, missed: written, until: last }, 'Fires were missed beyond the grace');
  }
  return from;
}

/** Postgres errors and broken connections are the plan's to retry; anything else is the job's own fault. */
function isForTheDatabase(error: unknown): boolean {
  if (error instanceof DomainError || isValueRefused(error)) return false;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' || (error instanceof Error && /connection|timeout/i.test(error.message));
}
