import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIdSource, isUuid, MAX_SLOT, stampOf, uuidRangeOf } from '../../domain/ids.ts';

const AT = Date.parse('2027-03-14T09:26:53.589Z');

function sourceAt(now: () => number, slot = 0, random = () => 0.5) {
  return createIdSource({ slot, now, random });
}

describe('Execution ids', () => {
  test('are UUIDs of version 7 that carry their time', () => {
    const id = sourceAt(() => AT).next();
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('7');
    expect('89ab').toContain(id[19]);
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(AT);
  });

  test('grow, even within one millisecond, past 4096 of them, and while the clock goes back', () => {
    let now = AT;
    const source = sourceAt(() => now);
    const ids = Array.from({ length: 9000 }, (_, i) => {
      if (i === 5000) now -= 10_000;
      return source.next();
    });
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids.map(stampOf)).size).toBe(ids.length);
  });

  test('of two processes in the same millisecond are told apart by their slots, whatever chance says', () => {
    const [a, b] = [sourceAt(() => AT, 1), sourceAt(() => AT, MAX_SLOT)];
    const ids = [a.next(), a.next(), b.next(), b.next()];
    expect(new Set(ids).size).toBe(4);
    expect(new Set(ids.map(stampOf)).size).toBe(4);
  });

  test('are spelt as UTC time to the millisecond when nobody shares it', () => {
    expect(stampOf(sourceAt(() => AT).next())).toBe('20270314092653589');
  });

  test('and their stamps are two spellings of one thing', () => {
    const cases = fc.record({
      ms: fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') }),
      slot: fc.integer({ min: 0, max: MAX_SLOT }),
      nth: fc.integer({ min: 1, max: 40 }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ ms, slot, nth, random }) => {
        const source = sourceAt(
          () => ms,
          slot,
          () => random,
        );
        const id = Array.from({ length: nth }, () => source.next()).at(-1) ?? '';
        const range = uuidRangeOf(stampOf(id));
        expect(range).not.toBeNull();
        expect(id >= (range?.from ?? '~') && id <= (range?.to ?? '')).toBe(true);
        expect(stampOf(range?.from ?? '')).toBe(stampOf(id));
        expect(stampOf(range?.to ?? '')).toBe(stampOf(id));
      }),
    );
  });

  test.each([
    ['no digits', 'abc'],
    ['too short', '2027031409265358'],
    ['a thirteenth month', '20271314092653589'],
    ['a day that the month lacks', '20270230092653589'],
    ['a slot beyond the last', '2027031409265358910240'],
    ['a counter beyond the last', '2027031409265358900014096'],
    ['a needless zero', '20270314092653589000100'],
    ['slot and counter where both are zero', '2027031409265358900000'],
  ])('a stamp with %s stands for nothing', (_, stamp) => {
    expect(uuidRangeOf(stamp)).toBeNull();
  });
});
