import { DAY_MS } from '../schedules/civil-time.ts';
import { cronFields } from '../schedules/cron-fields.ts';
import type { Schedule } from '../schedules/index.ts';
import { timeOfDayMs } from '../schedules/spec-fields.ts';
import type { Conflict, ConflictCheck, ConflictType, Planned } from './conflict.ts';
import { isFree, type Timed } from './find-conflicts.ts';

/** Another time for a job, and in words; proven free of the conflicts named in `of`. */
export interface FreeTime {
  readonly schedule: Schedule;
  readonly words: string;
  readonly of: 'all' | 'serious';
}

const STEP_MS = 600_000;
/** Windows of two jobs that are compared at most, all tries together: a search never holds up the service for long. */
const MOST_COMPARED = 20_000;
const LEAST_TRIES = 12;
const SERIOUS: readonly ConflictType[] = ['resource_overlap', 'capacity'];

/**
 * The nearest later time at which the job would be free of every conflict, else of the serious ones; null when none of
 * a day's times is (of the nearest alone, among very many jobs), or when its kind has no time to choose: an interval
 * counts from its creation.
 */
export function freeTime(
  candidate: Planned,
  others: readonly Timed[],
  check: ConflictCheck,
  conflicts: readonly Conflict[],
): FreeTime | null {
  if (conflicts.length === 0) return null;
  const known = new Set(conflicts.map(({ job }) => job.id));
  // What stood in the way once is the likeliest to do so again: asked first, it ends a vain try at once.
  const inOrder = [...others].sort((a, b) => Number(known.has(b.job.id)) - Number(known.has(a.job.id)));
  const most = Math.max(LEAST_TRIES, Math.floor(MOST_COMPARED / Math.max(1, others.length)));
  const isSerious = conflicts.some(({ type }) => SERIOUS.includes(type));
  for (const of of isSerious ? (['all', 'serious'] as const) : (['all'] as const)) {
    const types: readonly ConflictType[] = of === 'all' ? [...SERIOUS, 'time_overlap'] : SERIOUS;
    let tries = 0;
    for (const { schedule, words } of laterTimes(candidate.schedule)) {
      tries += 1;
      if (tries > most) break;
      if (isFree({ ...candidate, schedule }, inOrder, check, types)) return { schedule, words, of };
    }
  }
  return null;
}

interface LaterTime {
  readonly schedule: Schedule;
  readonly words: string;
}

function* laterTimes(schedule: Schedule): Iterable<LaterTime> {
  if ('time' in schedule) yield* timesOfDay(schedule.time, (time) => ({ ...schedule, time }));
  if (schedule.kind === 'once') yield* laterInstants(schedule);
  if (schedule.kind === 'cron') yield* laterCrons(schedule);
  if (schedule.kind === 'sun') yield* laterOffsets(schedule);
}

/** Round times, every ten minutes, once around the clock: gateway.txt recommends 02:10 for a conflict from 02:00 to 02:05. */
function* timesOfDay(time: string, withTime: (time: string) => Schedule): Iterable<LaterTime> {
  const start = Math.floor(timeOfDayMs(time) / STEP_MS) * STEP_MS;
  for (let later = STEP_MS; later < DAY_MS; later += STEP_MS) {
    const at = new Date((start + later) % DAY_MS).toISOString().slice(11, 16);
    yield { schedule: withTime(at), words: at };
  }
}

function* laterInstants(schedule: Extract<Schedule, { kind: 'once' }>): Iterable<LaterTime> {
  const start = Math.floor(schedule.at / STEP_MS) * STEP_MS;
  for (let later = STEP_MS; later <= DAY_MS; later += STEP_MS) {
    const at = start + later;
    yield { schedule: { ...schedule, at }, words: `${new Date(at).toISOString().slice(0, 16)}Z` };
  }
}

/** Only where a cron names one minute: then another minute of the hour, or one time of day: then any other. */
function* laterCrons(schedule: Extract<Schedule, { kind: 'cron' }>): Iterable<LaterTime> {
  const [second = '0', minute = '*', hour = '*', ...days] = cronFields(schedule.expression);
  if (!/^\d+$/.test(minute)) return;
  const written = (newMinute: number, newHour: string) =>
    [...(second === '0' ? [] : [second]), newMinute, newHour, ...days].join(' ');
  const later = (expression: string) => ({ schedule: { ...schedule, expression }, words: `"${expression}"` });
  if (/^\d+$/.test(hour)) {
    const start = Math.floor((Number(hour) * 60 + Number(minute)) / 10) * 10;
    for (let minutes = start + 10; minutes < start + 1440; minutes += 10) {
      yield later(written(minutes % 60, String(Math.floor(minutes / 60) % 24)));
    }
    return;
  }
  for (let shift = 1; shift < 60; shift++) yield later(written((Number(minute) + shift) % 60, hour));
}

function* laterOffsets(schedule: Extract<Schedule, { kind: 'sun' }>): Iterable<LaterTime> {
  for (let shift = 10; shift <= 240; shift += 10) {
    const offsetMinutes = schedule.offsetMinutes + shift;
    if (offsetMinutes > 1440) return;
    yield { schedule: { ...schedule, offsetMinutes }, words: `offset_minutes ${offsetMinutes}` };
  }
}
