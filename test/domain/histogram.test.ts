import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addTo, belowPowersOfTwo, percentile } from '../../domain/histogram.ts';

const durations = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 200 });
const shares = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.95, 0.99, 1);

function histogramOf(values: readonly number[]): number[] {
  const counts: number[] = [];
  for (const value of values) addTo(counts, value);
  return counts;
}

/** The nearest-rank percentile of the values themselves. */
function exactly(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? Number.NaN;
}

describe('A histogram of durations', () => {
  test('tells any percentile within 10 %', () => {
    fc.assert(
      fc.property(durations, shares, (values, q) => {
        const told = percentile(histogramOf(values), q) ?? Number.NaN;
        const exact = exactly(values, q);
        expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(0.1);
      }),
    );
  });

  test('counts every value once, in any order', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const counts = histogramOf(values);
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(values.length);
        expect(histogramOf([...values].reverse())).toEqual(counts);
        expect(counts.at(-1)).toBeGreaterThan(0);
      }),
    );
  });

  test('tells exactly how many values lie below each power of two, and their sum within 10 %', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const { below, sumMs } = belowPowersOfTwo(histogramOf(values), 22);
        expect(below.map(({ ms }) => ms)).toEqual(Array.from({ length: 22 }, (_, i) => 2 ** (i + 1)));
        for (const { ms, count } of below) expect(count).toBe(values.filter((value) => value < ms).length);
        const sum = values.reduce((all, value) => all + value, 0);
        expect(Math.abs(sumMs - sum) / sum).toBeLessThanOrEqual(0.1);
      }),
    );
    expect(belowPowersOfTwo([], 2)).toEqual({
      below: [
        { ms: 2, count: 0 },
        { ms: 4, count: 0 },
      ],
      sumMs: 0,
    });
  });

  test('knows no percentile of nothing', () => {
    expect(percentile([], 0.5)).toBeNull();
    expect(percentile([0, 0], 0.5)).toBeNull();
  });

  test('takes what is shorter than a millisecond, and what is longer than 12 days, into its first and last bucket', () => {
    expect(histogramOf([0, -5, 0.4])).toEqual([3]);
    const longest = histogramOf([2 ** 40, Number.MAX_SAFE_INTEGER]);
    expect(longest).toHaveLength(121);
    expect(longest.at(-1)).toBe(2);
  });
});
