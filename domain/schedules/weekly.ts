import { parseWith } from '../parse.ts';
import { nextAtFixedTime, nextDayAt } from './civil-time.ts';
import type { ScheduleKind } from './kind.ts';
import { specSchema, timeOfDay, timeOfDayMs, timezone, weekdayList } from './spec-fields.ts';
import { weekdayOf, weekdaysInWords, type Weekday } from './weekday.ts';

/** On some weekdays at a local time. */
export interface WeeklySchedule {
  readonly kind: 'weekly';
  /** From Monday on, each once, at least one. */
  readonly daysOfWeek: readonly Weekday[];
  /** `HH:MM` or `HH:MM:SS`. */
  readonly time: string;
  readonly timezone: string;
}

const schema = specSchema('weekly', { daysOfWeek: weekdayList, time: timeOfDay, timezone: timezone.optional() });

export const weekly: ScheduleKind<WeeklySchedule> = {
  kind: 'weekly',
  parse(input, context) {
    const { daysOfWeek, time, timezone: zone } = parseWith(schema, input, 'INVALID_SCHEDULE');
    return { kind: 'weekly', daysOfWeek, time, timezone: zone ?? context.defaultTimezone };
  },
  nextAfter({ daysOfWeek, time, timezone: zone }, after) {
    const timeMs = timeOfDayMs(time);
    return nextAtFixedTime(after, zone, (wall) =>
      nextDayAt(wall, timeMs, (day) => daysOfWeek.includes(weekdayOf(day))),
    );
  },
  describe: ({ daysOfWeek, time, timezone: zone }) => `at ${time} on ${weekdaysInWords(daysOfWeek)} (${zone})`,
};
