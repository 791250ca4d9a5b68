import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  describeSchedule,
  fireTimes,
  fireTimesUntil,
  nextAfter,
  parseSchedule,
  SCHEDULE_KIND_NAMES,
  SCHEDULE_KINDS,
  type Schedule,
  type ScheduleKindName,
} from '../../../domain/schedules/index.ts';
import { fireAt } from '../../../domain/schedules/jitter.ts';
import { CONTEXT, INPUTS } from './examples.ts';

// Many generated cases: on a busy machine they may take their time.
vi.setConfig({ testTimeout: 60_000 });

const NEVER_BY_TIME: readonly ScheduleKindName[] = ['none', 'event'];
const AT_MOST_ONCE: readonly ScheduleKindName[] = ['once', 'immediate'];

/** Any instant, most of them near the creation, whole seconds and odd ones. */
const instant = fc.oneof(
  fc.integer({ min: CONTEXT.now - 90 * 86_400_000, max: CONTEXT.now + 800 * 86_400_000 }),
  fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2099, 0, 1) }),
  fc.integer({ min: 0, max: 4_000_000 }).map((s) => Date.UTC(2026, 10, 1) + s * 1000),
);

describe.each(SCHEDULE_KIND_NAMES)('every schedule of kind %s', (kind) => {
  const schedules = INPUTS[kind].map((input): Schedule => parseSchedule(input, CONTEXT));
  const numRuns = kind === 'sun' ? 60 : 150;
  const holds = <T extends unknown[]>(property: fc.IPropertyWithHooks<T>): void => fc.assert(property, { numRuns });

  test('stands in the list under its own name', () => {
    expect(SCHEDULE_KINDS[kind].kind).toBe(kind);
  });

  test('fires strictly later than asked, at a whole second', () => {
    holds(
      fc.property(schedules, instant, (schedule, after) => {
        const next = nextAfter(schedule, after);
        if (next === null) return;
        expect(next).toBeGreaterThan(after);
        expect(next % 1000).toBe(0);
      }),
    );
  });

  test('answers the same from every point between two fires', () => {
    holds(
      fc.property(schedules, instant, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, after, share) => {
        const next = nextAfter(schedule, after);
        if (next === null) {
          expect(nextAfter(schedule, after + Math.floor(share * 86_400_000))).toBeNull();
          return;
        }
        const between = Math.min(after + Math.floor(share * (next - after)), next - 1);
        expect(nextAfter(schedule, between)).toBe(next);
        expect(nextAfter(schedule, next - 1)).toBe(next);
      }),
    );
  });

  test('never answers earlier when asked from later', () => {
    holds(
      fc.property(schedules, instant, instant, (schedule, a, b) => {
        const earlier = nextAfter(schedule, Math.min(a, b));
        const later = nextAfter(schedule, Math.max(a, b));
        expect(later ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(earlier ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  test('tells its future as a rising list, and the same list up to an end', () => {
    holds(
      fc.property(schedules, instant, (schedule, after) => {
        const times = fireTimes(schedule, after, 6);
        const risen = [after, ...times].slice(0, -1).every((time, i) => time < (times[i] ?? 0));
        expect(risen).toBe(true);
        const [, , third] = times;
        if (third === undefined) return;
        expect(fireTimesUntil(schedule, after, third, 100)).toEqual(times.slice(0, 3));
        expect(fireTimesUntil(schedule, after, third - 1, 100)).toEqual(times.slice(0, 2));
        expect(fireTimesUntil(schedule, after, third, 1)).toEqual(times.slice(0, 1));
      }),
    );
  });

  test('fires as often as its kind can', () => {
    holds(
      fc.property(schedules, (schedule) => {
        const count = fireTimes(schedule, CONTEXT.now - 1000, 3).length;
        expect(count).toBe(NEVER_BY_TIME.includes(kind) ? 0 : AT_MOST_ONCE.includes(kind) ? 1 : 3);
      }),
    );
  });

  test('is plain JSON that is accepted again, unchanged', () => {
    holds(
      fc.property(schedules, (schedule) => {
        const stored: unknown = JSON.parse(JSON.stringify(schedule));
        expect(stored).toEqual(schedule);
        expect(parseSchedule(stored, CONTEXT)).toEqual(schedule);
        expect(SCHEDULE_KINDS[kind].parse(stored, { ...CONTEXT, defaultTimezone: 'Asia/Tokyo' })).toEqual(schedule);
      }),
    );
  });

  test('says in words what it is', () => {
    holds(
      fc.property(schedules, (schedule) => {
        const words = describeSchedule(schedule);
        expect(words).toMatch(/\w/);
        expect(words).not.toMatch(/undefined|NaN|\[object/);
      }),
    );
  });

  test('is late by its jitter alone, always by the same, and never as late as its next fire', () => {
    holds(
      fc.property(schedules, instant, fc.string(), (schedule, after, seed) => {
        const [due, next] = fireTimes(schedule, after, 2);
        if (due === undefined) return;
        const at = fireAt(schedule, due, seed);
        expect(at).toBe(fireAt(schedule, due, seed));
        expect(at % 1000).toBe(0);
        expect(at).toBeGreaterThanOrEqual(due);
        expect(at).toBeLessThan(next ?? Number.POSITIVE_INFINITY);
        if (!('jitterPercentage' in schedule)) expect(at).toBe(due);
      }),
    );
  });

  test('refuses an `after` that is no instant instead of guessing', () => {
    const [schedule] = fc.sample(schedules, 1);
    if (schedule === undefined) throw new Error('no example');
    for (const after of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(() => nextAfter(schedule, after)).toThrow(RangeError);
    }
  });
});
