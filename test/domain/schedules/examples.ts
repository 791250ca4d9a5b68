import fc from 'fast-check';
import type { ScheduleKindName } from '../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../domain/schedules/kind.ts';
import { WEEKDAYS } from '../../../domain/schedules/weekday.ts';
import { ZONES } from './zones.ts';

export const CONTEXT: ParseContext = { now: Date.UTC(2026, 10, 21, 4, 30, 15, 250), defaultTimezone: 'Europe/Berlin' };

const zone = fc.constantFrom(...ZONES);
const two = (value: number): string => String(value).padStart(2, '0');
const time = fc
  .tuple(fc.nat(23), fc.nat(59), fc.option(fc.nat(59)))
  .map(([h, m, s]) => (s === null ? `${two(h)}:${two(m)}` : `${two(h)}:${two(m)}:${two(s)}`));
/** None that would look like a mistake of ours in a sentence. */
const keys = fc.string({ minLength: 1 }).filter((key) => !/undefined|NaN|\[object/.test(key));
const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });

const CRON_EXPRESSIONS = [
  '* * * * *',
  '*/5 * * * *',
  '5/15 * * * *',
  '0 * * * *',
  '30 1 * * *',
  '30 2,14 * * *',
  '0 9-17 * * 1-5',
  '0 0 1 1 *',
  '0 0 29 2 *',
  '0 12 13 * FRI',
  '15 3 L * *',
  '15 3 LW * *',
  '0 6 1W,15W * *',
  '0 6 * * MON#1,5L',
  '0 0 * JAN-MAR,dec sun',
  '*/20 * * * * *',
  '30 0 2 * * *',
  '0 0-30/10 1-3 ? * *',
  '@hourly',
  '@daily',
  '@weekly',
  '@monthly',
  '@yearly',
];

/** Inputs that each kind must accept. A kind without examples does not compile. */
export const INPUTS: { readonly [K in ScheduleKindName]: fc.Arbitrary<Readonly<Record<string, unknown>>> } = {
  interval: fc.record(
    {
      kind: fc.constant('interval'),
      everySeconds: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 315_360_000 })),
      jitterPercentage: fc.double({ min: 0, max: 100, noNaN: true }),
      startImmediately: fc.boolean(),
    },
    { requiredKeys: ['kind', 'everySeconds'] },
  ),
  daily: fc.record(
    { kind: fc.constant('daily'), time, timezone: zone, daysOfWeek: days },
    { requiredKeys: ['kind', 'time'] },
  ),
  weekly: fc.record(
    { kind: fc.constant('weekly'), daysOfWeek: days, time, timezone: zone },
    { requiredKeys: ['kind', 'daysOfWeek', 'time'] },
  ),
  monthly: fc.record(
    {
      kind: fc.constant('monthly'),
      dayOfMonth: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constantFrom('last', -1)),
      time,
      timezone: zone,
    },
    { requiredKeys: ['kind', 'dayOfMonth', 'time'] },
  ),
  cron: fc.record(
    { kind: fc.constant('cron'), expression: fc.constantFrom(...CRON_EXPRESSIONS), timezone: zone },
    { requiredKeys: ['kind', 'expression'] },
  ),
  once: fc.record({
    kind: fc.constant('once'),
    at: fc.integer({ min: CONTEXT.now + 1, max: Date.UTC(2200, 0, 1) }),
  }),
  immediate: fc.constant({ kind: 'immediate' }),
  sun: fc.record(
    {
      kind: fc.constant('sun'),
      mode: fc.constantFrom('sunrise', 'sunset'),
      offsetMinutes: fc.integer({ min: -1440, max: 1440 }),
      latitude: fc.oneof(fc.double({ min: -60, max: 60, noNaN: true }), fc.double({ min: -85, max: 85, noNaN: true })),
      longitude: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(-180, 180, 178.4, -171.8)),
      timezone: zone,
    },
    { requiredKeys: ['kind', 'mode', 'latitude', 'longitude'] },
  ),
  none: fc.constant({ kind: 'none' }),
  event: fc.record(
    {
      kind: fc.constant('event'),
      topic: fc.constantFrom('a', 'sensors/+/door', '#', '+/+/#', '$SYS/broker/load', '/'),
      payloadMatch: fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 })),
      minIntervalSeconds: fc.integer({ min: 0, max: 3600 }),
    },
    { requiredKeys: ['kind', 'topic'] },
  ),
};
