import { z } from 'zod';
import { parseWith } from '../parse.ts';
import type { Instant, ScheduleKind } from './kind.ts';
import { realNumber, specSchema, wholeNumber, wholeSecond } from './spec-fields.ts';
import { LAST_INSTANT } from './zone-offsets.ts';

/** Every so many seconds, counted from creation, whatever the clocks on the walls do. */
export interface IntervalSchedule {
  readonly kind: 'interval';
  readonly everySeconds: number;
  /** Creation, rounded up to a whole second: the phase. It moves only when the interval does. */
  readonly anchorAt: Instant;
  /** Share of the interval, 0–100, by which each fire may be late: see `fireAt`. */
  readonly jitterPercentage: number;
  /** Whether it also fires at `anchorAt` itself. */
  readonly startImmediately: boolean;
}

const TEN_YEARS_SECONDS = 315_360_000;

const schema = specSchema('interval', {
  everySeconds: wholeNumber(
    1,
    TEN_YEARS_SECONDS,
    `must be a whole number of seconds from 1 to ${TEN_YEARS_SECONDS} (10 years)`,
  ),
  anchorAt: wholeSecond.optional(),
  jitterPercentage: realNumber(0, 100, 'must be a number from 0 to 100, a share of the interval').default(0),
  startImmediately: z.boolean('must be true or false').default(false),
});

export const interval: ScheduleKind<IntervalSchedule> = {
  kind: 'interval',
  parse(input, { now }) {
    const { everySeconds, anchorAt, jitterPercentage, startImmediately } = parseWith(schema, input, 'INVALID_SCHEDULE');
    return {
      kind: 'interval',
      everySeconds,
      anchorAt: anchorAt ?? Math.ceil(now / 1000) * 1000,
      jitterPercentage,
      startImmediately,
    };
  },
  nextAfter({ everySeconds, anchorAt, startImmediately }, after) {
    const everyMs = everySeconds * 1000;
    const past = Math.floor((after - anchorAt) / everyMs);
    const at = anchorAt + Math.max(past + 1, startImmediately ? 0 : 1) * everyMs;
    return at > LAST_INSTANT ? null : at;
  },
  describe({ everySeconds, jitterPercentage, startImmediately }) {
    const late = jitterPercentage > 0 ? `, up to ${jitterPercentage} % of it late` : '';
    return `every ${secondsInWords(everySeconds)}${late}${startImmediately ? ', first at once' : ''}`;
  },
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `30 seconds`, `minute`, `2 hours`: in the largest unit that divides it. */
function secondsInWords(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['second', 1];
  return seconds === size ? unit : `${seconds / size} ${unit}s`;
}
