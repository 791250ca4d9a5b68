import type { Instant } from '../schedules/kind.ts';
import type { FireSeries, Horizon } from './fire-series.ts';

/** When a job is expected to run: from each fire on, for a while. */
export interface Windows {
  readonly series: FireSeries;
  readonly durationMs: number;
}

/** The first fires of two jobs whose windows overlap. */
export interface Overlap {
  readonly first: Instant;
  readonly second: Instant;
}

/**
 * The earliest pair of overlapping windows, `[fire, fire + duration)`, or null when none do. Each job in turn leaps to
 * the first window that could still meet the other's; where both repeat, nothing is sought past their common period.
 */
export function firstOverlap(one: Windows, other: Windows, horizon: Horizon): Overlap | null {
  const until = commonPeriodEnd(one, other, horizon);
  let first = one.series.firstFrom(horizon.from);
  while (first < until) {
    const second = other.series.firstFrom(first - other.durationMs + 1);
    if (second < first + one.durationMs) return { first, second };
    if (second === Infinity) return null;
    first = one.series.firstFrom(second - one.durationMs + 1);
  }
  return null;
}

/** Past it the two repeat what they did before. */
function commonPeriodEnd(one: Windows, other: Windows, { from, to }: Horizon): Instant {
  const period = commonPeriod(one.series.periodMs, other.series.periodMs);
  const begin = Math.max(one.series.firstFrom(from), other.series.firstFrom(from));
  return Math.min(to, begin + period + Math.max(one.durationMs, other.durationMs));
}

/** The least common multiple; Infinity where one has no period. */
export function commonPeriod(a: number | null, b: number | null): number {
  return a === null || b === null ? Infinity : (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The last fire earlier than `before`, when there is one from `from` on; else null. Halves the stretch. */
export function lastFire(series: FireSeries, from: Instant, before: Instant): Instant | null {
  let found = series.firstFrom(from);
  if (found >= before) return null;
  let end = before;
  while (end - found > 1000) {
    const middle = found + Math.ceil((end - found) / 2000) * 1000;
    const fire = series.firstFrom(middle);
    if (fire < end) found = fire;
    else end = middle;
  }
  return found;
}
