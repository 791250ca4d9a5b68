import type { Client } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { Poker } from '../../api/engine/poker.ts';
import { until } from '../support/until.ts';

/** Records what is signalled, each signal held back until it is let through. */
function heldSignals() {
  const named: (readonly string[])[] = [];
  const held: (() => void)[] = [];
  const signalWithStart = (_workflow: string, { signalArgs }: { signalArgs: [readonly string[]] }) => {
    named.push(signalArgs[0]);
    return new Promise<void>((resolve) => held.push(resolve));
  };
  const client = { workflow: { signalWithStart } } as unknown as Client;
  return { poker: new Poker(client), named, letThrough: () => held.shift()?.() };
}

describe('Pokes of one clock', () => {
  test('that come while a signal is under way go together with the next', async () => {
    const { poker, named, letThrough } = heldSignals();
    const first = poker.poke('clock', ['a']);
    const rest = [poker.poke('clock', ['b']), poker.poke('clock', ['c', 'b'])];
    letThrough();
    await first;
    await until('the next goes', () => named.length === 2);
    letThrough();
    await Promise.all(rest);
    expect(named).toEqual([['a'], ['b', 'c']]);
  });

  test('that mean all its jobs still do, whatever else is named with them', async () => {
    for (const [one, other] of [
      [['b'], []],
      [[], ['b']],
    ] as const) {
      const { poker, named, letThrough } = heldSignals();
      void poker.poke('clock', ['a']);
      const rest = [poker.poke('clock', one), poker.poke('clock', other)];
      letThrough();
      await until('the next goes', () => named.length === 2);
      letThrough();
      await Promise.all(rest);
      expect(named).toEqual([['a'], []]);
    }
  });
});
