import { invalid } from '../../../../domain/errors.ts';
import type { Job } from '../../../../domain/job.ts';
import { nextAfter, type Schedule } from '../../../../domain/schedules/index.ts';
import type { Instant, ParseContext } from '../../../../domain/schedules/kind.ts';
import { knownTimezone, timezoneFault } from '../../../../domain/schedules/time-zone.ts';
import type { ScheduleFieldName } from '../../../http/schedules/schedule-fields.ts';
import type { ScheduleShape } from '../../../http/schedules/schedule-form.ts';
import { fieldsOf } from '../../../http/schedules/schedule-type.ts';
import { isoSeconds } from '../../../http/times.ts';
import { SCHEDULE_TYPES, scheduleForm, type ScheduleTypeName } from './schedule-types.ts';

/** What bodies say of when a schedule fires, beside its type. */
export const TIMING_FIELDS = [
  'cron_expression',
  'interval_seconds',
  'run_at',
  'jitter_percentage',
  'start_immediately',
  'timezone',
] as const satisfies readonly ScheduleFieldName[];
export type TimingBody = { readonly [Field in (typeof TIMING_FIELDS)[number]]?: unknown };

/** Reads when a new schedule fires. Throws INVALID_SCHEDULE or INVALID_CRON_EXPRESSION. */
export function readTiming(type: ScheduleTypeName, body: TimingBody, context: ParseContext): Schedule {
  return scheduleForm.read(type, timingOf(type, body), context, '');
}

/** Merges what a body says into the timing that stands; another type starts anew. */
export function changeTiming(
  current: Schedule,
  change: { type: ScheduleTypeName | undefined; body: TimingBody },
  context: ParseContext,
): Schedule {
  const type = change.type ?? scheduleForm.typeOf(current) ?? 'manual';
  const { timezone, ...given } = timingOf(type, change.body);
  // An instant is the same in every zone: a zone alone does not move it.
  const zoned = timezone !== undefined && (current.kind !== 'once' || given.run_at !== undefined);
  const fields: ScheduleShape = zoned ? { ...given, timezone } : given;
  if (SCHEDULE_TYPES[type].kind === current.kind && Object.keys(fields).length === 0) return current;
  return scheduleForm.change(current, { type, fields }, context, '');
}

/** The time zone that a body names, checked; null where it names none. */
export function readTimezone({ timezone }: TimingBody): string | null {
  if (timezone === undefined) return null;
  const known = typeof timezone === 'string' ? knownTimezone(timezone) : null;
  if (known !== null) return known;
  const message = timezoneFault(typeof timezone === 'string' ? timezone : JSON.stringify(timezone));
  throw invalid('INVALID_SCHEDULE', [{ path: 'timezone', message }]);
}

/** MAX_SCHEDULE_LOOKAHEAD_DAYS: the first fire may not lie further ahead. Throws INVALID_SCHEDULE. */
export function refuseFarAhead(schedule: Schedule, now: Instant, days: number): void {
  const next = nextAfter(schedule, now);
  if (next === null || next <= now + days * 86_400_000) return;
  const path = { once: 'run_at', interval: 'interval_seconds', cron: 'cron_expression' }[schedule.kind as string] ?? '';
  const message = `fires first at ${isoSeconds(next)}: at most ${days} days ahead are allowed (MAX_SCHEDULE_LOOKAHEAD_DAYS)`;
  throw invalid('INVALID_SCHEDULE', [{ path, message }]);
}

/** When a schedule fires, by the names of DECISIONS section 9; what its type lacks is null. */
export function timingShape({ schedule, extra }: Pick<Job, 'schedule' | 'extra'>, defaultTimezone: string) {
  const {
    timezone,
    cron_expression: cron,
    interval_seconds: seconds,
    run_at: runAt,
    ...fields
  } = scheduleForm.shape(schedule);
  return {
    schedule_type: scheduleForm.typeOf(schedule) ?? ('manual' as const),
    cron_expression: (cron ?? null) as string | null,
    interval_seconds: (seconds ?? null) as number | null,
    run_at: (runAt ?? null) as string | null,
    timezone: (timezone ?? extra['timezone'] ?? defaultTimezone) as string,
    ...fields,
  };
}

function timingOf(type: ScheduleTypeName, body: TimingBody): ScheduleShape {
  const given = TIMING_FIELDS.filter((name) => body[name] !== undefined);
  const known: readonly string[] = fieldsOf(SCHEDULE_TYPES[type]);
  // Every type may name a zone: where it moves no fire it is kept beside.
  return Object.fromEntries(
    given.filter((name) => name !== 'timezone' || known.includes(name)).map((name) => [name, body[name]]),
  );
}
