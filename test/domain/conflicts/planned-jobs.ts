import fc from 'fast-check';
import type { PlannedJob } from '../../../domain/conflicts/conflict.ts';
import { fireTimesUntil, parseSchedule, type Schedule } from '../../../domain/schedules/index.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** By walking every fire with the calculator of the schedules: slow, and sure. */
export function walkedFires(schedule: Schedule, horizon: { from: number; to: number }): number[] {
  return fireTimesUntil(schedule, horizon.from - 1, horizon.to - 1, 1_000_000);
}

export function walkedWindows(schedule: Schedule, durationMs: number, horizon: { from: number; to: number }): Window[] {
  return walkedFires(schedule, horizon).map((from) => ({ from, to: from + durationMs }));
}

export function schedule(input: object, now = Date.UTC(2026, 0, 5)): Schedule {
  return parseSchedule(input, { now, defaultTimezone: 'UTC' });
}

let numbered = 0;

export function plannedJob(name: string, input: object, more: Partial<PlannedJob> = {}): PlannedJob {
  numbered += 1;
  return {
    id: `id-${numbered}`,
    number: numbered,
    name,
    schedule: schedule(input),
    durationMs: 1000,
    resources: [],
    ...more,
  };
}

/** Starts of horizons that hold a clock change in some of `ZONES_WITH_CHANGES`, and quiet ones. */
export const starts = fc.constantFrom(
  Date.UTC(2026, 0, 5),
  Date.UTC(2026, 2, 28, 12),
  Date.UTC(2026, 9, 24, 20, 30, 17),
  Date.UTC(2026, 3, 4, 6),
);

const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu');
const values = (max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 1, max: max + 1 }).map((step) => `*/${step}`),
    fc.nat(max).map(String),
    fc.tuple(fc.nat(max), fc.integer({ min: 1, max: 20 })).map(([low, step]) => `${low}/${step}`),
    fc.tuple(fc.nat(max), fc.nat(max)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.tuple(fc.nat(max), fc.nat(max)).map(([a, b]) => `${a},${b}`),
  );
const days = fc.constantFrom(
  '* * *',
  '* * 1-5',
  '28-31 * *',
  'L * *',
  '* * sun',
  '1-7 * mon#1',
  '*/2 * *',
  '29 3,10 *',
);

/** Cron of every density; seconds are mostly 0, so that walking stays affordable. */
const crons = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom('0', '30') }, { weight: 1, arbitrary: values(59) }),
    values(59),
    values(23),
    days,
    zones,
  )
  .map(([second, minute, hour, day, timezone]) =>
    schedule({ kind: 'cron', expression: `${second} ${minute} ${hour} ${day}`, timezone }, 0),
  );

const seldom = fc.oneof(
  fc
    .tuple(fc.nat(23), fc.nat(59), zones)
    .map(([h, m, timezone]) =>
      schedule({ kind: 'daily', time: `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`, timezone }),
    ),
  fc.nat(3 * 86_400).map((s) => schedule({ kind: 'once', at: Date.UTC(2026, 0, 5) + s * 1000 }, 0)),
);

const intervals = fc
  .record({ everySeconds: fc.integer({ min: 20, max: 20_000 }), startImmediately: fc.boolean(), phase: fc.nat(40_000) })
  .map(({ everySeconds, startImmediately, phase }) =>
    schedule({ kind: 'interval', everySeconds, startImmediately, anchorAt: Date.UTC(2026, 0, 4) + phase * 1000 }),
  );

export const schedules = fc.oneof(crons, intervals, intervals, seldom);
export const durations = fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 900_000 }));
