import type { Schedule } from './index.ts';

/** The zone in which a schedule's times are told: its own, else the given one (an interval has none). */
export function zoneOf(schedule: Schedule, defaultTimezone: string): string {
  return 'timezone' in schedule ? schedule.timezone : defaultTimezone;
}
