import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { fireTimes, fireTimesUntil, nextAfter, parseSchedule, type Schedule } from '../../../domain/schedules/index.ts';
import { CONTEXT } from './examples.ts';
import { solarAltitude, sunEvents } from './solar-oracle.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 60_000 });

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

function sun(mode: 'sunrise' | 'sunset', latitude: number, longitude: number, offsetMinutes = 0): Schedule {
  return parseSchedule({ kind: 'sun', mode, latitude, longitude, offsetMinutes, timezone: 'UTC' }, CONTEXT);
}

function localDay(instant: number, timeZone: string): string {
  return new Date(instant).toLocaleDateString('sv-SE', { timeZone });
}

function localClock(instant: number | undefined, timeZone: string): string {
  return new Date(instant ?? Number.NaN).toLocaleTimeString('sv-SE', { timeZone }).slice(0, 5);
}

/** Times as almanacs print them, in whole minutes. */
test.each([
  ['New York, sunset', 'sunset', 40.7128, -74.006, 'America/New_York', '2026-06-21', '20:30'],
  ['New York, sunrise', 'sunrise', 40.7128, -74.006, 'America/New_York', '2026-12-21', '07:16'],
  ['London, sunrise', 'sunrise', 51.5074, -0.1278, 'Europe/London', '2026-06-21', '04:43'],
  ['Sydney, sunset', 'sunset', -33.8688, 151.2093, 'Australia/Sydney', '2026-12-21', '20:05'],
  ['Quito, sunrise', 'sunrise', -0.1807, -78.4678, 'America/Guayaquil', '2026-03-20', '06:17'],
] as const)('%s is as almanacs have it, within a minute', (_place, mode, latitude, longitude, zone, day, clock) => {
  const fires = fireTimes(sun(mode, latitude, longitude), Date.parse(`${day}T00:00:00Z`) - DAY_MS, 4);
  const at = fires.find((fire) => localDay(fire, zone) === day);
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  expect(Math.abs(minutes(localClock(at, zone)) - minutes(clock))).toBeLessThanOrEqual(1);
});

describe('every local day has its own sunset, on whichever UTC day that falls', () => {
  test.each([
    ['New York', 40.7128, -74.006, 'America/New_York'],
    ['Suva', -18.1416, 178.4419, 'Pacific/Fiji'],
    ['Apia', -13.8333, -171.7667, 'Pacific/Apia'],
    ['Chatham Islands', -43.95, -176.55, 'Pacific/Chatham'],
    ['on the date line, east', 10, 180, 'Pacific/Auckland'],
    ['on the date line, west', 10, -180, 'Pacific/Auckland'],
    ['Kiritimati', 1.87, -157.4, 'Pacific/Kiritimati'],
  ])('%s', (_place, latitude, longitude, zone) => {
    for (const mode of ['sunrise', 'sunset'] as const) {
      const fires = fireTimes(sun(mode, latitude, longitude), Date.UTC(2026, 0, 1), 400);
      const days = fires.map((fire) => localDay(fire, zone));
      const [first = ''] = days;
      const expected = days.map((_, i) => new Date(Date.parse(first) + i * DAY_MS).toISOString().slice(0, 10));
      expect(days).toEqual(expected);
    }
  });

  test('asked on the local afternoon, it is the evening of the same day', () => {
    const after = Date.parse('2026-06-21T16:00:00-04:00');
    expect(localDay(nextAfter(sun('sunset', 40.7128, -74.006), after) ?? 0, 'America/New_York')).toBe('2026-06-21');
  });
});

