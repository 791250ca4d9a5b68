import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { instantOf, wallTimeAt } from '../../../domain/schedules/civil-time.ts';
import { knownTimezone, timezoneFault } from '../../../domain/schedules/time-zone.ts';
import { firstTransition, offsetAt } from '../../../domain/schedules/zone-offsets.ts';
import { transitionsOf, zonedAt } from './temporal-oracle.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 60_000 });

const ALL_ZONES = Intl.supportedValuesOf('timeZone');

test('every zone’s offset is Temporal’s, at any instant', () => {
  const any = fc.tuple(
    fc.constantFrom(...ALL_ZONES),
    fc.integer({ min: Date.UTC(1901, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 }),
  );
  fc.assert(
    fc.property(any, ([zone, second]) => {
      expect(offsetAt(second * 1000, zone)).toBe(zonedAt(second * 1000, zone).offsetNanoseconds / 1e6);
    }),
    { numRuns: 1000 },
  );
});

test('every zone’s clock changes from 2024 to 2028 are Temporal’s, to the second', () => {
  for (const zone of ALL_ZONES) {
    const found: number[] = [];
    const until = Date.UTC(2028, 0, 1) - 1;
    let change = firstTransition(zone, Date.UTC(2024, 0, 1), until);
    while (change !== null) {
      found.push(change.at);
      change = firstTransition(zone, change.at, until);
    }
    expect(found, zone).toEqual(transitionsOf(zone, 2024, 2028));
  }
});

test('changes a week apart are both seen', () => {
  const changes = [
    firstTransition('America/Recife', Date.UTC(2000, 8, 1), Date.UTC(2000, 10, 1)),
    firstTransition('America/Recife', Date.UTC(2000, 9, 10), Date.UTC(2000, 10, 1)),
  ];
  expect(changes.map((change) => new Date(change?.at ?? 0).toISOString())).toEqual([
    '2000-10-08T03:00:00.000Z',
    '2000-10-15T02:00:00.000Z',
  ]);
});

test('local time and instant lead back to each other, but for the second pass of a fold', () => {
  const any = fc.tuple(fc.constantFrom(...ALL_ZONES), fc.integer({ min: 0, max: Date.UTC(2060, 0, 1) }));
  fc.assert(
    fc.property(any, ([zone, instant]) => {
      const back = instantOf(wallTimeAt(instant, zone), zone);
      expect(back).toBeLessThanOrEqual(instant);
      expect(wallTimeAt(back, zone)).toBe(wallTimeAt(instant, zone));
    }),
    { numRuns: 1000 },
  );
});

test('years that no zone database knows keep the nearest offset', () => {
  expect(offsetAt(-8.64e15, 'Europe/Berlin')).toBe(3_600_000);
  expect(offsetAt(8.64e15, 'Asia/Tokyo')).toBe(9 * 3_600_000);
});

describe('names of time zones', () => {
  test.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is known as %s', (name, known) => {
    expect(knownTimezone(name)).toBe(known);
  });

  test.each(['', 'Z', '+02:00', '-05', 'UTC+2', 'PST8', 'Europe/', '/Europe', 'Europe/Berlin ', 'Amerika/New_York'])(
    '%j is no zone',
    (name) => {
      expect(knownTimezone(name)).toBeNull();
      expect(timezoneFault(name)).toMatch(/did you mean|use an IANA name/);
    },
  );
});
