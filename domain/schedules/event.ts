import { z } from 'zod';
import type { Json } from '../json.ts';
import { parseWith } from '../parse.ts';
import type { ScheduleKind } from './kind.ts';
import { specSchema, wholeNumber } from './spec-fields.ts';
import { topicFilterFault } from './topic-filter.ts';

/** By a message on an MQTT topic, never by time (DECISIONS section 9, Gateway). */
export interface EventSchedule {
  readonly kind: 'event';
  /** An MQTT topic filter; `+` and `#` work. */
  readonly topic: string;
  /** Fields that the message's JSON must hold with just these values. */
  readonly payloadMatch?: Readonly<Record<string, Json>>;
  /** Messages that come sooner after the last fire than this are left out. */
  readonly minIntervalSeconds?: number;
}

const YEAR_SECONDS = 31_536_000;
const DEEPEST = 16;
const TOPIC_MESSAGE = 'must be an MQTT topic filter, such as "sensors/+/door"';

const schema = specSchema('event', {
  topic: z.string(TOPIC_MESSAGE).superRefine((filter, context) => {
    const fault = topicFilterFault(filter);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  }),
  payloadMatch: z
    .custom<Record<string, Json>>(
      (value) => isRecord(value) && isJson(value, DEEPEST),
      `must be a JSON object of field names and values, at most ${DEEPEST} levels deep, such as {"state": "open"}`,
    )
    // A copy as JSON has it: without -0, prototypes and the caller's hands.
    .transform((match) => JSON.parse(JSON.stringify(match)) as Record<string, Json>)
    .optional(),
  minIntervalSeconds: wholeNumber(
    0,
    YEAR_SECONDS,
    `must be a whole number of seconds from 0 to ${YEAR_SECONDS}`,
  ).optional(),
});

export const event: ScheduleKind<EventSchedule> = {
  kind: 'event',
  parse(input) {
    const { topic, payloadMatch, minIntervalSeconds } = parseWith(schema, input, 'INVALID_SCHEDULE');
    return {
      kind: 'event',
      topic,
      ...(payloadMatch !== undefined && { payloadMatch }),
      ...(minIntervalSeconds !== undefined && { minIntervalSeconds }),
    };
  },
  nextAfter: () => null,
  describe({ topic, payloadMatch, minIntervalSeconds }) {
    const match =
      payloadMatch === undefined ? '' : ` whose payload has ${Object.keys(payloadMatch).join(', ')} as given`;
    const pause = minIntervalSeconds ? `, at most every ${minIntervalSeconds} seconds` : '';
    return `on each message on ${topic}${match}${pause}`;
  },
};

/** Whether a message's JSON holds every field of `payloadMatch` with just its value; anything fits where there is none. */
export function eventFits({ payloadMatch }: EventSchedule, payload: Json): boolean {
  return payloadMatch === undefined || holds(payload, payloadMatch);
}

function holds(payload: Json, match: Readonly<Record<string, Json>>): boolean {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return false;
  const fields = payload as Readonly<Record<string, Json>>;
  return Object.entries(match).every(([name, value]) => Object.hasOwn(fields, name) && isEqual(fields[name], value));
}

function isEqual(a: Json | undefined, b: Json): boolean {
  if (a === undefined || a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const fields = b as Readonly<Record<string, Json>>;
  return (
    Object.keys(a).length === Object.keys(fields).length &&
    Object.entries(a).every(([key, value]) => Object.hasOwn(fields, key) && isEqual(value, fields[key] ?? null))
  );
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The depth is bounded so that no input can exhaust the stack. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'object' && depth > 0 && Object.values(value).every((inner) => isJson(inner, depth - 1));
}
