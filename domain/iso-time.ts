import type { Instant } from './schedules/kind.ts';

let last = { instant: Number.NaN, text: '' };

/** An instant in UTC to the millisecond (ISO 8601). Those of a clock's tick are mostly the same one, and it costs a microsecond. */
export function isoTime(instant: Instant): string {
  if (instant !== last.instant) last = { instant, text: new Date(instant).toISOString() };
  return last.text;
}
