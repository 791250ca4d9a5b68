import { describe, expect, test } from 'vitest';
import { fireTimes, parseSchedule } from '../../../domain/schedules/index.ts';
import { CONTEXT } from './examples.ts';

function fires(input: Readonly<Record<string, unknown>>, after: string, count: number): string[] {
  const schedule = parseSchedule(input, CONTEXT);
  return fireTimes(schedule, Date.parse(after), count).map((at) => new Date(at).toISOString().replace('.000Z', 'Z'));
}

const daily = (time: string, timezone: string) => ({ kind: 'daily', time, timezone });
const cron = (expression: string, timezone: string) => ({ kind: 'cron', expression, timezone });

describe('a local time that a spring gap skips fires at the first instant after the gap', () => {
  test.each([
    [
      'an hour',
      daily('02:30', 'America/New_York'),
      '2027-03-13T12:00:00Z',
      '2027-03-14T07:00:00Z',
      '2027-03-15T06:30:00Z',
    ],
    [
      'the gap’s first second',
      daily('02:00', 'Europe/Berlin'),
      '2027-03-27T12:00:00Z',
      '2027-03-28T01:00:00Z',
      '2027-03-29T00:00:00Z',
    ],
    [
      'half an hour',
      daily('02:15', 'Australia/Lord_Howe'),
      '2026-10-03T00:00:00Z',
      '2026-10-03T15:30:00Z',
      '2026-10-04T15:15:00Z',
    ],
    [
      'two hours',
      daily('01:30', 'Antarctica/Troll'),
      '2027-03-27T12:00:00Z',
      '2027-03-28T01:00:00Z',
      '2027-03-28T23:30:00Z',
    ],
    [
      'midnight itself',
      daily('00:00', 'America/Sao_Paulo'),
      '2018-11-03T12:00:00Z',
      '2018-11-04T03:00:00Z',
      '2018-11-05T02:00:00Z',
    ],
    [
      'midnight, Tehran',
      daily('00:30', 'Asia/Tehran'),
      '2021-03-21T12:00:00Z',
      '2021-03-21T20:30:00Z',
      '2021-03-22T20:00:00Z',
    ],
    [
      'after Ramadan',
      daily('02:20', 'Africa/Casablanca'),
      '2027-03-13T12:00:00Z',
      '2027-03-14T02:00:00Z',
      '2027-03-15T01:20:00Z',
    ],
    [
      'into the next day, Godthab',
      cron('30 23 * * *', 'America/Godthab'),
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ],
    [
      'into the next day, Scoresbysund',
      daily('23:30', 'America/Scoresbysund'),
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ],
    [
      'a whole day, Apia 2011',
      daily('06:00', 'Pacific/Apia'),
      '2011-12-29T20:00:00Z',
      '2011-12-30T10:00:00Z',
      '2011-12-30T16:00:00Z',
    ],
  ])('%s', (_what, input, after, first, second) => {
    expect(fires(input, after, 2)).toEqual([first, second]);
  });

  test('several times of one gap are one fire', () => {
    expect(fires(cron('0,30 2,3 * * *', 'America/New_York'), '2027-03-14T05:00:00Z', 3)).toEqual([
      '2027-03-14T07:00:00Z',
      '2027-03-14T07:30:00Z',
      '2027-03-15T06:00:00Z',
    ]);
  });

  test('midnight of the day that Apia skipped is the midnight after it', () => {
    expect(fires(daily('00:00', 'Pacific/Apia'), '2011-12-28T12:00:00Z', 3)).toEqual([
      '2011-12-29T10:00:00Z',
      '2011-12-30T10:00:00Z',
      '2011-12-31T10:00:00Z',
    ]);
  });
});

describe('a local time that an autumn fold shows twice fires at the first of the two, once', () => {
  test.each([
    [
      'an hour',
      daily('01:30', 'America/New_York'),
      '2026-10-31T12:00:00Z',
      '2026-11-01T05:30:00Z',
      '2026-11-02T06:30:00Z',
    ],
    [
      'half an hour',
      daily('01:45', 'Australia/Lord_Howe'),
      '2027-04-03T00:00:00Z',
      '2027-04-03T14:45:00Z',
      '2027-04-04T15:15:00Z',
    ],
    [
      'Dublin, whose winter is the exception',
      daily('01:30', 'Europe/Dublin'),
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ],
    [
      'fixed-time cron',
      cron('15 2 * * *', 'Europe/Berlin'),
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:15:00Z',
      '2026-10-26T01:15:00Z',
    ],
    [
      'before midnight',
      daily('23:30', 'America/Sao_Paulo'),
      '2018-02-17T12:00:00Z',
      '2018-02-18T01:30:00Z',
      '2018-02-19T02:30:00Z',
    ],
  ])('%s', (_what, input, after, first, second) => {
    expect(fires(input, after, 2)).toEqual([first, second]);
  });

  test('asked between the two, it waits for the next day', () => {
    expect(fires(daily('01:30', 'America/New_York'), '2026-11-01T06:00:00Z', 1)).toEqual(['2026-11-02T06:30:00Z']);
  });

  test('a list of hours is fixed times, not a rhythm', () => {
    expect(fires(cron('0 1,13 * * *', 'America/New_York'), '2026-11-01T04:00:00Z', 3)).toEqual([
      '2026-11-01T05:00:00Z',
      '2026-11-01T18:00:00Z',
      '2026-11-02T06:00:00Z',
    ]);
  });
});

describe('months and leap years', () => {
  test('the 31st skips the months that lack it', () => {
    expect(
      fires({ kind: 'monthly', dayOfMonth: 31, time: '00:00', timezone: 'UTC' }, '2027-01-01T00:00:00Z', 4),
    ).toEqual(['2027-01-31T00:00:00Z', '2027-03-31T00:00:00Z', '2027-05-31T00:00:00Z', '2027-07-31T00:00:00Z']);
  });

  test('the last day follows the length of the month, leap years included', () => {
    expect(
      fires({ kind: 'monthly', dayOfMonth: -1, time: '12:00', timezone: 'UTC' }, '2028-01-31T12:00:00Z', 3),
    ).toEqual(['2028-02-29T12:00:00Z', '2028-03-31T12:00:00Z', '2028-04-30T12:00:00Z']);
    expect(
      fires({ kind: 'monthly', dayOfMonth: 'last', time: '12:00', timezone: 'UTC' }, '2100-02-01T00:00:00Z', 1),
    ).toEqual(['2100-02-28T12:00:00Z']);
  });

  test('the 29th of February comes every four years, but not in 2100', () => {
    expect(fires(cron('0 0 29 2 *', 'UTC'), '2092-03-01T00:00:00Z', 3)).toEqual([
      '2096-02-29T00:00:00Z',
      '2104-02-29T00:00:00Z',
      '2108-02-29T00:00:00Z',
    ]);
    expect(
      fires({ kind: 'monthly', dayOfMonth: 29, time: '01:02:03', timezone: 'UTC' }, '2027-01-30T00:00:00Z', 2),
    ).toEqual(['2027-03-29T01:02:03Z', '2027-04-29T01:02:03Z']);
  });
});
