import { invalid, type Fault } from '../../../domain/errors.ts';
import { parseSchedule, type Schedule } from '../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../domain/schedules/kind.ts';
import { isSame } from '../../verbs/differences.ts';
import { mergeSchedule } from '../../verbs/merge-schedule.ts';
import { renamedFaults } from '../renamed-faults.ts';
import { isoSeconds } from '../times.ts';
import { SCHEDULE_FIELDS, type ScheduleFieldName } from './schedule-fields.ts';
import { fieldsOf, type ScheduleType } from './schedule-type.ts';

/** A schedule as bodies write it: only its own fields, under their documented names. */
export type ScheduleShape = Partial<Record<ScheduleFieldName, unknown>>;

/** Schedules in the words of a face. Refusals are INVALID_… with documented names below `prefix`. */
export interface ScheduleForm<Name extends string> {
  /** The face's word for a schedule's kind; null where it has none. */
  typeOf(schedule: Schedule): Name | null;
  shape(schedule: Schedule): ScheduleShape;
  read(type: Name, fields: ScheduleShape, context: ParseContext, prefix: string): Schedule;
  /** Merges fields into a schedule; another type starts anew. What changes nothing leaves the schedule as it is. */
  change(
    current: Schedule,
    change: { type: Name | undefined; fields: ScheduleShape },
    context: ParseContext,
    prefix: string,
  ): Schedule;
}

const WORKDAYS = 'mon,tue,wed,thu,fri';

/** The form of a face that has these types; of two with one kind the first is its usual word. */
export function createScheduleForm<Name extends string>(
  types: Readonly<Record<Name, ScheduleType>>,
): ScheduleForm<Name> {
  const names = Object.keys(types) as Name[];
  const typeOf = (schedule: Schedule) => names.find((name) => types[name].kind === schedule.kind) ?? null;

  /** Only what is stored: `skip_weekends` is stored as the days that it leaves. */
  const plainShape = (schedule: Schedule): ScheduleShape => {
    const type = typeOf(schedule);
    if (type === null) return {};
    const stored: Readonly<Record<string, unknown>> = { ...schedule };
    const pairs = fieldsOf(types[type]).map((name) => {
      const value = stored[SCHEDULE_FIELDS[name].domain];
      return [name, name === 'run_at' ? isoSeconds(Number(value)) : value] as const;
    });
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  };

  return {
    typeOf,
    shape(schedule) {
      const shape = plainShape(schedule);
      const skips = schedule.kind === 'daily' && schedule.daysOfWeek?.join() === WORKDAYS;
      return skips ? { ...shape, skip_weekends: true } : shape;
    },
    read: (type, fields, context, prefix) =>
      inDocumentedWords(prefix, () => parseSchedule(domainInput(type, types[type], fields), context)),
    change(current, change, context, prefix) {
      const type = change.type ?? typeOf(current);
      if (type === null) {
        throw invalid('INVALID_SCHEDULE', [
          { path: prefix, message: `must name its type, one of: ${names.join(', ')}` },
        ]);
      }
      const sameKind = types[type].kind === current.kind;
      const base = sameKind ? plainShape(current) : {};
      const merged = { ...base, ...types[type].fixed, ...change.fields };
      if (change.fields.skip_weekends === false && change.fields.days_of_week === undefined) delete merged.days_of_week;
      if (sameKind && isSame(merged, base)) return current;
      return inDocumentedWords(prefix, () => mergeSchedule(current, domainInput(type, types[type], merged), context));
    },
  };
}

function domainInput(name: string, type: ScheduleType, fields: ScheduleShape): object {
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
  const has = known.length === 0 ? 'no fields' : known.join(', ');
  return Object.keys(fields)
    .filter((field) => !known.includes(field))
    .map((path) => ({ path, message: `unknown field: a schedule of type "${name}" has ${has}` }));
}

const DOCUMENTED: ReadonlyMap<string, string> = new Map(
  Object.entries(SCHEDULE_FIELDS).map(([name, { domain }]) => [domain, name]),
);

/** The domain's refusals with the fields' documented names. */
function inDocumentedWords<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const named = (path: string) => {
      const [first = '', ...rest] = path.split('.');
      return [prefix, DOCUMENTED.get(first) ?? first, ...rest].filter((part) => part !== '').join('.');
    };
    const inWords = (text: string) => text.replaceAll(/[a-z]+[A-Z]\w*/g, (word) => DOCUMENTED.get(word) ?? word);
    throw renamedFaults(error, named, (text) => inWords(text).replace(', or use kind "immediate"', ''));
  }
}
