import { z } from 'zod';
import { parseWith } from '../parse.ts';
import { DAY_MS, nextAtFixedTime, nextDayAt } from './civil-time.ts';
import type { ScheduleKind } from './kind.ts';
import { specSchema, timeOfDay, timeOfDayMs, timezone } from './spec-fields.ts';

/** Once a month at a local time. A month that lacks the day is skipped, unless it is `last` (DECISIONS section 3). */
export interface MonthlySchedule {
  readonly kind: 'monthly';
  /** 1–31, or the month's last day. */
  readonly dayOfMonth: number | 'last';
  /** `HH:MM` or `HH:MM:SS`. */
  readonly time: string;
  readonly timezone: string;
}

const schema = specSchema('monthly', {
  dayOfMonth: z
    .custom<number | 'last'>(
      isDayOfMonth,
      'must be a day from 1 to 31, or "last" (or -1) for the last day of the month',
    )
    .transform((day) => (day === -1 ? 'last' : day)),
  time: timeOfDay,
  timezone: timezone.optional(),
});

export const monthly: ScheduleKind<MonthlySchedule> = {
  kind: 'monthly',
  parse(input, context) {
    const { dayOfMonth, time, timezone: zone } = parseWith(schema, input, 'INVALID_SCHEDULE');
    return { kind: 'monthly', dayOfMonth, time, timezone: zone ?? context.defaultTimezone };
  },
  nextAfter({ dayOfMonth, time, timezone: zone }, after) {
    const timeMs = timeOfDayMs(time);
    const fits = dayOfMonth === 'last' ? isLastOfMonth : (day: Date) => day.getUTCDate() === dayOfMonth;
    return nextAtFixedTime(after, zone, (wall) => nextDayAt(wall, timeMs, fits));
  },
  describe({ dayOfMonth, time, timezone: zone }) {
    return `at ${time} on ${dayInWords(dayOfMonth)} (${zone})`;
  },
};

function isDayOfMonth(value: unknown): boolean {
  return value === 'last' || value === -1 || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 31);
}

function isLastOfMonth(day: Date): boolean {
  return new Date(day.getTime() + DAY_MS).getUTCDate() === 1;
}

function dayInWords(day: number | 'last'): string {
  if (day === 'last') return 'the last day of each month';
  return `day ${day} of each month${day > 28 ? ' that has one' : ''}`;
}
