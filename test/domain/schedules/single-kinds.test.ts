import { describe, expect, test } from 'vitest';
import {
  describeSchedule,
  fireTimes,
  nextAfter,
  parseSchedule,
  type Schedule,
} from '../../../domain/schedules/index.ts';
import { fireAt } from '../../../domain/schedules/jitter.ts';
import type { ParseContext } from '../../../domain/schedules/kind.ts';
import { CONTEXT } from './examples.ts';

function parse(input: Readonly<Record<string, unknown>>, context: ParseContext = CONTEXT): Schedule {
  return parseSchedule(input, context);
}

describe('interval', () => {
  const context = { now: 1_000_000_250, defaultTimezone: 'UTC' };

  test('counts from creation, rounded up to a whole second', () => {
    expect(fireTimes(parse({ kind: 'interval', everySeconds: 30 }, context), context.now, 3)).toEqual([
      1_000_031_000, 1_000_061_000, 1_000_091_000,
    ]);
  });

  test('also fires at its start when told so', () => {
    const schedule = parse({ kind: 'interval', everySeconds: 30, startImmediately: true }, context);
    expect(fireTimes(schedule, context.now, 2)).toEqual([1_000_001_000, 1_000_031_000]);
    expect(nextAfter(schedule, 0)).toBe(1_000_001_000);
  });

  test('keeps an anchor that it is given: the phase of an interval that did not change', () => {
    expect(parse({ kind: 'interval', everySeconds: 30, anchorAt: 5000 }, context)).toMatchObject({ anchorAt: 5000 });
  });

  test('never fires before its anchor', () => {
    expect(nextAfter(parse({ kind: 'interval', everySeconds: 7 }, context), -1e12)).toBe(1_000_008_000);
  });
});

describe('jitter', () => {
  const everySeconds = 100;
  const schedule = parse({ kind: 'interval', everySeconds, jitterPercentage: 50 });
  const dues = fireTimes(schedule, CONTEXT.now, 2000);
  const lates = (seed: string, of: Schedule = schedule): number[] =>
    dues.map((due) => (fireAt(of, due, seed) - due) / 1000);

  test('spreads evenly over its share of the interval, rounded up to whole seconds, and no further', () => {
    const late = lates('job');
    expect(Math.min(...late)).toBe(1);
    expect(Math.max(...late)).toBe(50);
    const tenths = Array.from({ length: 10 }, (_, i) => late.filter((s) => Math.ceil(s / 5) === i + 1).length);
    for (const count of tenths) expect(count).toBeGreaterThan(120);
  });

  test('differs between jobs and between fires, never between askings', () => {
    expect(lates('job')).toEqual(lates('job'));
    expect(lates('job')).not.toEqual(lates('other'));
    expect(new Set(lates('job')).size).toBeGreaterThan(40);
  });

  test('even all of it stays before the next due time', () => {
    const all = parse({ kind: 'interval', everySeconds, jitterPercentage: 100 });
    expect(Math.max(...lates('job', all))).toBe(99);
    const second = parse({ kind: 'interval', everySeconds: 1, jitterPercentage: 100 });
    expect(fireAt(second, 5000, 'job')).toBe(5000);
  });
});

