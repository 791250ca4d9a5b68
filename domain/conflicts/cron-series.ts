import { BoundedCache } from '../bounded-cache.ts';
import { DAY_MS, instantOf, wallTimeAt, type WallTime } from '../schedules/civil-time.ts';
import { cron, type CronSchedule } from '../schedules/cron.ts';
import { cronFields, firesAtFixedTimes } from '../schedules/cron-fields.ts';
import type { Instant } from '../schedules/kind.ts';
import { firstTransition, offsetAt } from '../schedules/zone-offsets.ts';
import { timesOfDay, type TimesOfDay } from './cron-times.ts';
import type { FireSeries, Horizon } from './fire-series.ts';

/**
 * The fires of a cron expression: the days that it means, found once by its own calculator (L, W, # and all), and the
 * times of these days, found by table. Clock changes as DECISIONS section 3 has them, like `cron.nextAfter`.
 */
export function cronSeries(schedule: CronSchedule, horizon: Horizon): FireSeries {
  const { timezone: zone } = schedule;
  const fields = cronFields(schedule.expression);
  const first = midnightBefore(wallTimeAt(horizon.from, zone)) - DAY_MS;
  const last = midnightBefore(wallTimeAt(horizon.to, zone)) + DAY_MS;
  const days = daysWithin(fields, first, last);
  const times = timesOfDay(fields);
  const nextWall = (wall: WallTime) => firstWall(days, times, wall);
  const everyDay = days.length === (last - first) / DAY_MS + 1;
  const change = firstTransition(zone, horizon.from - DAY_MS, horizon.to + DAY_MS);
  const find = change === null ? steady(offsetAt(horizon.from, zone), nextWall) : changing(fields, zone, nextWall);
  return {
    periodMs: everyDay && change === null ? times.periodMs : null,
    firstFrom(at) {
      const fire = find(Math.ceil(Math.max(at, horizon.from) / 1000) * 1000);
      return fire < horizon.to ? fire : Infinity;
    },
  };
}

type FindFire = (at: Instant) => Instant;
type NextWall = (wall: WallTime) => WallTime;

function steady(offset: number, nextWall: NextWall): FindFire {
  return (at) => nextWall(at + offset) - offset;
}

function changing(fields: readonly string[], zone: string, nextWall: NextWall): FindFire {
  return firesAtFixedTimes(fields) ? atFixedTimes(zone, nextWall) : inRhythm(zone, nextWall);
}

/** `instantOf` never falls as wall times rise: what is not later than the wall time of a moment before is not sought. */
function atFixedTimes(zone: string, nextWall: NextWall): FindFire {
  return (at) => {
    let wall = nextWall(wallTimeAt(at - 1000, zone) + 1000);
    while (wall < Infinity && instantOf(wall, zone) < at) wall = nextWall(wall + 1000);
    return wall < Infinity ? instantOf(wall, zone) : Infinity;
  };
}

function inRhythm(zone: string, nextWall: NextWall): FindFire {
  return (at) => {
    let from = at;
    for (;;) {
      const offset = offsetAt(from, zone);
      const fire = nextWall(from + offset) - offset;
      if (fire === Infinity) return Infinity;
      const change = firstTransition(zone, from, fire);
      if (change === null) return fire;
      from = change.at;
    }
  };
}

function firstWall(days: readonly WallTime[], times: TimesOfDay, wall: WallTime): WallTime {
  for (const day of days) {
    if (day + DAY_MS <= wall) continue;
    const time = times.firstFrom(Math.max(0, wall - day));
    if (time < Infinity) return day + time;
  }
  return Infinity;
}

function midnightBefore(wall: WallTime): WallTime {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

/** Most expressions mean the same few sets of days. The key: first and last day, and the three fields. */
const DAYS = new BoundedCache(512, (key: string): readonly WallTime[] => {
  const [first = '', last = '', ...fields] = key.split(' ');
  const schedule: CronSchedule = { kind: 'cron', expression: `0 0 0 ${fields.join(' ')}`, timezone: 'UTC' };
  const days: WallTime[] = [];
  let day = cron.nextAfter(schedule, Number(first) - 1);
  while (day !== null && day <= Number(last)) {
    days.push(day);
    day = cron.nextAfter(schedule, day);
  }
  return days;
});

/** The local midnights of the days that an expression means, from `first` to `last`. */
function daysWithin(fields: readonly string[], first: WallTime, last: WallTime): readonly WallTime[] {
  return DAYS.get(`${first} ${last} ${fields.slice(3).join(' ')}`);
}
