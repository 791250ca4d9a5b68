import { Cron } from 'croner';
import cronstrue from 'cronstrue';
import { z } from 'zod';
import { invalid, type ErrorCode, type Fault } from '../errors.ts';
import { faultsOf } from '../parse.ts';
import { BoundedCache } from '../bounded-cache.ts';
import { nextAtFixedTime, nextInRhythm, type NextWallTime } from './civil-time.ts';
import { cronFault, cronFields, firesAtFixedTimes } from './cron-fields.ts';
import type { Instant, ScheduleKind } from './kind.ts';
import { specSchema, timezone } from './spec-fields.ts';

/** A cron expression of 5 fields, or of 6 that begin with seconds, kept in a time zone. */
export interface CronSchedule {
  readonly kind: 'cron';
  readonly expression: string;
  readonly timezone: string;
}

interface CompiledCron {
  /** croner walks plain digits here; what the clocks of a zone make of them is `civil-time`'s. */
  readonly nextWall: NextWallTime;
  readonly isFixedTime: boolean;
}

/** croner keeps some 80 KB for each, hence no more of them. */
const COMPILED = new BoundedCache(256, (expression: string): CompiledCron => {
  const fields = cronFields(expression);
  const cron = new Cron(fields.join(' '), { utcOffset: 0, mode: '6-part', sloppyRanges: true });
  return {
    nextWall: (wall) => cron.nextRun(new Date(wall))?.getTime() ?? null,
    isFixedTime: firesAtFixedTimes(fields),
  };
});

const MISSING = 'must be a cron expression, such as "30 9 * * mon-fri"';

const schema = specSchema('cron', {
  expression: z.string(MISSING).superRefine((text, context) => {
    const fault = cronFault(text);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  }),
  timezone: timezone.optional(),
});

export const cron: ScheduleKind<CronSchedule> = {
  kind: 'cron',
  parse(input, { now, defaultTimezone }) {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw refusal(faultsOf(parsed.error));
    const expression = parsed.data.expression.trim();
    const spec: CronSchedule = { kind: 'cron', expression, timezone: parsed.data.timezone ?? defaultTimezone };
    if (nextAfter(spec, now) !== null) return spec;
    const message =
      `${JSON.stringify(expression)} never fires in ${spec.timezone}: check that its days and months ever meet ` +
      '(February has no 30th) and that its clocks do not skip these times';
    throw refusal([{ path: 'expression', message }]);
  },
  nextAfter,
  describe: ({ expression, timezone: zone }) => `${inWords(expression)} (${zone})`,
};

function nextAfter({ expression, timezone: zone }: CronSchedule, after: Instant): Instant | null {
  const { nextWall, isFixedTime } = COMPILED.get(expression);
  return (isFixedTime ? nextAtFixedTime : nextInRhythm)(after, zone, nextWall);
}

function refusal(faults: readonly Fault[]): Error {
  const code: ErrorCode = faults.some(({ path }) => path === 'expression')
    ? 'INVALID_CRON_EXPRESSION'
    : 'INVALID_SCHEDULE';
  return invalid(code, faults);
}

/** cronstrue has no words for a W in a list. */
function inWords(expression: string): string {
  try {
    const words = cronstrue.toString(expression, { use24HourTimeFormat: true });
    return words.charAt(0).toLowerCase() + words.slice(1);
  } catch {
    return `cron ${expression}`;
  }
}
