import { DAY_MS, instantOf, wallTimeAt, type WallTime } from './schedules/civil-time.ts';
import { cronFields, firesAtFixedTimes } from './schedules/cron-fields.ts';
import { fireTimesUntil, type Schedule, type ScheduleOf } from './schedules/index.ts';
import type { Instant } from './schedules/kind.ts';
import { firstTransition, offsetAt, type Transition } from './schedules/zone-offsets.ts';

/** What a change of the clocks did to a fire. */
export type ClockEffect = 'moved' | 'merged' | 'skipped' | 'first_of_two' | 'repeated';

export interface ClockNote {
  readonly effect: ClockEffect;
  /** A sentence for people. */
  readonly words: string;
}

/** The kinds that fire by what the clocks on the walls show. */
type ByTheClock = ScheduleOf<'cron' | 'daily' | 'monthly' | 'weekly'>;

/** Local times within one change that are looked at: a cron of every second has 3600 in an hour. */
const MOST = 10_000;

/**
 * What clock changes did to the fires `times` of a schedule, the next ones later than `after` (DECISIONS section 3): a
 * time that does not exist was moved, merged with another or, of a rhythm, skipped (told with the fire that follows); a
 * time that the clocks show twice fires at the first, or repeats.
 */
export function clockNotes(schedule: Schedule, times: readonly Instant[], after: Instant): Map<Instant, ClockNote> {
  const notes = new Map<Instant, ClockNote>();
  const last = times.at(-1);
  if (last === undefined || !isByTheClock(schedule)) return notes;
  // A fire at the first of two comes before the clocks go back.
  const until = last + DAY_MS;
  let change = firstTransition(schedule.timezone, after - 1, until);
  while (change !== null) {
    const effects = change.offsetAfter > change.offsetBefore ? gapNotes : foldNotes;
    for (const [at, note] of effects(schedule, change, times)) notes.set(at, note);
    change = firstTransition(schedule.timezone, change.at, until);
  }
  return notes;
}

/** `2026-03-29T03:00:00+02:00`: what the clocks of the zone show at an instant, and how far they are from UTC. */
export function localTime(at: Instant, zone: string): string {
  const minutes = Math.round(Math.abs(offsetAt(at, zone)) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const sign = offsetAt(at, zone) < 0 ? '-' : '+';
  const wall = new Date(wallTimeAt(at, zone)).toISOString().slice(0, 19);
  return `${wall}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function isByTheClock(schedule: Schedule): schedule is ByTheClock {
  return ['cron', 'daily', 'monthly', 'weekly'].includes(schedule.kind);
}

function keepsRhythm(schedule: ByTheClock): boolean {
  return schedule.kind === 'cron' && !firesAtFixedTimes(cronFields(schedule.expression));
}

type Noted = [at: Instant, note: ClockNote];

/** The clocks leap from `at + offsetBefore` to `at + offsetAfter`: what lies between never is. */
function gapNotes(schedule: ByTheClock, change: Transition, times: readonly Instant[]): Noted[] {
  const { at, offsetBefore, offsetAfter } = change;
  const [from, to] = [at + offsetBefore, at + offsetAfter];
  const lost = nominal(schedule, from, to);
  if (lost.length === 0) return [];
  const what = `${listed(lost)} ${lost.length === 1 ? 'does' : 'do'} not exist on ${day(from)}, when the clocks go from ${clock(from)} to ${clock(to)}`;
  if (keepsRhythm(schedule)) {
    const next = times.find((time) => time >= at);
    return next === undefined ? [] : [[next, { effect: 'skipped', words: `Before it: ${what}; a rhythm skips that` }]];
  }
  if (!times.includes(at)) return [];
  const merged = lost.length > 1 || nominal(schedule, to, to + 1).length > 0;
  const words = merged ? `${what}: fires once for all of them, at ${clock(to)}` : `${what}: moved to ${clock(to)}`;
  return [[at, { effect: merged ? 'merged' : 'moved', words }]];
}

/** The clocks go back from `at + offsetBefore` to `at + offsetAfter`: what lies between is shown twice. */
function foldNotes(schedule: ByTheClock, change: Transition, times: readonly Instant[]): Noted[] {
  const { at, offsetBefore, offsetAfter } = change;
  const [from, to] = [at + offsetAfter, at + offsetBefore];
  const rhythm = keepsRhythm(schedule);
  return nominal(schedule, from, to).flatMap((wall): Noted[] => {
    const first = instantOf(wall, schedule.timezone);
    const twice = `The clocks show ${clock(wall)} twice on ${day(wall)}, when they go from ${clock(to)} back to ${clock(from)}`;
    if (!rhythm) return noted(times, first, 'first_of_two', `${twice}: fires the first time only`);
    return noted(times, wall - offsetAfter, 'repeated', `${twice}: this is the second, a rhythm fires at both`);
  });
}

function noted(times: readonly Instant[], at: Instant, effect: ClockEffect, words: string): Noted[] {
  return times.includes(at) ? [[at, { effect, words }]] : [];
}

/** The local times that the schedule names within `[from, to)`, as if the clocks never changed. */
function nominal(schedule: ByTheClock, from: WallTime, to: WallTime): WallTime[] {
  return fireTimesUntil({ ...schedule, timezone: 'UTC' }, from - 1, to - 1, MOST);
}

function listed(walls: readonly WallTime[]): string {
  const names = walls.map(clock);
  if (names.length > 3) return `${names[0] ?? ''} to ${names.at(-1) ?? ''} (${names.length} times)`;
  return names.join(' and ');
}

function clock(wall: WallTime): string {
  const text = new Date(wall).toISOString();
  return text.slice(11, text.slice(17, 19) === '00' ? 16 : 19);
}

function day(wall: WallTime): string {
  return new Date(wall).toISOString().slice(0, 10);
}
