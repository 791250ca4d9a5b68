import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { fireTimes, fireTimesUntil, parseSchedule } from '../../../domain/schedules/index.ts';
import { CONTEXT } from './examples.ts';
import { transitionsOf, zonedAt } from './temporal-oracle.ts';
import { ZONES } from './zones.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A field of a cron expression as text, and as the question whether a value belongs to it. */
interface Field {
  readonly text: string;
  readonly has: (value: number) => boolean;
}

const every: Field = { text: '*', has: () => true };

function fieldUpTo(max: number): fc.Arbitrary<Field> {
  return fc.oneof(
    fc.constant(every),
    fc.integer({ min: 2, max: 20 }).map((n) => ({ text: `*/${n}`, has: (value: number) => value % n === 0 })),
    fc
      .tuple(fc.nat(max), fc.nat(max), fc.integer({ min: 1, max: 5 }))
      .map(([a, b, n]) => [Math.min(a, b), Math.max(a, b), n] as const)
      .map(([low, high, n]) => ({
        text: `${low}-${high}/${n}`,
        has: (value: number) => value >= low && value <= high && (value - low) % n === 0,
      })),
  );
}

interface Rhythm {
  readonly expression: string;
  readonly fits: (minute: number, hour: number) => boolean;
}

const rhythms: fc.Arbitrary<Rhythm> = fc.tuple(fieldUpTo(59), fieldUpTo(23)).map(([minute, hour]) => ({
  expression: `${minute.text} ${hour.text} * * *`,
  fits: (m, h) => minute.has(m) && hour.has(h),
}));

describe('a rhythm in cron fires whenever the clock on the wall shows a fitting minute', () => {
  test.each(ZONES)('in %s', (zone) => {
    const changes = [...transitionsOf(zone, 2010, 2012), ...transitionsOf(zone, 2015, 2032)].slice(-3);
    for (const change of changes.length > 0 ? changes : [Date.UTC(2026, 2, 29, 1)]) {
      // One brute walk, minute by minute, serves all expressions.
      const from = change - 3 * HOUR_MS;
      const minutes = Array.from({ length: 6 * 60 }, (_, i) => from + i * MINUTE_MS).map((at) => {
        const { minute, hour } = zonedAt(at, zone);
        return { at, minute, hour };
      });
      const until = minutes.at(-1)?.at ?? from;
      fc.assert(
        fc.property(rhythms, fc.integer({ min: 0, max: 5 * HOUR_MS }), ({ expression, fits }, shift) => {
          const after = from + shift;
          const schedule = parseSchedule({ kind: 'cron', expression, timezone: zone }, CONTEXT);
          const expected = minutes.filter(({ at, minute, hour }) => at > after && fits(minute, hour));
          const actual = fireTimesUntil(schedule, after, until, 1000);
          expect(actual, expression).toEqual(expected.map(({ at }) => at));
        }),
        { numRuns: 20 },
      );
    }
  });

  test('keeps every second through a fold and over a gap', () => {
    const schedule = parseSchedule(
      { kind: 'cron', expression: '*/20 * * * * *', timezone: 'America/New_York' },
      CONTEXT,
    );
    for (const change of transitionsOf('America/New_York', 2026, 2027)) {
      const fires = fireTimes(schedule, change - HOUR_MS - 1, 360);
      expect(fires).toEqual(Array.from({ length: 360 }, (_, i) => change - HOUR_MS + i * 20_000));
    }
  });
});

describe('an interval knows no clock changes', () => {
  test.each(['Europe/Berlin', 'Australia/Lord_Howe'])('every 10 minutes through the changes of %s', (zone) => {
    const [change = 0] = transitionsOf(zone, 2027, 2028);
    const context = { now: change - HOUR_MS, defaultTimezone: zone };
    const schedule = parseSchedule({ kind: 'interval', everySeconds: 600 }, context);
    expect(fireTimes(schedule, change - HOUR_MS, 12)).toEqual(
      Array.from({ length: 12 }, (_, i) => change - HOUR_MS + (i + 1) * 10 * MINUTE_MS),
    );
  });
});
