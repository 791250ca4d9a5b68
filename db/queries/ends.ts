import type { ExecutionState } from '../../domain/execution.ts';
import { addTo } from '../../domain/histogram.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** One execution that has just reached its end: what counters and roll-ups need to know of it. */
export interface Ended {
  readonly jobId: string;
  readonly face: string;
  readonly kind: string;
  readonly state: ExecutionState;
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

/**
 * Adds ended executions to their jobs' counters and to the hourly roll-ups, in the transaction that ends them: one
 * statement, whatever their number. The caller holds the jobs' locks (rows of `job_state`, in id order).
 */
export async function countEnds(tx: Executor, ended: readonly Ended[]): Promise<void> {
  if (ended.length === 0) return;
  const jobs = tallyBy(ended, (e) => e.jobId);
  const jobHours = tallyBy(ended, (e) => `${e.jobId} ${hourOf(e.dueAt)}`);
  const faceHours = tallyBy(ended, (e) => `${e.face} ${e.kind} ${hourOf(e.dueAt)}`);
  await sql`
    with job_counts as (
      update job_state s set ${added('s', 't')},
        ${lastOnes()}
      from ${unnested(jobs, ['job_id'])} where s.job_id = t.job_id::uuid
    ), job_hours as (
      insert into job_rollup as r (job_id, hour, ${columns()}, durations)
      select t.job_id::uuid, t.hour::timestamptz, ${columns('t')}, t.durations::int[]
        from ${unnested(jobHours, ['job_id', 'hour'])}
        where exists (select 1 from job_state s where s.job_id = t.job_id::uuid) order by 1, 2
      on conflict (job_id, hour) do update set ${added('r', 'excluded')},
        durations = merge_histogram(r.durations, excluded.durations)
    )
    insert into face_rollup as r (face, kind, hour, ${columns()}, durations, lateness)
    select t.face, t.kind, t.hour::timestamptz, ${columns('t')}, t.durations::int[], t.lateness::int[]
      from ${unnested(faceHours, ['face', 'kind', 'hour'])} order by 1, 2, 3
    on conflict (face, kind, hour) do update set ${added('r', 'excluded')},
      durations = merge_histogram(r.durations, excluded.durations),
      lateness = merge_histogram(r.lateness, excluded.lateness)`.execute(tx);
}

function hourOf(instant: Instant): string {
  return new Date(Math.floor(instant / HOUR_MS) * HOUR_MS).toISOString();
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

function columns(table?: string) {
  return sql.raw(SUMMED.map((name) => (table === undefined ? name : `${table}.${name}`)).join(', '));
}

function added(target: string, source: string) {
  return sql.raw(SUMMED.map((name) => `${name} = ${target}.${name} + ${source}.${name}`).join(', '));
}

/** What a job shows of its last run; skipped and missed fires are no runs, and one that ended earlier changes nothing. */
function lastOnes() {
  const names = ['started_at', 'ended_at', 'duration_ms', 'state', 'error'];
  const later = `t.ended_at >= coalesce(s.last_ended_at, '-infinity')`;
  return sql.raw(
    names.map((name) => `last_${name} = case when ${later} then t.${name} else s.last_${name} end`).join(', '),
  );
}

/** The tallies as rows of a table `t` with the words of their keys as its first columns. */
function unnested(tallies: Map<string, Tally>, keys: readonly string[]) {
  const rows = [...tallies];
  const words = keys.map((_, i) => sql`${rows.map(([key]) => key.split(' ')[i])}::text[]`);
  const counts = COUNTED.map((name) => sql`${rows.map(([, t]) => t.counts[name])}::bigint[]`);
  const time = (instant: Instant | null | undefined) => (instant == null ? null : new Date(instant).toISOString());
  return sql`unnest(${sql.join([
    ...words,
    ...counts,
    sql`${rows.map(([, t]) => t.durationMs)}::bigint[]`,
    sql`${rows.map(([, t]) => `{${t.durations.join(',')}}`)}::text[]`,
    sql`${rows.map(([, t]) => `{${t.lateness.join(',')}}`)}::text[]`,
    sql`${rows.map(([, t]) => time(t.last?.startedAt))}::timestamptz[]`,
    sql`${rows.map(([, t]) => time(t.last?.endedAt))}::timestamptz[]`,
    sql`${rows.map(([, t]) => t.last?.durationMs ?? null)}::bigint[]`,
    sql`${rows.map(([, t]) => t.last?.state ?? null)}::text[]`,
    sql`${rows.map(([, t]) => t.last?.error ?? null)}::text[]`,
  ])}) as t (${sql.raw(
    [...keys, ...SUMMED, 'durations', 'lateness', 'started_at', 'ended_at', 'duration_ms', 'state', 'error'].join(', '),
  )})`;
}
