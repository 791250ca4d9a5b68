import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../domain/instants.ts';

const planned = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 })
  .map((steps) => {
    let due = 1_800_000_000_000;
    return steps.map(([step, late]) => ({ due: (due += step * 1000), fireAt: due + late * 1000 }));
  });

test('planned fires come out of their packed form as they went in', () => {
  fc.assert(
    fc.property(planned, (fires) => {
      expect(unpack(pack(fires))).toEqual(fires);
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
  expect(unpack([])).toEqual([]);
});
