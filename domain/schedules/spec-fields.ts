import { z } from 'zod';
import type { Instant } from './kind.ts';
import { knownTimezone, timezoneFault } from './time-zone.ts';
import { inWeekOrder, isWeekdayList, WEEKDAYS, type Weekday } from './weekday.ts';
import { LAST_INSTANT } from './zone-offsets.ts';

/** The schema of one kind: its fields and no others; an unknown one is refused along with the names of the known. */
export function specSchema<Shape extends z.ZodRawShape>(kind: string, shape: Shape) {
  const known = ['kind', ...Object.keys(shape)].join(', ');
  const unknown = z.custom<unknown>(() => false, `unknown field; a schedule of kind "${kind}" has: ${known}`);
  return z
    .object({ kind: z.literal(kind, `must be "${kind}"`), ...shape }, `must be an object with the fields ${known}`)
    .catchall(unknown);
}

/** A whole number within bounds. One message for whatever is wrong with it. */
export function wholeNumber(min: number, max: number, message: string) {
  return z
    .custom<number>((value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max, message)
    .transform(withoutMinusZero);
}

/** A finite number within bounds, fractions allowed. */
export function realNumber(min: number, max: number, message: string) {
  return z.number(message).min(min, message).max(max, message).transform(withoutMinusZero);
}

/** An instant that a parse made before, given again: stored specs are accepted as they are. */
export const wholeSecond = z.custom<Instant>(
  (value) => Number.isSafeInteger(value) && Number(value) % 1000 === 0 && Math.abs(Number(value)) <= LAST_INSTANT,
  'must be a whole second, in milliseconds since 1970-01-01T00:00:00Z; leave it out to start now',
);

export const timezone = z
  .string('must be the name of a time zone, such as "Europe/Berlin"')
  .transform((name, context) => {
    const known = knownTimezone(name);
    if (known !== null) return known;
    context.addIssue({ code: 'custom', message: timezoneFault(name) });
    return z.NEVER;
  });

const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const TIME_MESSAGE = 'must be a time of day from "00:00" to "23:59", written "HH:MM" or "HH:MM:SS"';

export const timeOfDay = z.string(TIME_MESSAGE).regex(TIME, TIME_MESSAGE);

/** The ms since local midnight of a checked `HH:MM` or `HH:MM:SS`. */
export function timeOfDayMs(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

export const weekdayList = z
  .custom<Weekday[]>(
    isWeekdayList,
    `must be a list of one or more weekdays out of ${WEEKDAYS.map((day) => `"${day}"`).join(', ')}`,
  )
  .transform(inWeekOrder);

/** -0 does not survive JSON. */
function withoutMinusZero(value: number): number {
  return value + 0;
}
