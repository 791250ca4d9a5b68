import {
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { FireInput } from '../activities/fire.ts';
import { grouped } from '../domain/due-jobs.ts';
import { ClockBoard } from './clock-board.ts';
import { clockView, poke } from './messages.ts';
import { clocks, planning } from './proxies.ts';

export interface ClockInput {
  readonly clockId: string;
  /** Batches that the run before handed to `fire` and that were not acknowledged: fired again, claimed once. */
  readonly carried: readonly FireInput[];
}

/** At most so many `fire`s under way; what falls due meanwhile merges into the next (DESIGN, "Back-pressure"). */
const MOST_IN_FLIGHT = 4;
const RELOAD_TICKING_MS = 300_000;
const RELOAD_IDLE_MS = 3_600_000;
/** A clock that slept long reloads this long before it fires. */
const RELOAD_BEFORE_FIRE_MS = 5_000;
/** A search attribute holds 2,048 bytes: a clock is found by the last 5 digits of its jobs' ids, at most so many. */
const MOST_SHOWN = 250;
const SHOWN_DIGITS = 5;
/** A clock's page is as of so long ago at most: to write it at every tick would cost more than the tick. */
const DESCRIBE_MS = 5_000;
/** A clock that is so late slept through an outage: it reloads, so that what lies beyond the grace never gets here. */
const LATE_MS = 10_000;
/** A new run at least daily, so that patches of older code can go. */
const LONGEST_RUN_MS = 86_400_000;
/**
 * A new run after so many events, as soon as no `fire` is under way: an event that comes meanwhile makes the server
 * refuse it, and the clock then replays its whole history, ticks late, and is refused again.
 */
const LONG_HISTORY = 1500;
/** The same by its size in bytes: at 4 MB Temporal asks for a new run, whatever is under way. */
const LARGE_HISTORY = 2_000_000;

/**
 * A long-running workflow that sleeps until the next fire of its jobs and hands all that are due to `fire`, without
 * waiting for it (DESIGN section 3.1). A cache of its jobs: ending it and starting it anew is always safe.
 */
export async function clock(input: ClockInput): Promise<void> {
  const { clockId } = input;
  const board = new ClockBoard();
  const poked = new Set<string>();
  const inFlight = new Set<FireInput>();
  let plansUnderWay = 0;
  let reloadedAt = Number.NEGATIVE_INFINITY;
  let shown = '';
  let describedAt = Number.NEGATIVE_INFINITY;
  const startedAt = Date.now();

  setHandler(poke, (jobIds) => {
    if (jobIds.length === 0) reloadedAt = Number.NEGATIVE_INFINITY;
    else jobIds.forEach((id) => poked.add(id));
  });
  setHandler(clockView, () => ({
    jobs: board.ids,
    handed: board.handed(),
    next: finite(board.next()),
    inFlight: inFlight.size,
  }));

  const fire = (batch: FireInput) => {
    inFlight.add(batch);
    void clocks.fire(batch).finally(() => inFlight.delete(batch));
  };
  const showJobs = () => {
    const tails = board.ids.map((id) => id.slice(-SHOWN_DIGITS)).sort();
    if (tails.join() === shown) return;
    shown = tails.join();
    upsertSearchAttributes({ JobIds: tails.slice(0, MOST_SHOWN) });
  };
  const plan = (jobIds: readonly string[] | null) => {
    plansUnderWay += 1;
    void planning
      .plan({ clockId, jobIds, now: Date.now(), handed: board.handed() })
      .then(({ jobs }) => {
        board.take(jobs, jobIds);
        if (jobIds === null) showJobs();
      })
      .finally(() => (plansUnderWay -= 1));
  };
  input.carried.forEach(fire);
  for (;;) {
    const now = Date.now();
    const next = board.next();
    const late = now - next > LATE_MS;
    if (plansUnderWay === 0) {
      if (now - reloadedAt >= (late ? LATE_MS : reloadEveryMs(next, now))) {
        reloadedAt = now;
        poked.clear();
        plan(null);
      } else {
        const wanted = [...new Set([...poked, ...board.runningOut()])];
        poked.clear();
        if (wanted.length > 0) plan(wanted);
      }
    }
    const held = (late && plansUnderWay > 0) || inFlight.size >= MOST_IN_FLIGHT;
    if (!held) {
      const jobs = board.takeDue(now);
      if (jobs.length > 0) fire({ clockId, now, due: grouped(jobs) });
    }
    const quiet = plansUnderWay === 0 && poked.size === 0 && reloadedAt > Number.NEGATIVE_INFINITY;
    if (quiet && board.size === 0 && inFlight.size === 0) return;
    const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
    const old =
      historyLength > LONG_HISTORY ||
      now - startedAt > LONGEST_RUN_MS ||
      (historySize > LARGE_HISTORY && patched('large-history'));
    if (quiet && ((old && inFlight.size === 0) || continueAsNewSuggested)) {
      await continueAsNew<typeof clock>({ clockId, carried: [...inFlight] });
    }
    const [flights, plans] = [inFlight.size, plansUnderWay];
    const changed = () =>
      plansUnderWay < plans ||
      (plansUnderWay === 0 && (poked.size > 0 || reloadedAt === Number.NEGATIVE_INFINITY)) ||
      (flights >= MOST_IN_FLIGHT && inFlight.size < flights) ||
      ((board.size === 0 || old) && inFlight.size < flights);
    // What is under way wakes the clock when it ends; a timer for it would only tick in vain, through a whole outage.
    const reloadAt = plans > 0 ? Number.POSITIVE_INFINITY : reloadedAt + reloadEveryMs(board.next(), now);
    const fireAt = held || flights >= MOST_IN_FLIGHT ? Number.POSITIVE_INFINITY : wakeForFire(board.next(), now);
    const wakeAt = Math.min(reloadAt, fireAt);
    if (now - describedAt >= DESCRIBE_MS || wakeAt - now >= DESCRIBE_MS) {
      describedAt = now;
      setCurrentDetails(board.describe());
    }
    if (Number.isFinite(wakeAt)) await condition(changed, Math.max(1, wakeAt - now));
    else await condition(changed);
  }
}

function finite(instant: number): number | null {
  return Number.isFinite(instant) ? instant : null;
}

function isFar(next: number, now: number): boolean {
  return next - now > RELOAD_TICKING_MS;
}

function reloadEveryMs(next: number, now: number): number {
  return isFar(next, now) ? RELOAD_IDLE_MS : RELOAD_TICKING_MS;
}

/** When the next fire wants the clock: some seconds before it after a long sleep, to reload first. */
function wakeForFire(next: number, now: number): number {
  return isFar(next, now) ? next - RELOAD_BEFORE_FIRE_MS : next;
}