describe('once', () => {
  const at = (written: unknown, timezone?: string): string => {
    const schedule = parse({ kind: 'once', at: written, ...(timezone !== undefined && { timezone }) });
    return schedule.kind === 'once' ? new Date(schedule.at).toISOString() : '';
  };

  test.each([
    ['2027-03-01T09:30:00Z', '2027-03-01T09:30:00.000Z'],
    ['2027-03-01T09:30:00+05:30', '2027-03-01T04:00:00.000Z'],
    ['2027-03-01T09:30-0800', '2027-03-01T17:30:00.000Z'],
    ['2027-03-01 09:30:00+02', '2027-03-01T07:30:00.000Z'],
    ['2027-03-01T09:30:00.000001Z', '2027-03-01T09:30:01.000Z'],
    ['2027-03-01T09:30:00.000z', '2027-03-01T09:30:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    [Date.UTC(2027, 2, 1) + 1, '2027-03-01T00:00:01.000Z'],
  ])('reads %j', (written, instant) => {
    expect(at(written)).toBe(instant);
  });

  test('without an offset it is local: in the zone given, else in the default', () => {
    expect(at('2027-03-01T09:30:00', 'America/New_York')).toBe('2027-03-01T14:30:00.000Z');
    expect(at('2027-03-01T09:30:00')).toBe('2027-03-01T08:30:00.000Z');
    expect(at('2027-03-14T02:30:00', 'America/New_York')).toBe('2027-03-14T07:00:00.000Z');
    expect(at('2027-11-07T01:30:00', 'America/New_York')).toBe('2027-11-07T05:30:00.000Z');
  });
});

describe('immediate', () => {
  test('is due in the second of creation', () => {
    const schedule = parse({ kind: 'immediate' });
    expect(schedule).toEqual({ kind: 'immediate', at: Math.floor(CONTEXT.now / 1000) * 1000 });
    expect(fireTimes(schedule, CONTEXT.now - 1000, 5)).toHaveLength(1);
  });
});

describe('forms of input', () => {
  test('weekdays come out in the order of the week, each once', () => {
    expect(parse({ kind: 'weekly', daysOfWeek: ['sun', 'wed', 'mon', 'mon'], time: '09:00' })).toEqual({
      kind: 'weekly',
      daysOfWeek: ['mon', 'wed', 'sun'],
      time: '09:00',
      timezone: 'Europe/Berlin',
    });
  });

  test('skipWeekends becomes weekdays', () => {
    const week = ['mon', 'tue', 'wed', 'thu', 'fri'];
    expect(parse({ kind: 'daily', time: '09:00', skipWeekends: true })).toMatchObject({ daysOfWeek: week });
    expect(parse({ kind: 'daily', time: '09:00', skipWeekends: true, daysOfWeek: ['sun', 'tue'] })).toMatchObject({
      daysOfWeek: ['tue'],
    });
    expect(parse({ kind: 'daily', time: '09:00', skipWeekends: false })).not.toHaveProperty('daysOfWeek');
  });

  test('-1 is the last day of the month', () => {
    expect(parse({ kind: 'monthly', dayOfMonth: -1, time: '09:00' })).toMatchObject({ dayOfMonth: 'last' });
  });
});

test.each<[Readonly<Record<string, unknown>>, string]>([
  [{ kind: 'interval', everySeconds: 30 }, 'every 30 seconds'],
  [{ kind: 'interval', everySeconds: 3600 }, 'every hour'],
  [{ kind: 'interval', everySeconds: 172_800 }, 'every 2 days'],
  [
    { kind: 'interval', everySeconds: 90, jitterPercentage: 10, startImmediately: true },
    'every 90 seconds, up to 10 % of it late, first at once',
  ],
  [{ kind: 'daily', time: '02:00' }, 'at 02:00 every day (Europe/Berlin)'],
  [{ kind: 'daily', time: '02:00', skipWeekends: true }, 'at 02:00 on weekdays (Europe/Berlin)'],
  [{ kind: 'weekly', time: '02:00', daysOfWeek: ['mon'] }, 'at 02:00 on Mondays (Europe/Berlin)'],
  [
    { kind: 'weekly', time: '09:00', daysOfWeek: ['mon', 'wed', 'fri'], timezone: 'UTC' },
    'at 09:00 on Mondays, Wednesdays and Fridays (UTC)',
  ],
  [{ kind: 'monthly', time: '09:00', dayOfMonth: 31 }, 'at 09:00 on day 31 of each month that has one (Europe/Berlin)'],
  [{ kind: 'monthly', time: '09:00', dayOfMonth: 'last' }, 'at 09:00 on the last day of each month (Europe/Berlin)'],
  [
    { kind: 'cron', expression: '0 9-17 * * 1-5' },
    'every hour, between 09:00 and 17:00, Monday through Friday (Europe/Berlin)',
  ],
  [{ kind: 'cron', expression: '0 6 1W,15W * *' }, 'cron 0 6 1W,15W * * (Europe/Berlin)'],
  [{ kind: 'once', at: '2027-03-01T09:30:00Z' }, 'once, at 2027-03-01 09:30:00 UTC'],
  [{ kind: 'immediate' }, 'once, at creation'],
  [
    { kind: 'sun', mode: 'sunset', latitude: 40.7, longitude: -74, offsetMinutes: -30 },
    '30 minutes before sunset at 40.7, -74 (Europe/Berlin)',
  ],
  [{ kind: 'none' }, 'by hand or by dependency only'],
  [
    { kind: 'event', topic: 'a/+', payloadMatch: { state: 'open' }, minIntervalSeconds: 5 },
    'on each message on a/+ whose payload has state as given, at most every 5 seconds',
  ],
])('%j is described in words', (input, words) => {
  expect(describeSchedule(parse(input))).toBe(words);
});
