import type { EndReason, ExecutionState } from '../../domain/execution.ts';
import { addTo } from '../../domain/histogram.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import { prepared } from '../prepared.ts';
import { tableOf, type Column } from './array-of.ts';
import type { ElementType } from './binary-array.ts';
import { keepEnds } from './dependency-ends.ts';

/** One execution that has just reached its end: what counters and roll-ups need to know of it. */
export interface Ended {
  readonly executionId: string;
  readonly jobId: string;
  readonly face: string;
  readonly kind: string;
  readonly state: ExecutionState;
  readonly reason: EndReason | null;
  /** Its nominal time: the hour in which it counts, as lists filter by it too. */
  readonly dueAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant;
  readonly durationMs: number | null;
  readonly latenessMs: number | null;
  readonly error: string | null;
}

const COUNTED = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed'] as const;
type Counted = (typeof COUNTED)[number];

interface Tally {
  counts: Record<Counted, number>;
  durationMs: number;
  durations: number[];
  lateness: number[];
  last: Ended | null;
}

const HOUR_MS = 3_600_000;

/** The rows of `face_rollup` that this connection adds to. */
export const FACE_SLOT = sql`pg_backend_pid() % 4`;

/**
 * Adds ended executions to their jobs' counters and to the hourly roll-ups, in the transaction that ends them: one
 * statement, whatever their number. The caller holds the jobs' locks (rows of `job_state`, in id order). Keeps the ends
 * for the jobs that wait for them; returns the jobs that have such children, to be looked at after the commit.
 */
export async function countEnds(tx: Executor, ended: readonly Ended[]): Promise<readonly string[]> {
  if (ended.length === 0) return [];
  const jobHours = tallyBy(ended, (e) => `${e.jobId} ${hourOf(e.dueAt)}`);
  // Mostly of one hour, and then the sums of a job are those of its hour.
  const hours = new Set(ended.map((e) => hourOf(e.dueAt)));
  const jobs = hours.size === 1 ? jobHours : tallyBy(ended, (e) => e.jobId);
  const faceHours = tallyBy(ended, (e) => `${e.face} ${e.kind} ${hourOf(e.dueAt)}`);
  const { rows } = await sql<{ job_id: string }>`${prepared('count_ends')}
    with job_counts as (
      update job_state s set ${added('s', 't')},
        ${lastOnes()}
      from ${tallied(jobs, ['job_id'], [...SUMS, ...LAST])} where s.job_id = t.job_id::uuid
      returning s.job_id, s.has_children
    ), job_hours as (
      insert into job_rollup as r (job_id, hour, ${SUMMED_NAMES}, durations)
      select t.job_id::uuid, t.hour::timestamptz, ${SUMMED_VALUES}, t.durations::int[]
        from ${tallied(jobHours, ['job_id', 'hour'], [...SUMS, DURATIONS])}
        where exists (select 1 from job_state s where s.job_id = t.job_id::uuid) order by 1, 2
      on conflict (job_id, hour) do update set ${added('r', 'excluded')},
        durations = merge_histogram(r.durations, excluded.durations)
    ), face_hours as (
      insert into face_rollup as r (face, kind, hour, slot, ${SUMMED_NAMES}, durations, lateness)
      select t.face, t.kind, t.hour::timestamptz, ${FACE_SLOT}, ${SUMMED_VALUES}, t.durations::int[], t.lateness::int[]
        from ${tallied(faceHours, ['face', 'kind', 'hour'], [...SUMS, DURATIONS, LATENESS])} order by 1, 2, 3
      on conflict (face, kind, hour, slot) do update set ${added('r', 'excluded')},
        durations = merge_histogram(r.durations, excluded.durations),
        lateness = merge_histogram(r.lateness, excluded.lateness))
    select job_id from job_counts where has_children`.execute(tx);
  const parents = rows.map((row) => row.job_id);
  await keepEnds(tx, parents, ended);
  return parents;
}

function hourOf(instant: Instant): string {
  return isoTime(Math.floor(instant / HOUR_MS) * HOUR_MS);
}

function tallyBy(ended: readonly Ended[], keyOf: (e: Ended) => string): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const end of ended) {
    const key = keyOf(end);
    let tally = tallies.get(key);
    if (tally === undefined) {
      tally = { counts: emptyCounts(), durationMs: 0, durations: [], lateness: [], last: null };
      tallies.set(key, tally);
    }
    tally.counts[end.state as Counted] += 1;
    if (end.latenessMs !== null) addTo(tally.lateness, end.latenessMs);
    if (end.durationMs !== null) {
      tally.durationMs += end.durationMs;
      addTo(tally.durations, end.durationMs);
    }
    if (end.state === 'skipped' || end.state === 'missed') continue;
    if (tally.last === null || end.endedAt >= tally.last.endedAt) tally.last = end;
  }
  return new Map([...tallies].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function emptyCounts(): Record<Counted, number> {
  return { succeeded: 0, failed: 0, timed_out: 0, cancelled: 0, skipped: 0, missed: 0 };
}

const SUMMED = [...COUNTED, 'duration_total_ms'] as const;
const SUMMED_NAMES = sql.raw(SUMMED.join(', '));
const SUMMED_VALUES = sql.raw(SUMMED.map((name) => `coalesce(t.${name}, 0)`).join(', '));

function added(target: string, source: string) {
  return sql.raw(SUMMED.map((name) => `${name} = ${target}.${name} + coalesce(${source}.${name}, 0)`).join(', '));
}

/** What a job shows of its last run; skipped and missed fires are no runs, and one that ended earlier changes nothing. */
function lastOnes() {
  const names = ['started_at', 'ended_at', 'duration_ms', 'state', 'error'];
  const later = `t.ended_at >= coalesce(s.last_ended_at, '-infinity')`;
  return sql.raw(
    names.map((name) => `last_${name} = case when ${later} then t.${name} else s.last_${name} end`).join(', '),
  );
}

type TallyColumn = readonly [name: string, type: ElementType, valueOf: (tally: Tally) => string | number | null];

const SUMS: readonly TallyColumn[] = [
  ...COUNTED.map((name): TallyColumn => [name, 'bigint', ({ counts }) => counts[name] || null]),
  ['duration_total_ms', 'bigint', ({ durationMs }) => durationMs || null],
];
const DURATIONS: TallyColumn = ['durations', 'text', ({ durations }) => `{${durations.join(',')}}`];
const LATENESS: TallyColumn = ['lateness', 'text', ({ lateness }) => `{${lateness.join(',')}}`];
const LAST: readonly TallyColumn[] = [
  ['started_at', 'timestamptz', ({ last }) => last?.startedAt ?? null],
  ['ended_at', 'timestamptz', ({ last }) => last?.endedAt ?? null],
  ['duration_ms', 'bigint', ({ last }) => last?.durationMs ?? null],
  ['state', 'text', ({ last }) => last?.state ?? null],
  ['error', 'text', ({ last }) => last?.error ?? null],
];

/** The tallies as rows of a table `t`, with the words of their keys as its first columns; a sum of 0 is null there. */
function tallied(tallies: ReadonlyMap<string, Tally>, keys: readonly string[], columns: readonly TallyColumn[]) {
  const words = [...tallies.keys()].map((key) => key.split(' '));
  const rows = [...tallies.values()];
  return tableOf([
    ...keys.map((name, i): Column => [name, 'text', words.map((word) => word[i] ?? null)]),
    ...columns.map(([name, type, valueOf]): Column => [name, type, rows.map(valueOf)]),
  ]);
}
