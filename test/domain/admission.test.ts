import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { admit, type Verdict } from '../../domain/admission.ts';

const NOW = 1_800_000_000_000;
const POLICY = { misfireGraceSeconds: 60, coalesce: true, maxConcurrent: 1 };

interface Case {
  readonly policy?: Partial<typeof POLICY>;
  readonly live?: number;
  readonly behind?: boolean;
  /** Milliseconds that each fire waits beyond its nominal time. */
  readonly jitterMs?: number;
}

/** What becomes of times that were due so many seconds ago, in words. */
function verdicts(ages: readonly number[], { policy, live = 0, behind = false, jitterMs = 0 }: Case = {}): string[] {
  const dues = ages.map((age) => ({ due: NOW - age * 1000 - jitterMs, fireAt: NOW - age * 1000 }));
  return admit(dues, { policy: { ...POLICY, ...policy }, live, now: NOW, behind }).map(inWords);
}

function inWords(verdict: Verdict): string {
  return 'reason' in verdict ? `${verdict.kind}: ${verdict.reason}` : verdict.kind;
}

describe('Whether a due time runs', () => {
  test('a single due time runs', () => {
    expect(verdicts([0])).toEqual(['run']);
  });

  test('no seat free: it is skipped, overlap', () => {
    expect(verdicts([0], { live: 1 })).toEqual(['skip: overlap']);
    expect(verdicts([0], { live: 1, policy: { maxConcurrent: 2 } })).toEqual(['run']);
    expect(verdicts([0], { live: 2, policy: { maxConcurrent: 2 } })).toEqual(['skip: overlap']);
  });

  test('at the edge of the grace it runs, beyond it is missed', () => {
    expect(verdicts([60])).toEqual(['run']);
    expect(verdicts([60.001])).toEqual(['miss: beyond_grace']);
    expect(verdicts([0.5], { policy: { misfireGraceSeconds: 0 } })).toEqual(['miss: beyond_grace']);
  });

  test('the grace counts from when the fire was to happen, its jitter included', () => {
    expect(verdicts([1], { jitterMs: 3_000_000 })).toEqual(['run']);
  });

  test('several missed ones coalesce into the latest', () => {
    expect(verdicts([3, 2, 1])).toEqual(['skip: coalesced', 'skip: coalesced', 'run']);
  });

  test('without coalescing they run one after another, in one seat, whatever max_concurrent says', () => {
    expect(verdicts([3, 2, 1], { policy: { coalesce: false } })).toEqual(['run', 'queue', 'queue']);
    expect(verdicts([3, 2, 1], { policy: { coalesce: false, maxConcurrent: 3 } })).toEqual(['run', 'queue', 'queue']);
  });

  test('what lies beyond the grace takes no part in a catch-up', () => {
    expect(verdicts([90, 70, 2, 1])).toEqual(['miss: beyond_grace', 'miss: beyond_grace', 'skip: coalesced', 'run']);
    expect(verdicts([90, 2, 1], { policy: { coalesce: false } })).toEqual(['miss: beyond_grace', 'run', 'queue']);
  });

  test('while later times are due in a batch to come, all of this one coalesce into those', () => {
    expect(verdicts([3, 2], { behind: true })).toEqual(['skip: coalesced', 'skip: coalesced']);
  });

  test('a catch-up of a busy job is refused too: its latest is an overlap', () => {
    expect(verdicts([2, 1], { live: 1 })).toEqual(['skip: coalesced', 'skip: overlap']);
  });

  test('whatever is due: one verdict each, at most one runs now, and none runs beyond the grace or without a seat', () => {
    const cases = fc.record({
      ages: fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 30 }),
      grace: fc.integer({ min: 0, max: 120 }),
      coalesce: fc.boolean(),
      maxConcurrent: fc.integer({ min: 1, max: 3 }),
      live: fc.integer({ min: 0, max: 4 }),
      behind: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ ages, grace, coalesce, maxConcurrent, live, behind }) => {
        const sorted = [...ages].sort((a, b) => b - a);
        const policy = { misfireGraceSeconds: grace, coalesce, maxConcurrent };
        const all = verdicts(sorted, { policy, live, behind });
        expect(all).toHaveLength(sorted.length);
        expect(all.filter((v) => v === 'run').length).toBeLessThanOrEqual(live < maxConcurrent ? 1 : 0);
        if (coalesce) expect(all).not.toContain('queue');
        for (const [i, verdict] of all.entries()) {
          expect(verdict === 'miss: beyond_grace').toBe((sorted[i] ?? 0) > grace);
        }
      }),
    );
  });
});
