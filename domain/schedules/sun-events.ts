import { getPosition, getTimes } from 'suncalc';
import { DAY_MS } from './civil-time.ts';
import type { Instant } from './kind.ts';

export type SunEvent = 'sunrise' | 'sunset';

/** Polar days and nights last half a year at most; where 400 days have no event there is none (ENGINE 5.1). */
const LONGEST_WAIT_DAYS = 400;
/** The altitude in degrees that suncalc's `getPosition` gives an upper limb on the horizon. */
const HORIZON = -0.833 + 0.484;
/** How far from it suncalc's answer is believed; in ordinary places it is within a thousandth. */
const TOLERANCE = 0.01;

/**
 * The first sunrise or sunset strictly later than `after`, rounded up to a whole second; null when there is none
 * within 400 days. Every event counts, on whichever local date it falls, so that no zone is needed.
 */
export function nextSunEvent(event: SunEvent, latitude: number, longitude: number, after: Instant): Instant | null {
  // Near ±180° the sun's day is up to a whole day off the UTC date (ENGINE 5.1).
  const first = Math.floor(after / DAY_MS) - 2;
  for (let day = first; day <= first + LONGEST_WAIT_DAYS + 2; day++) {
    const at = eventOfDay(event, latitude, longitude, day);
    if (at !== null && at > after) return at;
  }
  return null;
}

/** The event of the sun's day that goes with a UTC date, which is given in days since 1970. */
function eventOfDay(event: SunEvent, latitude: number, longitude: number, day: number): Instant | null {
  const times = getTimes(new Date((day + 0.5) * DAY_MS), latitude, longitude);
  const claimed = times[event];
  if (claimed === null) return null;
  const noon = times.solarNoon.getTime();
  const midnight = noon + (event === 'sunset' ? DAY_MS / 2 : -DAY_MS / 2);
  const altitude = (instant: Instant): number => getPosition(new Date(instant), latitude, longitude).altitude - HORIZON;
  const at = claimed.getTime();
  const isBetween = (at - noon) * (at - midnight) < 0;
  const exact = isBetween && Math.abs(altitude(at)) < TOLERANCE ? at : crossing(noon, midnight, altitude);
  return exact === null ? null : Math.ceil(exact / 1000) * 1000;
}

/**
 * When the sun passes the horizon between its highest and its lowest point. Needed on the first and last days around
 * a polar day or night, where suncalc's two steps of approximation miss by minutes to days.
 */
function crossing(noon: Instant, midnight: Instant, altitude: (instant: Instant) => number): Instant | null {
  if (altitude(noon) <= 0 || altitude(midnight) >= 0) return null;
  let up = noon;
  let down = midnight;
  while (Math.abs(up - down) > 500) {
    const middle = (up + down) / 2;
    if (altitude(middle) > 0) up = middle;
    else down = middle;
  }
  return down;
}
