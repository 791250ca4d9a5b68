import { expect, it } from 'vitest';
import { scheduleInRussian } from '../../domain/schedules/cron-in-russian.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';

const told = (expression: string, timezone = 'Europe/Moscow') =>
  scheduleInRussian(parseSchedule({ kind: 'cron', expression, timezone }, { now: 0, defaultTimezone: 'UTC' }), '');

it.each([
  ['0 2 * * *', 'в 02:00 (Europe/Moscow)'],
  ['*/5 9-17 * * 1-5', 'каждые 5 минут, с 09:00 по 17:59, с понедельника по пятницу (Europe/Moscow)'],
  ['@daily', 'в 00:00 (Europe/Moscow)'],
])('%s is told as %s', (expression, words) => {
  expect(told(expression)).toBe(words);
});

it('leaves what is no cron expression, or has no words, as it is', () => {
  const interval = parseSchedule({ kind: 'interval', everySeconds: 5 }, { now: 0, defaultTimezone: 'UTC' });
  expect(scheduleInRussian(interval, 'every 5 seconds')).toBe('every 5 seconds');
  expect(told('0 2 15w,20w * *', 'UTC')).toMatch(/\(UTC\)$/);
});
