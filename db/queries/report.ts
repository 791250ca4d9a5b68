import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** What a report is about: a face's jobs, or those of them that have all the tags. */
export interface ReportScope {
  readonly face: string;
  readonly tags: readonly string[] | null;
  readonly from: Instant;
  readonly to: Instant;
}
export type ReportUnit = 'hour' | 'day';

/** Ends counted in the hourly roll-ups; durations and lateness as histograms (domain/histogram.ts). */
export interface ReportCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
  readonly durationTotalMs: number;
  readonly durations: readonly number[];
}

export interface ReportJob extends ReportCounts {
  readonly jobId: string;
  readonly number: number;
  readonly name: string;
  readonly deleted: boolean;
}

const COUNTS = sql.raw(`sum(r.succeeded)::bigint as "succeeded", sum(r.failed)::bigint as "failed",
  sum(r.timed_out)::bigint as "timedOut", sum(r.cancelled)::bigint as "cancelled", sum(r.skipped)::bigint as "skipped",
  sum(r.missed)::bigint as "missed", sum(r.duration_total_ms)::bigint as "durationTotalMs",
  merge_histograms(r.durations) as durations`);

function hoursOf({ from, to }: ReportScope) {
  return sql`r.hour >= date_trunc('hour', ${new Date(from)}::timestamptz, 'UTC') and r.hour < ${new Date(to)}::timestamptz`;
}

function jobsOf({ face, tags }: ReportScope) {
  return tags === null ? sql`j.face = ${face}` : sql`j.face = ${face} and j.tags @> ${[...tags]}::text[]`;
}

/** What ended in each step, UTC, the oldest first; a step without ends has no entry. Roll-ups of jobs hold no lateness. */
export async function reportSeries(
  db: Executor,
  scope: ReportScope,
  unit: ReportUnit,
): Promise<(ReportCounts & { start: Instant; lateness: number[] })[]> {
  const from =
    scope.tags === null
      ? sql`merge_histograms(r.lateness) as lateness from face_rollup r where r.face = ${scope.face} and`
      : sql`'{}'::int[] as lateness from job_rollup r join job j on j.id = r.job_id where ${jobsOf(scope)} and`;
  const { rows } = await sql<ReportCounts & { start: Instant; lateness: number[] }>`
    select date_trunc(${unit}, r.hour, 'UTC') as start, ${COUNTS}, ${from} ${hoursOf(scope)}
    group by 1 order by 1`.execute(db);
  return rows;
}

/** A page of the jobs with ends in the time, in the order of their numbers, beginning after `after`. */
export async function reportJobs(
  db: Executor,
  scope: ReportScope,
  page: { after: number; limit: number },
): Promise<ReportJob[]> {
  const { rows } = await sql<ReportJob>`
    select j.id as "jobId", j.number, j.name, j.deleted_at is not null as deleted, ${COUNTS}
    from job j join job_rollup r on r.job_id = j.id
    where ${jobsOf(scope)} and j.number > ${page.after} and ${hoursOf(scope)}
    group by j.id order by j.number limit ${page.limit}`.execute(db);
  return rows;
}

/** The ends of some jobs in each step, by job and time. */
export async function reportJobSeries(
  db: Executor,
  scope: ReportScope,
  jobIds: readonly string[],
  unit: ReportUnit,
): Promise<(ReportCounts & { jobId: string; start: Instant })[]> {
  const { rows } = await sql<ReportCounts & { jobId: string; start: Instant }>`
    select r.job_id as "jobId", date_trunc(${unit}, r.hour, 'UTC') as start, ${COUNTS}
    from job_rollup r where r.job_id = any(${[...jobIds]}::uuid[]) and ${hoursOf(scope)}
    group by 1, 2 order by 1, 2`.execute(db);
  return rows;
}

/** How late the latest runs of some jobs began, at most `latest` of each: read from the ledger's index, never all of it. */
export async function latenessOf(
  db: Executor,
  scope: ReportScope,
  jobIds: readonly string[],
  asked: { unit: ReportUnit; latest: number },
): Promise<{ start: Instant; latenessMs: number }[]> {
  const { rows } = await sql<{ start: Instant; latenessMs: number }>`
    select date_trunc(${asked.unit}, e.due_at, 'UTC') as start,
      greatest(0, extract(epoch from e.started_at - e.due_at) * 1000)::float8 as "latenessMs"
    from unnest(${[...jobIds]}::uuid[]) as job (id), lateral (
      select due_at, started_at from execution
      where job_id = job.id and due_at >= ${new Date(scope.from)} and due_at < ${new Date(scope.to)}
        and started_at is not null
      order by due_at desc limit ${asked.latest}) e`.execute(db);
  return rows;
}
