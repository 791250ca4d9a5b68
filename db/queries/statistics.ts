import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** Ends of executions, counted; durations as a sum and as a histogram (domain/histogram.ts). */
export interface Totals {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
  readonly durationTotalMs: number;
  readonly durations: readonly number[];
}

export type Unit = 'hour' | 'day' | 'week';

interface Row {
  succeeded: number | null;
  failed: number | null;
  timed_out: number | null;
  cancelled: number | null;
  skipped: number | null;
  missed: number | null;
  duration_total_ms: number | null;
  durations: number[] | null;
}

const SUMS = sql.raw(
  ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed', 'duration_total_ms']
    .map((name) => `sum(${name})::bigint as ${name}`)
    .join(', '),
);

function totalsOf(row: Row | undefined): Totals {
  return {
    succeeded: row?.succeeded ?? 0,
    failed: row?.failed ?? 0,
    timedOut: row?.timed_out ?? 0,
    cancelled: row?.cancelled ?? 0,
    skipped: row?.skipped ?? 0,
    missed: row?.missed ?? 0,
    durationTotalMs: row?.duration_total_ms ?? 0,
    durations: row?.durations ?? [],
  };
}

/** What a job's roll-ups hold in every whole hour that touches `[from, to)`. */
export async function jobTotals(
  db: Executor,
  jobId: string,
  range: { from?: Instant | undefined; to?: Instant | undefined },
): Promise<Totals> {
  const { rows } = await sql<Row>`
    select ${SUMS}, merge_histograms(durations) as durations from job_rollup
    where job_id = ${jobId} ${within(range)}`.execute(db);
  return totalsOf(rows[0]);
}

/** The same in steps of a unit, UTC, the oldest first; a step without executions has no entry. Weeks begin on Mondays. */
export async function jobSeries(
  db: Executor,
  jobId: string,
  range: { from: Instant; to: Instant; unit: Unit },
): Promise<{ start: Instant; totals: Totals }[]> {
  const { rows } = await sql<Row & { start: Instant }>`
    select date_trunc(${range.unit}, hour, 'UTC') as start, ${SUMS}, merge_histograms(durations) as durations
    from job_rollup where job_id = ${jobId} ${within(range)} group by 1 order by 1`.execute(db);
  return rows.map((row) => ({ start: row.start, totals: totalsOf(row) }));
}

/** What a face's roll-ups hold since an instant, by whole hours; without histograms where none is asked for. */
export async function faceTotals(
  db: Executor,
  face: Face,
  range: { from?: Instant | undefined; to?: Instant | undefined },
): Promise<Totals> {
  const { rows } = await sql<Row>`
    select ${SUMS}, null::int[] as durations from face_rollup where face = ${face} ${within(range)}`.execute(db);
  return totalsOf(rows[0]);
}

function within({ from, to }: { from?: Instant | undefined; to?: Instant | undefined }) {
  const lower = from === undefined ? sql`` : sql`and hour >= date_trunc('hour', ${new Date(from)}::timestamptz, 'UTC')`;
  return to === undefined ? lower : sql`${lower} and hour < ${new Date(to)}::timestamptz`;
}

/** The measured size of a job's executions: the mean of its latest rows, in bytes, or null when it has none. */
export async function averageRowBytes(db: Executor, jobId: string): Promise<number | null> {
  const { rows } = await sql<{ bytes: number | null }>`
    select avg(pg_column_size(latest.*))::float8 as bytes from (
      select * from execution where job_id = ${jobId} order by due_at desc limit 20) latest`.execute(db);
  return rows[0]?.bytes ?? null;
}
