import { invalid } from '../errors.ts';
import { cron, type CronSchedule } from './cron.ts';
import { daily, type DailySchedule } from './daily.ts';
import { event, type EventSchedule } from './event.ts';
import { immediate, type ImmediateSchedule } from './immediate.ts';
import { interval, type IntervalSchedule } from './interval.ts';
import type { Instant, ParseContext, ScheduleKind } from './kind.ts';
import { monthly, type MonthlySchedule } from './monthly.ts';
import { none, type NoSchedule } from './none.ts';
import { once, type OnceSchedule } from './once.ts';
import { sun, type SunSchedule } from './sun.ts';
import { weekly, type WeeklySchedule } from './weekly.ts';

/** *When* a job fires: plain JSON. A new kind: one file here, and its name in this union and in the list below. */
export type Schedule =
  | CronSchedule
  | DailySchedule
  | EventSchedule
  | ImmediateSchedule
  | IntervalSchedule
  | MonthlySchedule
  | NoSchedule
  | OnceSchedule
  | SunSchedule
  | WeeklySchedule;

export type ScheduleKindName = Schedule['kind'];
export type ScheduleOf<K extends ScheduleKindName> = Extract<Schedule, { readonly kind: K }>;

/** THE LIST. */
export const SCHEDULE_KINDS: { readonly [K in ScheduleKindName]: ScheduleKind<ScheduleOf<K>> } = {
  cron,
  daily,
  event,
  immediate,
  interval,
  monthly,
  none,
  once,
  sun,
  weekly,
};

export const SCHEDULE_KIND_NAMES = Object.keys(SCHEDULE_KINDS) as ScheduleKindName[];

/**
 * Checks a schedule from outside; what it once returned it accepts again, unchanged. Throws a `DomainError`,
 * INVALID_SCHEDULE or INVALID_CRON_EXPRESSION, that names every faulty field by its path within the schedule.
 */
export function parseSchedule(input: unknown, context: ParseContext): Schedule {
  const kind = typeof input === 'object' && input !== null && 'kind' in input ? input.kind : undefined;
  if (typeof kind === 'string' && Object.hasOwn(SCHEDULE_KINDS, kind)) {
    return kindOf(kind as ScheduleKindName).parse(input, context);
  }
  throw invalid('INVALID_SCHEDULE', [{ path: 'kind', message: `must be one of: ${SCHEDULE_KIND_NAMES.join(', ')}` }]);
}

/**
 * The first fire time strictly later than `after`, a whole second, un-jittered; null when there is none. Reaches from
 * 1900 to 9999 (cron: to 2999). Throws a RangeError when `after` is no instant or the schedule's zone is gone.
 */
export function nextAfter(schedule: Schedule, after: Instant): Instant | null {
  if (Number.isNaN(new Date(after).getTime()))
    throw new RangeError(`after must be an instant in milliseconds, not ${after}`);
  return kindOf(schedule.kind).nextAfter(schedule, after);
}

/** The next `count` fire times strictly later than `after`, un-jittered; fewer when the schedule ends. */
export function fireTimes(schedule: Schedule, after: Instant, count: number): Instant[] {
  return fireTimesUntil(schedule, after, Number.POSITIVE_INFINITY, count);
}

/** The fire times later than `after` and not later than `until`, the first `limit` of them, un-jittered. */
export function fireTimesUntil(schedule: Schedule, after: Instant, until: Instant, limit: number): Instant[] {
  const times: Instant[] = [];
  let last = after;
  while (times.length < limit) {
    const next = nextAfter(schedule, last);
    if (next === null || next > until) break;
    times.push(next);
    last = next;
  }
  return times;
}

/** In English words, such as `every 30 seconds`. */
export function describeSchedule(schedule: Schedule): string {
  return kindOf(schedule.kind).describe(schedule);
}

function kindOf(kind: ScheduleKindName): ScheduleKind<Schedule> {
  return SCHEDULE_KINDS[kind];
}
