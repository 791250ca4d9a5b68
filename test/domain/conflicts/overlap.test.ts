import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { firstExcess } from '../../../domain/conflicts/capacity.ts';
import { fireSeries } from '../../../domain/conflicts/fire-series.ts';
import { firstOverlap, lastFire } from '../../../domain/conflicts/overlap.ts';
import type { Schedule } from '../../../domain/schedules/index.ts';
import { walkedFires, walkedWindows, DAY_MS, durations, HOUR_MS, schedules, starts } from './planned-jobs.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 120_000 });

const windowsOf = (one: Schedule, durationMs: number, horizon: { from: number; to: number }) => ({
  series: fireSeries(one, horizon),
  durationMs,
});

it('finds the first pair of windows that overlap, as comparing every window with every other does', () => {
  let overlapping = 0;
  fc.assert(
    fc.property(schedules, durations, schedules, durations, starts, (a, msA, b, msB, from) => {
      const horizon = { from, to: from + DAY_MS };
      const theirs = walkedWindows(b, msB, horizon);
      let expected: { first: number; second: number } | null = null;
      for (const own of walkedWindows(a, msA, horizon)) {
        const met = theirs.find((other) => other.to > own.from && other.from < own.to);
        if (met !== undefined) {
          expected = { first: own.from, second: met.from };
          break;
        }
      }
      if (expected !== null) overlapping += 1;
      expect(firstOverlap(windowsOf(a, msA, horizon), windowsOf(b, msB, horizon), horizon)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
  expect(overlapping).toBeGreaterThan(20);
  expect(overlapping).toBeLessThan(480);
});

it('finds the last fire before an instant', () => {
  fc.assert(
    fc.property(schedules, starts, fc.nat(86_400_000), (one, from, later) => {
      const horizon = { from, to: from + DAY_MS };
      const before = walkedFires(one, horizon).filter((fire) => fire < from + later);
      expect(lastFire(fireSeries(one, horizon), from, from + later)).toBe(before.at(-1) ?? null);
    }),
    { numRuns: 200 },
  );
});

/** Second by second. */
function countedExcess(
  all: readonly { one: Schedule; ms: number }[],
  limit: number,
  horizon: { from: number; to: number },
) {
  const seconds = (horizon.to - horizon.from) / 1000;
  const running = all.map(({ one, ms }) => {
    const busy = new Uint8Array(seconds);
    for (const fire of walkedFires(one, horizon)) {
      for (let at = fire; at < fire + ms && at < horizon.to; at += 1000) busy[(at - horizon.from) / 1000] = 1;
    }
    return busy;
  });
  for (let second = 0; second < seconds; second++) {
    const many = running.filter((busy) => busy[second] === 1).length;
    if (running[0]?.[second] === 1 && many > limit) return horizon.from + second * 1000;
  }
  return null;
}

it('finds the first instant at which more run than may, as counting second by second does', () => {
  let exceeding = 0;
  const job = fc.record({ one: schedules, ms: durations });
  fc.assert(
    fc.property(
      job,
      fc.array(job, { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      starts,
      (own, others, limit, from) => {
        const horizon = { from, to: from + 9 * HOUR_MS };
        const expected = countedExcess([own, ...others], limit, horizon);
        if (expected !== null) exceeding += 1;
        const [candidate, ...rest] = [own, ...others].map(({ one, ms }) => windowsOf(one, ms, horizon));
        if (candidate === undefined) throw new Error('the candidate is missing');
        expect(firstExcess(candidate, rest, limit, horizon)).toBe(expected);
      },
    ),
    { numRuns: 300 },
  );
  expect(exceeding).toBeGreaterThan(5);
});