describe('agrees with another theory of the sun’s motion', () => {
  test('wherever the sun rises and sets each day, within a minute', () => {
    const place = fc.tuple(
      fc.constantFrom('sunrise' as const, 'sunset' as const),
      fc.double({ min: -58, max: 58, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) }),
    );
    fc.assert(
      fc.property(place, ([mode, latitude, longitude, from]) => {
        const until = from + 8 * DAY_MS;
        const expected = sunEvents(mode, latitude, longitude, from, until);
        const actual = fireTimesUntil(sun(mode, latitude, longitude), from, until + MINUTE_MS, 20);
        for (const [i, at] of expected.entries()) {
          // The edges of the span may cut one of the two off.
          const nearest = Math.min(...actual.map((fire) => Math.abs(fire - at)));
          if (at - from > MINUTE_MS) expect(nearest, `event ${i}`).toBeLessThan(MINUTE_MS);
        }
        expect(Math.abs(actual.length - expected.length)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['Tromsø', 69.6492, 18.9553],
    ['Longyearbyen', 78.2232, 15.6267],
    ['Utqiagvik', 71.2906, -156.7886],
    ['McMurdo', -77.85, 166.67],
    ['Troll', -72.01, 2.53],
    ['Alert', 82.5, -62.3],
  ])('through the polar days and nights of %s, but for the days at their edges', (_place, latitude, longitude) => {
    const [from, until] = [Date.UTC(2025, 0, 1), Date.UTC(2028, 0, 1)];
    for (const mode of ['sunrise', 'sunset'] as const) {
      const expected = sunEvents(mode, latitude, longitude, from, until);
      const actual = fireTimesUntil(sun(mode, latitude, longitude), from, until, 2000);
      // What fires is a real event: the sun stands on the horizon, and it is going the right way.
      for (const at of actual) {
        expect(Math.abs(solarAltitude(at, latitude, longitude) + 0.833)).toBeLessThan(0.05);
        const gain =
          solarAltitude(at + 5 * MINUTE_MS, latitude, longitude) -
          solarAltitude(at - 5 * MINUTE_MS, latitude, longitude);
        expect(gain > 0).toBe(mode === 'sunrise');
      }
      // Of the real events, at most the two at the edges of each polar day and night are left out.
      const left = expected.filter((at) => !actual.some((fire) => Math.abs(fire - at) < 20 * MINUTE_MS));
      expect(left.length).toBeLessThanOrEqual(12);
      expect(Math.abs(actual.length - expected.length)).toBeLessThanOrEqual(12);
      expect(actual.every((at, i) => i === 0 || at - (actual[i - 1] ?? 0) > 20 * 3_600_000)).toBe(true);
    }
  });
});

describe('polar day and night', () => {
  test('Tromsø: no sunset from May to July, no sunrise from December to January', () => {
    const sunsets = fireTimesUntil(sun('sunset', 69.6492, 18.9553), Date.UTC(2027, 4, 22), Date.UTC(2027, 6, 22), 100);
    expect(sunsets).toEqual([]);
    const next = nextAfter(sun('sunrise', 69.6492, 18.9553), Date.UTC(2026, 10, 30));
    expect(localDay(next ?? 0, 'Europe/Oslo')).toMatch(/^2027-01-1[3-6]$/);
  });

  test('the poles themselves have no such times, and the schedule is refused', () => {
    for (const latitude of [-90, 90]) {
      expect(() => sun('sunset', latitude, 0)).toThrow(
        `latitude: at ${latitude} degrees there is no sunset within 400 days`,
      );
      const stored: Schedule = {
        kind: 'sun',
        mode: 'sunrise',
        offsetMinutes: 0,
        latitude,
        longitude: 0,
        timezone: 'UTC',
      };
      expect(nextAfter(stored, CONTEXT.now)).toBeNull();
    }
  });
});

test('an offset moves every fire by just so many minutes, also across midnight', () => {
  const after = Date.UTC(2026, 5, 1);
  for (const offset of [-1440, -30, 45, 1440]) {
    const plain = fireTimes(sun('sunset', 40.7128, -74.006), after - offset * MINUTE_MS, 10);
    const moved = fireTimes(sun('sunset', 40.7128, -74.006, offset), after, 10);
    expect(moved).toEqual(plain.map((at) => at + offset * MINUTE_MS));
  }
});
