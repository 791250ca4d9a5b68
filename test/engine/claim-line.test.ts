import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ClaimLine } from '../../activities/claim-line.ts';

interface Claim {
  readonly isInside: () => boolean;
  readonly end: () => void;
  readonly done: Promise<void>;
}

/** A claim that lasts until it is told to end. */
function claim(line: ClaimLine, clockId: string, jobs: number): Claim {
  let end: () => void = () => undefined;
  let isInside = false;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const done = line.within(clockId, jobs, () => {
    isInside = true;
    return ended;
  });
  return { isInside: () => isInside, end, done };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const inside = (claims: readonly Claim[]) => claims.map((c) => c.isInside());

describe('Claims of one process', () => {
  test('of large batches go two by two, in the order in which they came', async () => {
    const line = new ClaimLine();
    const claims = ['a', 'b', 'c', 'd'].map((clock) => claim(line, clock, 1000));
    await settled();
    expect(inside(claims)).toEqual([true, true, false, false]);
    claims[1]?.end();
    await settled();
    expect(inside(claims)).toEqual([true, true, true, false]);
  });

  test('of small batches go side by side, and none overtakes a large one', async () => {
    const line = new ClaimLine();
    const small = Array.from({ length: 100 }, (_, i) => claim(line, `small ${i}`, 10));
    const large = claim(line, 'large', 100);
    const late = claim(line, 'late', 1);
    await settled();
    expect(inside(small).every(Boolean)).toBe(true);
    expect(inside([large, late])).toEqual([false, false]);
    small.slice(0, 10).forEach((c) => c.end());
    await settled();
    expect(inside([large, late])).toEqual([true, false]);
    small[10]?.end();
    await settled();
    expect(late.isInside()).toBe(true);
  });

  test('of one clock go one after another, and hold up no other clock', async () => {
    const line = new ClaimLine();
    const [first, second, other] = [claim(line, 'a', 10), claim(line, 'a', 10), claim(line, 'b', 10)];
    await settled();
    expect(inside([first, second, other])).toEqual([true, false, true]);
    first.end();
    await settled();
    expect(second.isInside()).toBe(true);
  });

  test('that wait for a lock give up their place after a second, and not that of who came next', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const line = new ClaimLine();
      const stuck = [claim(line, 'a', 1000), claim(line, 'b', 1000)];
      const next = [claim(line, 'a', 1000), claim(line, 'c', 1000), claim(line, 'd', 1000)];
      await settled();
      expect(inside(next)).toEqual([false, false, false]);
      vi.advanceTimersByTime(1000);
      await settled();
      expect(inside(next)).toEqual([true, true, false]);
      stuck.forEach((c) => c.end());
      await settled();
      expect(inside(next)).toEqual([true, true, false]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('all have their turn, whatever fails, never two of a clock at once', async () => {
    const batch = fc.record({
      clock: fc.constantFrom('a', 'b', 'c'),
      jobs: fc.integer({ min: 1, max: 900 }),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 30 }), async (batches) => {
        const line = new ClaimLine();
        const busy = new Set<string>();
        const ends = batches.map(({ clock, jobs, fails }) =>
          line.within(clock, jobs, async () => {
            expect(busy.has(clock)).toBe(false);
            busy.add(clock);
            await settled();
            busy.delete(clock);
            if (fails) throw new Error('failed');
          }),
        );
        const results = await Promise.allSettled(ends);
        expect(results.map((r) => r.status === 'rejected')).toEqual(batches.map((b) => b.fails));
      }),
    );
  });
});
