import type { WallTime } from '../schedules/civil-time.ts';

/** The times of day that three cron fields (seconds, minutes, hours) mean. */
export interface TimesOfDay {
  /** The first of them not earlier than `ms` after midnight; Infinity when the day has none left. */
  firstFrom(ms: number): WallTime;
  /** They repeat within the day with this period: a second, a minute, an hour or the whole day. */
  readonly periodMs: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Takes the first three of `cronFields`: sound only where `cronFault` is null. */
export function timesOfDay(fields: readonly string[]): TimesOfDay {
  const [seconds, minutes, hours] = [followers(fields[0], 60), followers(fields[1], 60), followers(fields[2], 24)];
  const firstSecond = after(seconds, 0);
  const firstMinute = after(minutes, 0) * MINUTE_MS + firstSecond * SECOND_MS;
  return {
    periodMs: periodOf(seconds, minutes, hours),
    firstFrom(ms) {
      const asked = Math.ceil(ms / SECOND_MS);
      const [hour, minute, second] = [Math.floor(asked / 3600), Math.floor(asked / 60) % 60, asked % 60];
      if (after(hours, hour) === hour) {
        if (after(minutes, minute) === minute && after(seconds, second) < Infinity) {
          return hour * HOUR_MS + minute * MINUTE_MS + after(seconds, second) * SECOND_MS;
        }
        const later = after(minutes, minute + 1);
        if (later < Infinity) return hour * HOUR_MS + later * MINUTE_MS + firstSecond * SECOND_MS;
      }
      return after(hours, hour + 1) * HOUR_MS + firstMinute;
    },
  };
}

/** For each number below `size` the first value of the field that is not smaller. */
type Followers = readonly number[];

function followers(field: string | undefined, size: number): Followers {
  const values = new Set((field ?? '*').split(',').flatMap((entry) => valuesOf(entry, size)));
  const table = Array.from({ length: size }, () => Infinity);
  for (let i = size - 1; i >= 0; i--) table[i] = values.has(i) ? i : (table[i + 1] ?? Infinity);
  return table;
}

function after(table: Followers, value: number): number {
  return table[value] ?? Infinity;
}

/** `*`, `5`, `1-5`, each with a step; a single value with a step runs to the end of the field. */
function valuesOf(entry: string, size: number): number[] {
  const [range = '*', step] = entry.split('/');
  const [low, high] = range === '*' ? [0, size - 1] : range.split('-').map(Number);
  const first = low ?? 0;
  const last = high ?? (step === undefined ? first : size - 1);
  const by = Number(step ?? 1);
  return Array.from({ length: Math.max(0, Math.floor((last - first) / by) + 1) }, (_, i) => first + i * by);
}

function periodOf(seconds: Followers, minutes: Followers, hours: Followers): number {
  const isFull = (table: Followers) => table.every((value, i) => value === i);
  if (!isFull(hours)) return DAY_MS;
  if (!isFull(minutes)) return HOUR_MS;
  return isFull(seconds) ? SECOND_MS : MINUTE_MS;
}
