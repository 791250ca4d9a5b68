import type { Instant } from './kind.ts';
import { firstTransition, LAST_INSTANT, offsetAt } from './zone-offsets.ts';

/** A local date and time: the ms since the epoch at which a UTC clock shows the same digits. */
export type WallTime = number;
/** The first wall time of a pattern that is strictly later than `wall`, or null when there is none. */
export type NextWallTime = (wall: WallTime) => WallTime | null;

export const DAY_MS = 86_400_000;
/** No clock on Earth has been further from UTC than 16 hours. */
const REACH_MS = 26 * 3_600_000;
/** A rhythm that finds only times that its zone skips is given up after a hundred years. */
const HORIZON_MS = 36_525 * DAY_MS;

/** What the clocks of `zone` show at `instant`. */
export function wallTimeAt(instant: Instant, zone: string): WallTime {
  return instant + offsetAt(instant, zone);
}

/**
 * When the clocks of `zone` show `wall` (DECISIONS section 3): a time that a spring gap skips is the first instant
 * after the gap; of the two that an autumn fold shows, the first.
 */
export function instantOf(wall: WallTime, zone: string): Instant {
  const until = wall + REACH_MS;
  let seen = wall - REACH_MS;
  let offset = offsetAt(seen, zone);
  for (;;) {
    const change = firstTransition(zone, seen, until);
    if (change === null || wall - offset < change.at) return wall - offset;
    if (wall - change.offsetAfter < change.at) return change.at;
    seen = change.at;
    offset = change.offsetAfter;
  }
}

/** The first fire later than `after` of fixed local times: each once a day that has it, whatever the clocks do. */
export function nextAtFixedTime(after: Instant, zone: string, nextWall: NextWallTime): Instant | null {
  // `instantOf` never falls as wall times rise, so that nothing up to the wall time of `after` can be later than it.
  let wall = nextWall(wallTimeAt(after, zone));
  while (wall !== null) {
    const at = instantOf(wall, zone);
    if (at > LAST_INSTANT) return null;
    if (at > after) return at;
    wall = nextWall(wall);
  }
  return null;
}

/** The first instant later than `after` whose local time fits: skips what a gap skips, repeats what a fold repeats. */
export function nextInRhythm(after: Instant, zone: string, nextWall: NextWallTime): Instant | null {
  const horizon = Math.min(after + HORIZON_MS, LAST_INSTANT);
  let seen = after;
  let offset = offsetAt(after, zone);
  let wall = after + offset;
  for (;;) {
    const next = nextWall(wall);
    if (next === null || next - offset > horizon) return null;
    const change = firstTransition(zone, seen, next - offset);
    if (change === null) return next - offset;
    seen = change.at;
    offset = change.offsetAfter;
    wall = seen + offset - 1000;
  }
}

/**
 * The first `timeMs` of a day that `fits`, strictly later than `wall`. `fits` is asked with a Date whose UTC fields
 * are the local date. Null when none of the next 62 days fits: every month pair has a 31st.
 */
export function nextDayAt(wall: WallTime, timeMs: number, fits: (day: Date) => boolean): WallTime | null {
  const today = Math.floor(wall / DAY_MS) * DAY_MS;
  const first = today + timeMs > wall ? today : today + DAY_MS;
  for (let day = first; day <= first + 62 * DAY_MS; day += DAY_MS) {
    if (fits(new Date(day))) return day + timeMs;
  }
  return null;
}
