import { mergeSchedule } from '../../../verbs/merge-schedule.ts';
import { isSame } from '../../../verbs/differences.ts';
import { DomainError, invalid, type Fault } from '../../../../domain/errors.ts';
import { parseSchedule, type Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { fieldsOf, SCHEDULE_FIELDS, SCHEDULE_TYPES, scheduleType } from './schedule-types.ts';
import type { ScheduleFieldName, ScheduleType, ScheduleTypeName } from './schedule-types.ts';
import { isoSeconds } from './times.ts';

/** A schedule as the gateway writes it: only its own fields, under their documented names. */
export type ScheduleShape = Partial<Record<ScheduleFieldName, unknown>>;

const WORKDAYS = 'mon,tue,wed,thu,fri';

export function scheduleShape(schedule: Schedule): ScheduleShape {
  const shape = plainShape(schedule);
  const skips = schedule.kind === 'daily' && schedule.daysOfWeek?.join() === WORKDAYS;
  return skips ? { ...shape, skip_weekends: true } : shape;
}

/** Only what is stored: `skip_weekends` is stored as the days that it leaves. */
function plainShape(schedule: Schedule): ScheduleShape {
  if (!Object.hasOwn(SCHEDULE_TYPES, schedule.kind)) return {};
  const stored: Readonly<Record<string, unknown>> = { ...schedule };
  const pairs = fieldsOf(scheduleType(schedule.kind as ScheduleTypeName)).map((name) => {
    const value = stored[SCHEDULE_FIELDS[name].domain];
    return [name, name === 'run_at' ? isoSeconds(Number(value)) : value] as const;
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** Reads a schedule of a type; `prefix` is where its fields stand in the body. Throws INVALID_… by documented names. */
export function readSchedule(
  type: ScheduleTypeName,
  fields: ScheduleShape,
  context: ParseContext,
  prefix: string,
): Schedule {
  return inGatewayWords(prefix, () => parseSchedule(domainInput(type, fields), context));
}

/** Merges fields into a schedule; another type starts anew. What changes nothing leaves the schedule as it is. */
export function changeSchedule(
  current: Schedule,
  change: { type: ScheduleTypeName | undefined; fields: ScheduleShape },
  context: ParseContext,
): Schedule {
  const type = change.type ?? (current.kind as ScheduleTypeName);
  const sameKind = scheduleType(type).kind === current.kind;
  const base = sameKind ? plainShape(current) : {};
  const merged = { ...base, ...scheduleType(type).fixed, ...change.fields };
  if (change.fields.skip_weekends === false && change.fields.days_of_week === undefined) delete merged.days_of_week;
  if (sameKind && isSame(merged, base)) return current;
  return inGatewayWords('schedule', () => mergeSchedule(current, domainInput(type, merged), context));
}

function domainInput(name: ScheduleTypeName, fields: ScheduleShape): object {
  const type = scheduleType(name);
  const contradicted = Object.entries(type.fixed ?? {}).filter(([field, value]) => {
    const given = fields[field as ScheduleFieldName];
    return given !== undefined && given !== value;
  });
  const faults = [
    ...unknownFields(name, type, fields),
    ...contradicted.map(([path, value]) => ({
      path,
      message: `must be "${value}" or be left out: the type is "${name}"`,
    })),
  ];
  if (faults.length > 0) throw invalid('INVALID_SCHEDULE', faults);
  const entries = Object.entries({ ...fields, ...type.fixed });
  return {
    kind: type.kind,
    ...Object.fromEntries(entries.map(([field, value]) => [SCHEDULE_FIELDS[field as ScheduleFieldName].domain, value])),
  };
}

function unknownFields(name: string, type: ScheduleType, fields: ScheduleShape): Fault[] {
  const known: readonly string[] = fieldsOf(type);
  return Object.keys(fields)
    .filter((field) => !known.includes(field))
    .map((path) => ({ path, message: `unknown field: a schedule of type "${name}" has ${known.join(', ')}` }));
}

const DOCUMENTED: ReadonlyMap<string, string> = new Map(
  Object.entries(SCHEDULE_FIELDS).map(([name, { domain }]) => [domain, name]),
);

/** The domain's refusals with the fields' documented names. */
function inGatewayWords<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const faults = (error.details['faults'] as readonly Fault[] | undefined) ?? [{ path: '', message: error.message }];
    const rename = (text: string) => text.replaceAll(/[a-z]+[A-Z]\w*/g, (word) => DOCUMENTED.get(word) ?? word);
    throw invalid(
      error.code,
      faults.map(({ path, message }) => {
        const [first = '', ...rest] = path.split('.');
        const named = [prefix, DOCUMENTED.get(first) ?? first, ...rest].filter((part) => part !== '').join('.');
        return { path: named, message: rename(message).replace(', or use kind "immediate"', '') };
      }),
    );
  }
}
