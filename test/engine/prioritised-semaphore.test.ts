import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PrioritisedSemaphore } from '../../activities/prioritised-semaphore.ts';

const forEver = new AbortController().signal;

/** Takes a slot until it is told to let go. */
function hold(semaphore: PrioritisedSemaphore): { letGo: () => void; done: Promise<void> } {
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  return { letGo, done: semaphore.within(5, forEver, () => released) };
}

describe('Slots for actions', () => {
  test('go by priority, then by arrival', async () => {
    const semaphore = new PrioritisedSemaphore(1);
    const first = hold(semaphore);
    const order: string[] = [];
    const waiting = (['low', 'high', 'middle', 'high too', 'low too'] as const).map((name) => {
      const priority = name.startsWith('high') ? 9 : name === 'middle' ? 5 : 1;
      return semaphore.within(priority, forEver, async () => {
        await Promise.resolve();
        order.push(name);
      });
    });
    expect(semaphore.waiting).toBe(5);
    first.letGo();
    await Promise.all(waiting);
    expect(order).toEqual(['high', 'high too', 'middle', 'low', 'low too']);
  });

  test('are never more than there are, and all are given back, whatever fails or is given up', async () => {
    const work = fc.record({ priority: fc.integer({ min: 0, max: 10 }), fails: fc.boolean(), givesUp: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(work, { maxLength: 30 }), async (slots, works) => {
        const semaphore = new PrioritisedSemaphore(slots);
        let running = 0;
        let most = 0;
        const ends = works.map(({ priority, fails, givesUp }) => {
          const stop = new AbortController();
          const end = semaphore.within(priority, stop.signal, async () => {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            if (fails) throw new Error('failed');
          });
          if (givesUp) stop.abort(new Error('given up'));
          return end;
        });
        await Promise.allSettled(ends);
        expect(most).toBeLessThanOrEqual(slots);
        expect([semaphore.taken, semaphore.waiting, running]).toEqual([0, 0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  test('are not entered by who gave up while waiting, nor by who had given up before', async () => {
    const semaphore = new PrioritisedSemaphore(1);
    const first = hold(semaphore);
    const stop = new AbortController();
    let entered = false;
    const enter = () =>
      semaphore.within(9, stop.signal, async () => {
        entered = await Promise.resolve(true);
      });
    const waiting = enter();
    stop.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    await expect(enter()).rejects.toThrow('too late');
    first.letGo();
    await first.done;
    expect([entered, semaphore.taken]).toEqual([false, 0]);
  });
});
