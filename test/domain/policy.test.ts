import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { priorityKey, retryWaitMs, type Policy } from '../../domain/policy.ts';
import { POLICY } from '../support/job-specs.ts';

const waits = (policy: Partial<Policy>, random = 0) =>
  [1, 2, 3, 4].map((attempt) => retryWaitMs({ ...POLICY, ...policy }, attempt, random));

describe('The wait before a retry', () => {
  test('is the same each time when fixed, and doubles when exponential', () => {
    expect(waits({ retryDelaySeconds: 2 })).toEqual([2000, 2000, 2000, 2000]);
    expect(waits({ retryDelaySeconds: 2, retryBackoff: 'exponential' })).toEqual([2000, 4000, 8000, 16_000]);
  });

  test('is lengthened by its jitter, never shortened', () => {
    expect(waits({ retryDelaySeconds: 10, retryJitterPercentage: 50 }, 0)[0]).toBe(10_000);
    expect(waits({ retryDelaySeconds: 10, retryJitterPercentage: 50 }, 0.999)[0]).toBe(14_995);
  });

  test('is never longer than an hour, and never less than nothing', () => {
    const policies = fc.record({
      retryDelaySeconds: fc.integer({ min: 0, max: 100_000 }),
      retryBackoff: fc.constantFrom('fixed', 'exponential'),
      retryJitterPercentage: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 101 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (p, n, r) => {
          const wait = retryWaitMs({ ...POLICY, ...p }, n, r);
          expect(Number.isInteger(wait) && wait >= 0 && wait <= 3_600_000).toBe(true);
        },
      ),
    );
  });
});

test("a higher priority is a lower key of Temporal's, 1 to 5", () => {
  expect([0, 2, 5, 8, 10].map(priorityKey)).toEqual([5, 4, 3, 2, 1]);
  expect([-3, 99].map(priorityKey)).toEqual([5, 1]);
  const keys = Array.from({ length: 11 }, (_, priority) => priorityKey(priority));
  expect([...keys].sort((a, b) => b - a)).toEqual(keys);
});
