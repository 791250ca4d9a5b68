import { invalid } from '../../../../domain/errors.ts';
import { parseSchedule, type Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';
import { mergeSchedule } from '../../../verbs/merge-schedule.ts';

/** What a body says of when a job runs; null and absent are the same at creation, in a change null clears. */
export interface TimingBody {
  readonly intervalSeconds?: number | null | undefined;
  readonly intervalMinutes?: number | null | undefined;
  readonly intervalHours?: number | null | undefined;
  readonly intervalDays?: number | null | undefined;
  readonly cronExpression?: string | null | undefined;
}

/** The interval as it was given, part by part: shown so again. Null: not given. */
export type IntervalParts = Readonly<Record<IntervalField, number | null>>;

const UNIT_SECONDS = { intervalSeconds: 1, intervalMinutes: 60, intervalHours: 3600, intervalDays: 86_400 } as const;
type IntervalField = keyof typeof UNIT_SECONDS;
const INTERVAL_FIELDS = Object.keys(UNIT_SECONDS) as IntervalField[];

export const NO_INTERVAL: IntervalParts = {
  intervalSeconds: null,
  intervalMinutes: null,
  intervalHours: null,
  intervalDays: null,
};

export interface Timing {
  readonly schedule: Schedule;
  readonly interval: IntervalParts;
}

/** Reads when a new job runs: the type follows from the fields (console.txt, "Auto-detects job type"). */
export function readTiming(body: TimingBody, context: ParseContext): Timing {
  const interval = partsOf(body, NO_INTERVAL);
  refuseBoth(body);
  if (body.cronExpression != null) return ofCron(null, body.cronExpression, context);
  return ofInterval(null, interval, context);
}

/**
 * Merges what a body says into what stands: interval fields one by one, as each is given. A cron expression takes the
 * place of an interval, and the other way round.
 */
export function changeTiming(current: Timing, body: TimingBody, context: ParseContext): Timing {
  const { cronExpression } = body;
  const names = INTERVAL_FIELDS.filter((name) => body[name] !== undefined);
  if (names.length === 0 && cronExpression === undefined) return current;
  refuseBoth(body);
  if (cronExpression != null) return ofCron(current.schedule, cronExpression, context);
  const isCron = current.schedule.kind === 'cron';
  const staysCron = isCron && cronExpression === undefined && names.every((name) => body[name] === null);
  if (staysCron) return current;
  return ofInterval(current.schedule, partsOf(body, current.interval), context);
}

function refuseBoth(body: TimingBody): void {
  const [field] = INTERVAL_FIELDS.filter((name) => body[name] != null);
  if (field === undefined || body.cronExpression == null) return;
  const message = `can not stand together with ${field}: a job runs by a cron expression or by an interval, so give one of them`;
  throw invalid('INVALID_SCHEDULE', [{ path: 'cronExpression', message }]);
}

function partsOf(body: TimingBody, current: IntervalParts): IntervalParts {
  const parts = INTERVAL_FIELDS.map((name) => [name, body[name] === undefined ? current[name] : body[name]] as const);
  return Object.fromEntries(parts) as IntervalParts;
}

function ofCron(current: Schedule | null, expression: string, context: ParseContext): Timing {
  const zone = current?.kind === 'cron' ? { timezone: current.timezone } : {};
  const schedule = renamed(['expression', 'cronExpression'], () =>
    parseSchedule({ kind: 'cron', expression, ...zone }, context),
  );
  return { schedule, interval: NO_INTERVAL };
}

/** Several interval fields add up. */
function ofInterval(current: Schedule | null, interval: IntervalParts, context: ParseContext): Timing {
  const given = INTERVAL_FIELDS.filter((name) => interval[name] !== null);
  const [first] = given;
  if (first === undefined) {
    const message = `is missing: give ${INTERVAL_FIELDS.join(', ')} (several add up), or a cronExpression`;
    throw invalid('INVALID_SCHEDULE', [{ path: 'intervalSeconds', message }]);
  }
  const everySeconds = given.reduce((sum, name) => sum + (interval[name] ?? 0) * UNIT_SECONDS[name], 0);
  const input = { kind: 'interval', everySeconds };
  const schedule = renamed(['everySeconds', first], () =>
    current === null ? parseSchedule(input, context) : mergeSchedule(current, input, context),
  );
  return { schedule, interval };
}

function renamed<T>([from, to]: readonly [string, string], read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw renamedFaults(error, (path) => (path === from ? to : path));
  }
}
