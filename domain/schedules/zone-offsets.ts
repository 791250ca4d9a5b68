import { BoundedCache } from '../bounded-cache.ts';
import type { Instant } from './kind.ts';

/** One change of a zone's clock: from `at` on it is ahead of UTC by `offsetAfter` ms, until then by `offsetBefore`. */
export interface Transition {
  readonly at: Instant;
  readonly offsetBefore: number;
  readonly offsetAfter: number;
}

/** The last instant that schedules reach. Past it nothing fires. */
export const LAST_INSTANT: Instant = Date.UTC(9999, 11, 31, 23, 59, 59);
/** Outside of these a zone is taken to keep the offset it has at the nearer of the two. */
const FIRST_KNOWN: Instant = Date.UTC(1900, 0, 2);
const LAST_KNOWN: Instant = Date.UTC(9998, 11, 30);

/** Changes that cancel each other lie at least 7 days apart since 1970 (tz 2025c, Brazil in October 2000). */
const PROBE_MS = 4 * 86_400_000;

interface ZoneYear {
  readonly offset: number;
  readonly transitions: readonly Transition[];
}

/** What a year of a zone looks like takes about 100 questions to Intl, hence the memory. */
const ZONES = new BoundedCache(1000, (zone: string) => {
  const ask = askIntl(zone);
  return new BoundedCache(300, (year: number) => zoneYear(year, ask));
});

/** By how many ms the clock of `zone` is ahead of UTC at `instant`. Throws a RangeError for an unknown zone. */
export function offsetAt(instant: Instant, zone: string): number {
  const within = clamp(instant);
  const { offset, transitions } = ZONES.get(zone).get(yearOf(within));
  let current = offset;
  for (const change of transitions) {
    if (change.at > within) break;
    current = change.offsetAfter;
  }
  return current;
}

/** The first change of the clock of `zone` later than `after` and not later than `until`. */
export function firstTransition(zone: string, after: Instant, until: Instant): Transition | null {
  const years = ZONES.get(zone);
  const last = yearOf(clamp(until));
  for (let year = yearOf(clamp(after)); year <= last; year++) {
    for (const change of years.get(year).transitions) {
      if (change.at > until) return null;
      if (change.at > after) return change;
    }
  }
  return null;
}

function zoneYear(year: number, offsetOf: (instant: Instant) => number): ZoneYear {
  const start = Date.UTC(year, 0, 1) - 1000;
  const end = Date.UTC(year + 1, 0, 1) - 1000;
  const transitions: Transition[] = [];
  const first = offsetOf(start);
  let offset = first;
  for (let from = start; from < end; from += PROBE_MS) {
    const to = Math.min(from + PROBE_MS, end);
    const target = offsetOf(to);
    for (let seen = from; offset !== target;) {
      seen = firstOther(seen, to, offset, offsetOf);
      const offsetAfter = offsetOf(seen);
      transitions.push({ at: seen, offsetBefore: offset, offsetAfter });
      offset = offsetAfter;
    }
  }
  return { offset: first, transitions };
}

/** Halves [from, to] down to the second from which the offset is no longer `offset`. */
function firstOther(from: Instant, to: Instant, offset: number, offsetOf: (instant: Instant) => number): Instant {
  let same = from;
  let other = to;
  while (other - same > 1000) {
    const middle = same + Math.floor((other - same) / 2000) * 1000;
    if (offsetOf(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

/** Reads a zone's clock as the fixed digits `MM/DD/YYYY, HH:MM:SS`, seconds of old local mean times included. */
function askIntl(zone: string): (instant: Instant) => number {
  const digits = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (instant) => {
    const text = digits.format(instant);
    const part = (start: number, end: number): number => Number(text.slice(start, end));
    const wall = Date.UTC(part(6, 10), part(0, 2) - 1, part(3, 5), part(12, 14), part(15, 17), part(18, 20));
    return wall - Math.floor(instant / 1000) * 1000;
  };
}

function clamp(instant: Instant): Instant {
  return Math.min(Math.max(instant, FIRST_KNOWN), LAST_KNOWN);
}

function yearOf(instant: Instant): number {
  return new Date(instant).getUTCFullYear();
}
