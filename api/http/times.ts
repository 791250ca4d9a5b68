import { invalid } from '../../domain/errors.ts';
import type { Instant } from '../../domain/schedules/kind.ts';

/** UTC to the second, as the documents print times: `2025-03-12T15:10:30Z`. */
export function isoSeconds(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function isoSecondsOrNull(at: Instant | null): string | null {
  return at === null ? null : isoSeconds(at);
}

/** Log lines alone carry milliseconds: `2025-03-12T15:10:30.123Z`. */
export function isoMilliseconds(at: Instant): string {
  return new Date(at).toISOString();
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/;
const DAY_MS = 86_400_000;

/**
 * A `start_date` or `end_date`, an ISO date or date and time, as `[from, to)`: a date alone is the whole day, a time
 * without an offset is UTC. Throws INVALID_INPUT.
 */
export function readRange(dates: { start_date?: string | undefined; end_date?: string | undefined }): {
  from?: Instant;
  to?: Instant;
} {
  const from = dates.start_date === undefined ? undefined : readDate('start_date', dates.start_date).at;
  const end = dates.end_date === undefined ? undefined : readDate('end_date', dates.end_date);
  const to = end === undefined ? undefined : end.at + (end.wholeDay ? DAY_MS : 1);
  if (from !== undefined && to !== undefined && from >= to) {
    const message = `must not be later than end_date (${dates.end_date}): swap them, or leave one out`;
    throw invalid('INVALID_INPUT', [{ path: 'start_date', message }]);
  }
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** An instant of a body or query; a date alone is its first moment. Throws INVALID_INPUT. */
export function readInstant(path: string, text: string): Instant {
  return readDate(path, text).at;
}

/** A `start` and an `end`, both needed, as `[from, to)`; read like a range of dates. Throws INVALID_INPUT. */
export function readSpan(start: string, end: string): { from: Instant; to: Instant } {
  const from = readDate('start', start).at;
  const last = readDate('end', end);
  const to = last.at + (last.wholeDay ? DAY_MS : 1);
  if (from < to) return { from, to };
  throw invalid('INVALID_INPUT', [{ path: 'start', message: `must not be later than end (${end}): swap them` }]);
}

function readDate(path: string, text: string): { at: Instant; wholeDay: boolean } {
  // A "+" of an offset arrives as a space from clients that do not encode it.
  const written = text.replace(/ (\d\d:?\d\d)$/, '+$1');
  const wholeDay = DATE.test(written);
  if (wholeDay || DATE_TIME.test(written)) {
    const iso = written.replace(' ', 'T');
    const at = Date.parse(wholeDay || /(Z|[+-]\d\d:?\d\d)$/.test(iso.slice(10)) ? iso : `${iso}Z`);
    if (!Number.isNaN(at) && daysMatch(iso)) return { at, wholeDay };
  }
  const message = 'must be an ISO date such as "2025-03-12", or a time such as "2025-03-12T15:10:30Z"';
  throw invalid('INVALID_INPUT', [{ path, message }]);
}

/** JavaScript reads February 30th as March 2nd. */
function daysMatch(iso: string): boolean {
  const day = iso.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
