import fc from 'fast-check';
import type { Temporal } from 'temporal-polyfill';
import { describe, expect, test, vi } from 'vitest';
import { fireTimes, parseSchedule } from '../../../domain/schedules/index.ts';
import { WEEKDAYS } from '../../../domain/schedules/weekday.ts';
import { CONTEXT } from './examples.ts';
import { oracleFires, transitionsOf, zonedAt } from './temporal-oracle.ts';
import { ZONES } from './zones.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 60_000 });

const DAY_MS = 86_400_000;
const COUNT = 4;

interface Case {
  readonly input: Readonly<Record<string, unknown>>;
  readonly times: readonly Temporal.PlainTime[];
  readonly fits: (date: Temporal.PlainDate) => boolean;
}

/** Schedules of fixed local times, each with what it means in the oracle's words. */
function casesAt(times: readonly Temporal.PlainTime[], date: Temporal.PlainDate): Case[] {
  const [first] = times;
  if (first === undefined) throw new Error('no time');
  const time = first.toString({ smallestUnit: 'second' });
  const weekday = WEEKDAYS[date.dayOfWeek - 1];
  const one = [first];
  const text = (unit: 'hour' | 'minute' | 'second'): string => [...new Set(times.map((t) => t[unit]))].join(',');
  const product = times.flatMap((h) =>
    times.flatMap((m) => times.map((s) => h.with({ minute: m.minute, second: s.second }))),
  );
  const clock = `${text('second')} ${text('minute')} ${text('hour')}`;
  return [
    { input: { kind: 'daily', time }, times: one, fits: () => true },
    { input: { kind: 'daily', time, skipWeekends: true }, times: one, fits: (d) => d.dayOfWeek <= 5 },
    { input: { kind: 'weekly', time, daysOfWeek: [weekday] }, times: one, fits: (d) => d.dayOfWeek === date.dayOfWeek },
    { input: { kind: 'monthly', time, dayOfMonth: date.day }, times: one, fits: (d) => d.day === date.day },
    { input: { kind: 'monthly', time, dayOfMonth: 'last' }, times: one, fits: (d) => d.day === d.daysInMonth },
    { input: { kind: 'cron', expression: `${clock} * * *` }, times: product, fits: () => true },
    {
      input: { kind: 'cron', expression: `${clock} ${date.day} * ${date.dayOfWeek}` },
      times: product,
      fits: (d) => d.day === date.day || d.dayOfWeek === date.dayOfWeek,
    },
    {
      input: { kind: 'cron', expression: `${clock} * ${date.month} ${weekday}` },
      times: product,
      fits: (d) => d.month === date.month && d.dayOfWeek === date.dayOfWeek,
    },
  ];
}

/** The newest eight changes before 2032, and those of 2010–2012 (Apia's dateline, Moscow, Casablanca). */
function changesToTry(zone: string): number[] {
  const recent = transitionsOf(zone, 2015, 2032).slice(-8);
  return [...transitionsOf(zone, 2010, 2012).slice(-3), ...recent, Date.UTC(2028, 1, 29, 12)];
}

describe('fixed local times agree with Temporal around every clock change', () => {
  test.each(ZONES)('in %s', (zone) => {
    const around = fc.tuple(
      fc.constantFrom(...changesToTry(zone)),
      // A time of day within four hours of the change, most of them on a quarter of an hour; and where to ask from.
      fc.oneof(
        fc.integer({ min: -16, max: 16 }).map((quarter) => quarter * 900),
        fc.integer({ min: -14_400, max: 14_400 }),
      ),
      fc.integer({ min: -14_400, max: 14_400 }),
      fc.oneof(fc.integer({ min: -3 * DAY_MS, max: DAY_MS }), fc.integer({ min: -7_200_000, max: 7_200_000 })),
      fc.nat(7),
    );
    fc.assert(
      fc.property(around, ([change, offset, other, from, which]) => {
        // The local time that would have been, had the clock not changed: in a gap it does not exist.
        const before = zonedAt(change - 1, zone)
          .toPlainDateTime()
          .add({ milliseconds: 1 });
        const local = before.add({ seconds: offset });
        const times = [local.toPlainTime(), before.add({ seconds: other }).toPlainTime()];
        const chosen = casesAt(times, local.toPlainDate())[which];
        if (chosen === undefined) throw new Error(`no case ${which}`);
        const schedule = parseSchedule({ ...chosen.input, timezone: zone }, CONTEXT);
        const actual = fireTimes(schedule, change + from, COUNT).map(iso);
        const expected = oracleFires(zone, change + from, COUNT, chosen.times, chosen.fits).map(iso);
        expect(actual, JSON.stringify(schedule)).toEqual(expected);
      }),
      { numRuns: 45 },
    );
  });
});

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
