import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, PlannedFires, type Planned } from '../../domain/instants.ts';

const planned = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 })
  .map((steps) => {
    let due = 1_800_000_000_000;
    return steps.map(([step, late]) => ({ due: (due += step * 1000), fireAt: due + late * 1000 }));
  });

function drained(fires: PlannedFires): Planned[] {
  const all: Planned[] = [];
  for (let first = fires.first; first !== undefined; first = fires.first) {
    all.push(first);
    expect(fires.take(1)).toEqual([first.due]);
  }
  return all;
}

test('planned fires come out of their packed form as they went in', () => {
  fc.assert(
    fc.property(planned, (fires) => {
      expect(drained(new PlannedFires(pack(fires)))).toEqual(fires);
    }),
  );
});

test('what is counted, taken and dropped is what a plain list would say', () => {
  fc.assert(
    fc.property(planned, fc.array(fc.tuple(fc.nat(8), fc.nat(120), fc.nat(9))), (fires, steps) => {
      let list = fires;
      const cursor = new PlannedFires(pack(fires));
      for (const [count, seconds, most] of steps) {
        const at = 1_800_000_000_000 + seconds * 1000;
        const due = list.findIndex((fire) => fire.fireAt > at);
        expect(cursor.dueBy(at, most)).toBe(Math.min(most, due === -1 ? list.length : due));
        if (count > 6) {
          cursor.dropUntil(at);
          list = list.filter((fire) => fire.due > at);
        } else {
          expect(cursor.take(count)).toEqual(list.slice(0, count).map((fire) => fire.due));
          list = list.slice(count);
        }
        expect(cursor.length).toBe(list.length);
        expect(cursor.first).toEqual(list[0]);
      }
    }),
  );
});

test('fires in equal steps are one run, however many', () => {
  const fires = Array.from({ length: 600 }, (_, i) => ({ due: i * 1000, fireAt: i * 1000 }));
  expect(pack(fires)).toEqual([[0, 1000, 600, 0]]);
});

test('another jitter begins another run', () => {
  const fires = [
    { due: 1000, fireAt: 1000 },
    { due: 2000, fireAt: 4000 },
    { due: 3000, fireAt: 5000 },
  ];
  expect(pack(fires)).toEqual([
    [1000, 0, 1, 0],
    [2000, 1000, 2, 2000],
  ]);
});

test('nothing planned packs to nothing', () => {
  expect(pack([])).toEqual([]);
  expect(drained(new PlannedFires([]))).toEqual([]);
});
