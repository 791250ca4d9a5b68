export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const WORKDAYS: readonly Weekday[] = WEEKDAYS.slice(0, 5);

const PLURALS: Readonly<Record<Weekday, string>> = {
  mon: 'Mondays',
  tue: 'Tuesdays',
  wed: 'Wednesdays',
  thu: 'Thursdays',
  fri: 'Fridays',
  sat: 'Saturdays',
  sun: 'Sundays',
};

/** The weekday of a Date's UTC fields. */
export function weekdayOf(day: Date): Weekday {
  return WEEKDAYS[(day.getUTCDay() + 6) % 7] as Weekday;
}

export function isWeekdayList(value: unknown): value is Weekday[] {
  const known: readonly unknown[] = WEEKDAYS;
  return Array.isArray(value) && value.length > 0 && value.length <= 7 && value.every((day) => known.includes(day));
}

/** Each day once, from Monday on. */
export function inWeekOrder(days: readonly Weekday[]): Weekday[] {
  return WEEKDAYS.filter((day) => days.includes(day));
}

/** `Mondays, Wednesdays and Fridays`, `weekdays`, `every day`. */
export function weekdaysInWords(days: readonly Weekday[]): string {
  if (days.length === WEEKDAYS.length) return 'every day';
  if (days.join() === WORKDAYS.join()) return 'weekdays';
  const words = days.map((day) => PLURALS[day]);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
