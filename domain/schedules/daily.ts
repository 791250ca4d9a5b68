import { z } from 'zod';
import { invalid } from '../errors.ts';
import { parseWith } from '../parse.ts';
import { nextAtFixedTime, nextDayAt } from './civil-time.ts';
import type { ScheduleKind } from './kind.ts';
import { specSchema, timeOfDay, timeOfDayMs, timezone, weekdayList } from './spec-fields.ts';
import { weekdayOf, weekdaysInWords, WORKDAYS, type Weekday } from './weekday.ts';

/** Once a day at a local time, on every day or on some weekdays. */
export interface DailySchedule {
  readonly kind: 'daily';
  /** `HH:MM` or `HH:MM:SS`. */
  readonly time: string;
  readonly timezone: string;
  /** From Monday on, each once; absent: every day. */
  readonly daysOfWeek?: readonly Weekday[];
}

const schema = specSchema('daily', {
  time: timeOfDay,
  timezone: timezone.optional(),
  daysOfWeek: weekdayList.optional(),
  skipWeekends: z.boolean('must be true or false').default(false),
});

export const daily: ScheduleKind<DailySchedule> = {
  kind: 'daily',
  parse(input, context) {
    const spec = parseWith(schema, input, 'INVALID_SCHEDULE');
    const daysOfWeek = spec.skipWeekends ? withoutWeekend(spec.daysOfWeek ?? WORKDAYS) : spec.daysOfWeek;
    return {
      kind: 'daily',
      time: spec.time,
      timezone: spec.timezone ?? context.defaultTimezone,
      ...(daysOfWeek && { daysOfWeek }),
    };
  },
  nextAfter({ time, timezone: zone, daysOfWeek }, after) {
    const timeMs = timeOfDayMs(time);
    return nextAtFixedTime(after, zone, (wall) =>
      nextDayAt(wall, timeMs, (day) => daysOfWeek === undefined || daysOfWeek.includes(weekdayOf(day))),
    );
  },
  describe({ time, timezone: zone, daysOfWeek }) {
    const days = daysOfWeek === undefined ? 'every day' : `on ${weekdaysInWords(daysOfWeek)}`;
    return `at ${time} ${days} (${zone})`;
  },
};

function withoutWeekend(days: readonly Weekday[]): readonly Weekday[] {
  const left = days.filter((day) => WORKDAYS.includes(day));
  if (left.length > 0) return left;
  const message = 'holds only days of the weekend, which skipWeekends leaves out: add a weekday or drop skipWeekends';
  throw invalid('INVALID_SCHEDULE', [{ path: 'daysOfWeek', message }]);
}
