import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { fireTimes, fireTimesUntil, parseSchedule } from '../../../domain/schedules/index.ts';
import { CONTEXT } from './examples.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 60_000 });

const DAY_MS = 86_400_000;

function fires(expression: string, after: string, count: number): string[] {
  const schedule = parseSchedule({ kind: 'cron', expression, timezone: 'UTC' }, CONTEXT);
  return fireTimes(schedule, Date.parse(after), count).map((at) => new Date(at).toISOString().slice(0, 19));
}

/** What a day is in cron's words. */
interface Day {
  readonly date: number;
  readonly month: number;
  readonly weekday: number;
  readonly length: number;
  /** The weekday of a date in this day's month. */
  readonly weekdayOfDate: (date: number) => number;
}

function dayAt(ms: number): Day {
  const at = new Date(ms);
  const [date, weekday] = [at.getUTCDate(), at.getUTCDay()];
  return {
    date,
    month: at.getUTCMonth() + 1,
    weekday,
    length: new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate(),
    weekdayOfDate: (other) => (((weekday + other - date) % 7) + 7) % 7,
  };
}

/** A part of a field: its text, and whether it means a day. */
interface Part {
  readonly text: string;
  readonly has: (day: Day) => boolean;
}

/** The weekday (Monday to Friday) of the same month that is nearest to a date. */
function nearestWorkday(day: Day, date: number): number | null {
  if (date > day.length) return null;
  const inMonth = [0, -1, 1, -2, 2].map((shift) => date + shift).filter((near) => near >= 1 && near <= day.length);
  return inMonth.find((near) => ![0, 6].includes(day.weekdayOfDate(near))) ?? null;
}

const dayOfMonth = fc.integer({ min: 1, max: 31 });
const weekday = fc.constantFrom(
  ...['SUN', 'mon', 'Tue', 'WED', 'thu', 'FRI', 'sat'].map((name, index) => ({ name, index })),
);

const datePart: fc.Arbitrary<Part> = fc.oneof(
  dayOfMonth.map((n) => ({ text: `${n}`, has: (day: Day) => day.date === n })),
  fc.tuple(dayOfMonth, dayOfMonth).map(([a, b]) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    return { text: `${low}-${high}`, has: (day: Day) => day.date >= low && day.date <= high };
  }),
  fc.integer({ min: 2, max: 31 }).map((n) => ({ text: `*/${n}`, has: (day: Day) => (day.date - 1) % n === 0 })),
  fc.tuple(dayOfMonth, fc.integer({ min: 1, max: 9 })).map(([low, n]) => ({
    text: `${low}/${n}`,
    has: (day: Day) => day.date >= low && (day.date - low) % n === 0,
  })),
  fc.constant({ text: 'L', has: (day: Day) => day.date === day.length }),
  dayOfMonth.map((n) => ({ text: `${n}W`, has: (day: Day) => day.date === nearestWorkday(day, n) })),
);

const weekdayPart: fc.Arbitrary<Part> = fc.oneof(
  weekday.map(({ name, index }) => ({ text: name, has: (day: Day) => day.weekday === index })),
  fc.constant({ text: '7', has: (day: Day) => day.weekday === 0 }),
  fc.constant({ text: 'mon-fri', has: (day: Day) => day.weekday >= 1 && day.weekday <= 5 }),
  fc.constant({ text: 'SAT-SUN', has: (day: Day) => [0, 6].includes(day.weekday) }),
  fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([{ name, index }, n]) => ({
    text: `${name}#${n}`,
    has: (day: Day) => day.weekday === index && Math.ceil(day.date / 7) === n,
  })),
  weekday.map(({ index }) => ({
    text: `${index}L`,
    has: (day: Day) => day.weekday === index && day.date > day.length - 7,
  })),
);

const lastWorkday: Part = {
  text: 'LW',
  has: (day) => {
    const dates = Array.from({ length: day.length }, (_, i) => day.length - i);
    return day.date === dates.find((date) => ![0, 6].includes(day.weekdayOfDate(date)));
  },
};

function listOf(part: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    has: (day) => parts.some(({ has }) => has(day)),
  }));
}

const anyDay = fc.constant(null);
const dates = fc.oneof(anyDay, { weight: 3, arbitrary: listOf(datePart) }, fc.constant(lastWorkday));
const weekdays = fc.oneof(anyDay, { weight: 2, arbitrary: listOf(weekdayPart) });

test('days of month and of week mean what a walk over every day finds; restricted both, either fits', () => {
  fc.assert(
    fc.property(dates, weekdays, fc.integer({ min: 0, max: 20_000 }), (date, dow, start) => {
      const expression = `30 6 ${date?.text ?? '*'} * ${dow?.text ?? '*'}`;
      const fits = (day: Day): boolean => {
        if (date !== null && dow !== null) return date.has(day) || dow.has(day);
        return (date?.has(day) ?? true) && (dow?.has(day) ?? true);
      };
      const from = Date.UTC(2000, 0, 1) + start * DAY_MS;
      const expected = Array.from({ length: 400 }, (_, i) => from + i * DAY_MS)
        .filter((at) => fits(dayAt(at)))
        .map((at) => at + 6.5 * 3_600_000);
      const schedule = parseSchedule({ kind: 'cron', expression, timezone: 'UTC' }, CONTEXT);
      expect(fireTimesUntil(schedule, from, from + 400 * DAY_MS - 1, 500), expression).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

describe('cron', () => {
  test.each([
    ['@hourly', '2026-11-21T05:00:00'],
    ['@daily', '2026-11-22T00:00:00'],
    ['@midnight', '2026-11-22T00:00:00'],
    ['@weekly', '2026-11-22T00:00:00'],
    ['@monthly', '2026-12-01T00:00:00'],
    ['@yearly', '2027-01-01T00:00:00'],
    ['@ANNUALLY', '2027-01-01T00:00:00'],
  ])('knows %s', (expression, next) => {
    expect(fires(expression, '2026-11-21T04:30:00Z', 1)).toEqual([next]);
  });

  test('with six fields begins with seconds', () => {
    expect(fires('15,45 30 4 * * *', '2026-11-21T04:30:20Z', 2)).toEqual([
      '2026-11-21T04:30:45',
      '2026-11-22T04:30:15',
    ]);
    expect(fires('*/30 * * * * *', '2026-11-21T04:30:15Z', 2)).toEqual(['2026-11-21T04:30:30', '2026-11-21T04:31:00']);
  });

  test('reads 5/15 as from 5 in steps of 15, ? as every day, and several blanks as one', () => {
    expect(fires(' 5/15  4\t? * ? ', '2026-11-21T04:06:00Z', 2)).toEqual([
      '2026-11-21T04:20:00',
      '2026-11-21T04:35:00',
    ]);
  });

  test('Friday the 13th by either field, not by both', () => {
    expect(fires('0 0 13 * FRI', '2026-11-01T00:00:00Z', 4)).toEqual([
      '2026-11-06T00:00:00',
      '2026-11-13T00:00:00',
      '2026-11-20T00:00:00',
      '2026-11-27T00:00:00',
    ]);
  });

  test('waits decades for a fifth Monday in February', () => {
    expect(fires('0 0 * 2 MON#5', '2026-01-01T00:00:00Z', 2)).toEqual(['2044-02-29T00:00:00', '2072-02-29T00:00:00']);
  });
});
