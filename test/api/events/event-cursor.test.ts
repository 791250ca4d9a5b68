import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventCursor } from '../../../api/events/event-cursor.ts';

describe('A position in the event stream', () => {
  test('says exactly what was had, in whatever order numbers are committed', () => {
    const late = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 })), { maxLength: 60 });
    fc.assert(
      fc.property(late, (drawn) => {
        // Each number comes at most eight places later than it was drawn.
        const numbers = [...new Set(drawn.map(([seq]) => seq))].sort((a, b) => a - b);
        const order = numbers
          .map((seq, i) => ({ seq, at: i + (drawn.find(([n]) => n === seq)?.[1] ?? 0) }))
          .sort((a, b) => a.at - b.at)
          .map(({ seq }) => seq);
        const cursor = EventCursor.after([]);
        for (const [i, seq] of order.entries()) {
          cursor.take(seq);
          const read = EventCursor.parse(cursor.idAt(seq, 3));
          const all = Array.from({ length: 61 }, (_, n) => n + 1);
          const had = all.filter((n) => read?.has(n));
          expect(had).toEqual(all.filter((n) => cursor.has(n)));
          expect(had.filter((n) => numbers.includes(n))).toEqual(order.slice(0, i + 1).sort((x, y) => x - y));
          expect(read?.firstOf(seq)).toBe(4);
          expect(order.slice(i + 1).every((n) => read?.firstOf(n) === 0)).toBe(true);
        }
      }),
    );
  });

  test('is short, though ten thousand numbers are on their way', () => {
    const cursor = EventCursor.after([5]);
    cursor.take(10_006);
    expect(cursor.idAt(10_006, 0)).toBe('10006-10006-0~6+9999');
    for (let seq = 6; seq < 10_006; seq += 1) cursor.take(seq);
    expect(cursor.idAt(10_005, 2)).toBe('10006-10005-2');
  });

  test('forgets the oldest of too many holes, so that rolled-back numbers do not gather', () => {
    const cursor = EventCursor.after([0]);
    for (let seq = 2; seq < 2_000; seq += 2) cursor.take(seq);
    expect(cursor.idAt(1998, 0).length).toBeLessThan(120);
    expect([cursor.has(1), cursor.has(1997)]).toEqual([true, false]);
  });
});
