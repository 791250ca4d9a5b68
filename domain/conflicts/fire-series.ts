import { fireTimesUntil, type Schedule } from '../schedules/index.ts';
import type { Instant } from '../schedules/kind.ts';
import { cronSeries } from './cron-series.ts';

/** The stretch of time that conflicts are looked for in: `[from, to)`, whole seconds. */
export interface Horizon {
  readonly from: Instant;
  readonly to: Instant;
}

/** The fire times of one schedule within a horizon, asked for by arithmetic instead of one after another. */
export interface FireSeries {
  /** The first fire not earlier than `at`, within the horizon; Infinity when there is none. */
  firstFrom(at: Instant): Instant;
  /** The fires repeat with this period from the first one on; null when no period is known. */
  readonly periodMs: number | null;
}

const NEVER: FireSeries = { firstFrom: () => Infinity, periodMs: null };

/** More fires than any kind but interval and cron has in a horizon of some days. */
const MOST_LISTED = 1000;

/**
 * The series of a schedule. Intervals and cron are computed (a cron of every second has 604,800 fires in a week); the
 * other kinds fire seldom and are listed. Schedules that fire by hand or by a message have none that is known ahead.
 */
export function fireSeries(schedule: Schedule, horizon: Horizon): FireSeries {
  if (schedule.kind === 'interval') {
    const first = schedule.anchorAt + (schedule.startImmediately ? 0 : schedule.everySeconds * 1000);
    return progression(first, schedule.everySeconds * 1000, horizon);
  }
  if (schedule.kind === 'cron') return cronSeries(schedule, horizon);
  return listed(fireTimesUntil(schedule, horizon.from - 1, horizon.to - 1, MOST_LISTED));
}

function progression(first: Instant, stepMs: number, { from, to }: Horizon): FireSeries {
  return {
    periodMs: stepMs,
    firstFrom(at) {
      const earliest = Math.max(at, from, first);
      const fire = first + Math.ceil((earliest - first) / stepMs) * stepMs;
      return fire < to ? fire : Infinity;
    },
  };
}

function listed(fires: readonly Instant[]): FireSeries {
  if (fires.length === 0) return NEVER;
  return { periodMs: null, firstFrom: (at) => fires.find((fire) => fire >= at) ?? Infinity };
}
