import { invalid, type DomainError } from '../../../../domain/errors.ts';
import type { Job } from '../../../../domain/job.ts';
import type { Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { knownTimezone, timezoneFault } from '../../../../domain/schedules/time-zone.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';
import { SCHEDULE_FIELDS, type ScheduleFieldName } from '../../../http/schedules/schedule-fields.ts';
import type { ScheduleShape } from '../../../http/schedules/schedule-form.ts';
import { fieldsOf } from '../../../http/schedules/schedule-type.ts';
import { intervalSeconds } from './interval-text.ts';
import { EXPRESSION_FIELD, TASK_TYPES, taskScheduleForm, type TaskType } from './schedule-types.ts';

/** What a body says of when a task runs, beside its type: the fields of the kinds, and two names for one of them. */
export type TimingBody = {
  readonly schedule_expression?: string | undefined;
  readonly next_execution_time?: unknown;
} & { readonly [Field in Exclude<ScheduleFieldName, 'cron_expression'>]?: unknown };

/** The fields of the kinds that stand in a body under their own names. */
export const OWN_FIELDS = (Object.keys(SCHEDULE_FIELDS) as ScheduleFieldName[]).filter(
  (name): name is Exclude<ScheduleFieldName, 'cron_expression'> => name !== 'cron_expression',
);

/** Reads when a new task runs. Throws INVALID_SCHEDULE or INVALID_CRON_EXPRESSION by the names that the body has. */
export function readTiming(type: TaskType, body: TimingBody, context: ParseContext): Schedule {
  const { fields, names } = timingOf(type, body);
  return renamed(names, () => taskScheduleForm.read(type, fields, context, ''));
}

/** Merges what a body says into the schedule that stands; another type starts anew. */
export function changeTiming(
  current: Schedule,
  change: { type: TaskType | undefined; body: TimingBody },
  context: ParseContext,
): Schedule {
  const type = change.type ?? taskScheduleForm.typeOf(current) ?? 'manual';
  const { fields, names } = timingOf(type, change.body);
  const given = Object.keys(fields).filter((name) => name !== 'timezone' || hasZone(type));
  const sameKind = TASK_TYPES[type].kind === current.kind;
  if (sameKind && given.length === 0) return current;
  return renamed(names, () => taskScheduleForm.change(current, { type, fields }, context, ''));
}

/** The time zone that a body names, checked; null where it names none. */
export function readTimezone(body: TimingBody): string | null {
  if (body.timezone === undefined) return null;
  const known = typeof body.timezone === 'string' ? knownTimezone(body.timezone) : null;
  if (known !== null) return known;
  throw invalid('INVALID_SCHEDULE', [
    {
      path: 'timezone',
      message: timezoneFault(typeof body.timezone === 'string' ? body.timezone : JSON.stringify(body.timezone)),
    },
  ]);
}

/** When a task runs, as tasks.txt prints it, and the fields of its kind beside. */
export function timingShape({ schedule, extra }: Pick<Job, 'schedule' | 'extra'>) {
  const { cron_expression: cron, timezone, ...fields } = taskScheduleForm.shape(schedule);
  return {
    task_type: taskScheduleForm.typeOf(schedule) ?? 'manual',
    schedule_expression: expressionOf({ ...fields, cron_expression: cron }, schedule),
    timezone: timezone ?? extra['timezone'] ?? 'UTC',
    ...fields,
  };
}

function expressionOf(shape: ScheduleShape, schedule: Schedule): string | null {
  if (schedule.kind === 'interval') return `${schedule.everySeconds}s`;
  const field = EXPRESSION_FIELD[taskScheduleForm.typeOf(schedule) ?? 'manual'];
  return field === undefined ? null : String(shape[field]);
}

/** Whether a schedule of the type keeps a zone. An instant, an interval and a run by hand are the same in every zone. */
function hasZone(type: TaskType): boolean {
  return type !== 'one_time' && fieldsOf(TASK_TYPES[type]).includes('timezone');
}

/** The fields of a body under the names of their kind, and under which name the body has each. */
function timingOf(type: TaskType, body: TimingBody): { fields: ScheduleShape; names: Map<string, string> } {
  const { schedule_expression: expression, next_execution_time: nextTime, ...own } = body;
  const given: Readonly<Record<string, unknown>> = own;
  const fields: ScheduleShape = Object.fromEntries(
    OWN_FIELDS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
  if (fields.timezone !== undefined && !fieldsOf(TASK_TYPES[type]).includes('timezone')) delete fields.timezone;
  const target = EXPRESSION_FIELD[type];
  const names = new Map<string, string>(USUAL_NAMES);
  const take = (alias: string, field: ScheduleFieldName, value: unknown) => {
    if (fields[field] !== undefined)
      throw fault(alias, `says the same as ${names.get(field) ?? field}: give one of them`);
    fields[field] = value;
    names.set(field, alias);
  };
  if (fields.run_at !== undefined) names.set('run_at', 'run_at');
  if (nextTime !== undefined) {
    if (type !== 'one_time') throw fault('next_execution_time', NOT_ONCE);
    take('next_execution_time', 'run_at', nextTime);
  }
  if (expression !== undefined) {
    if (target === undefined) {
      const known = fieldsOf(TASK_TYPES[type]).join(', ') || 'no fields';
      throw fault('schedule_expression', `a task of type ${type} has none; its type has: ${known}`);
    }
    take('schedule_expression', target, type === 'interval' ? (intervalSeconds(expression) ?? expression) : expression);
  }
  return { fields, names };
}

const NOT_ONCE = 'is given to tasks of type one_time only; that of others follows from their schedule: leave it out';

/** The name of a field that is missing. */
const USUAL_NAMES = [
  ['cron_expression', 'schedule_expression'],
  ['run_at', 'next_execution_time'],
] as const;

function fault(path: string, message: string): DomainError {
  return invalid('INVALID_SCHEDULE', [{ path, message }]);
}

function renamed<T>(names: ReadonlyMap<string, string>, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const inWords = (text: string) =>
      text.replaceAll(/\b(cron_expression|run_at)\b/g, (word) => names.get(word) ?? word);
    throw renamedFaults(error, (path) => names.get(path) ?? path, inWords);
  }
}
