import { z } from 'zod';
import { invalid } from '../errors.ts';
import { parseWith } from '../parse.ts';
import { instantOf, type WallTime } from './civil-time.ts';
import type { Instant, ScheduleKind } from './kind.ts';
import { specSchema, timezone } from './spec-fields.ts';
import { LAST_INSTANT } from './zone-offsets.ts';

/** Once, at a given instant. */
export interface OnceSchedule {
  readonly kind: 'once';
  /** Rounded up to a whole second. */
  readonly at: Instant;
}

const AT_MESSAGE =
  'must be a date and time such as "2027-03-14T09:30:00Z", "2027-03-14T09:30:00+02:00" or, in the time zone given, ' +
  '"2027-03-14T09:30:00"; or milliseconds since 1970-01-01T00:00:00Z';

const schema = specSchema('once', {
  at: z.union([z.string(), z.number()], AT_MESSAGE).transform((written, context) => {
    const read = typeof written === 'number' ? readMs(written) : readIso(written);
    if (read !== null) return read;
    context.addIssue({ code: 'custom', message: AT_MESSAGE });
    return z.NEVER;
  }),
  timezone: timezone.optional(),
});

export const once: ScheduleKind<OnceSchedule> = {
  kind: 'once',
  parse(input, { now, defaultTimezone }) {
    const { at: read, timezone: zone } = parseWith(schema, input, 'INVALID_SCHEDULE');
    const at = 'instant' in read ? read.instant : instantOf(read.wall, zone ?? defaultTimezone);
    if (at > now) return { kind: 'once', at };
    const message = `lies in the past (now is ${inWords(now)}): give a later time, or use kind "immediate"`;
    throw invalid('INVALID_SCHEDULE', [{ path: 'at', message }]);
  },
  nextAfter: ({ at }, after) => (at > after ? at : null),
  describe: ({ at }) => `once, at ${inWords(at)}`,
};

/** What was written: an instant, or a local time that still wants its zone. Both in whole seconds, rounded up. */
type Written = { readonly instant: Instant } | { readonly wall: WallTime };

const ISO = new RegExp(
  String.raw`^(?<date>\d{4}-\d\d-\d\d)[T ](?<time>([01]\d|2[0-3]):[0-5]\d)(:(?<second>[0-5]\d)([.,](?<fraction>\d{1,9}))?)?` +
    String.raw`(?<offset>[Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)?$`,
);

function readMs(ms: number): Written | null {
  return ms >= 0 && ms <= LAST_INSTANT ? { instant: Math.ceil(ms / 1000) * 1000 } : null;
}

function readIso(text: string): Written | null {
  const { date = '', time = '', second = '00', fraction = '0', offset } = ISO.exec(text)?.groups ?? {};
  const ms = Date.parse(`${date}T${time}:${second}Z`);
  // JavaScript reads February 30th as March 2nd.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date)) return null;
  const wall = Number(fraction) > 0 ? ms + 1000 : ms;
  return offset === undefined ? { wall } : readMs(wall - offsetMs(offset));
}

function offsetMs(offset: string): number {
  const digits = offset.replaceAll(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

function inWords(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
