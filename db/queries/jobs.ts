import type { Face } from '../../domain/faces.ts';
import type { Job, JobStatistics } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import { jobOf } from './job-row.ts';

/** How a face names one of its jobs: by its UUID, or by the integer behind its public id; `shown` is for messages. */
export type JobKey = ({ readonly id: string } | { readonly number: number }) & { readonly shown?: string };

/** A job with its counters and its place in time. */
export interface StoredJob {
  readonly job: Job;
  readonly statistics: JobStatistics;
  readonly clockId: string | null;
  /** Nominal times up to here are accounted for: the next fire is the first one after it. */
  readonly accountedUntil: Instant;
  /** Nominal times up to here are to be skipped, as someone asked; null or absent: none. */
  readonly skippedUntil?: Instant | null;
}

/** What a job's state is to its users: `error` was disabled by the service and stays so until someone mends it. */
export type JobStatus = 'active' | 'inactive' | 'error';

export interface JobFilter {
  readonly status?: JobStatus;
  readonly kinds?: readonly string[];
  /** A job must have all of them. */
  readonly tags?: readonly string[];
  readonly createdBy?: string;
  readonly priority?: number;
  /** The subject of their command (`target_command`). */
  readonly target?: string;
  /** The next fire is due at or after, or before, as their clocks know it. */
  readonly nextFrom?: Instant;
  readonly nextTo?: Instant;
}

export interface StateColumns extends StatisticsColumns {
  clock_id: string | null;
  accounted_until: Instant;
  skipped_until: Instant | null;
}

export interface StatisticsColumns {
  succeeded: number;
  failed: number;
  timed_out: number;
  cancelled: number;
  skipped: number;
  missed: number;
  duration_total_ms: number;
  last_started_at: Instant | null;
  last_ended_at: Instant | null;
  last_duration_ms: number | null;
  last_state: string | null;
  last_error: string | null;
}

/** What `statisticsOf` reads, of the table `s`. */
export const STATISTICS =
  sql.raw(`s.succeeded, s.failed, s.timed_out, s.cancelled, s.skipped, s.missed, s.duration_total_ms,
  s.last_started_at, s.last_ended_at, s.last_duration_ms, s.last_state, s.last_error`);

/** What `storedJobOf` reads, of the tables `j` and `s`. */
export const STORED_JOB = sql`j.*, s.clock_id, s.accounted_until, s.skipped_until, ${STATISTICS}`;

export function storedJobOf(row: JobRow & StateColumns): StoredJob {
  return {
    job: jobOf(row),
    clockId: row.clock_id,
    accountedUntil: row.accounted_until,
    skippedUntil: row.skipped_until,
    statistics: statisticsOf(row),
  };
}

export function statisticsOf(row: StatisticsColumns): JobStatistics {
  const { succeeded, failed, timed_out: timedOut, cancelled, skipped, missed } = row;
  return {
    total: succeeded + failed + timedOut + cancelled + skipped + missed,
    succeeded,
    failed,
    timedOut,
    cancelled,
    skipped,
    missed,
    durationTotalMs: row.duration_total_ms,
    lastStartedAt: row.last_started_at,
    lastEndedAt: row.last_ended_at,
    lastDurationMs: row.last_duration_ms,
    lastState: row.last_state,
    lastError: row.last_error,
  };
}

/** The condition of a key, over the table `j`. */
export function keyIs(key: JobKey) {
  return 'id' in key ? sql`j.id = ${key.id}` : sql`j.number = ${key.number}`;
}

/** One job of a face, or null when there is none or it was deleted. */
export async function findJob(db: Executor, face: Face, key: JobKey): Promise<StoredJob | null> {
  const { rows } = await sql<JobRow & StateColumns>`
    select ${STORED_JOB} from job j join job_state s on s.job_id = j.id
    where j.face = ${face} and ${keyIs(key)} and j.deleted_at is null`.execute(db);
  return rows[0] === undefined ? null : storedJobOf(rows[0]);
}

/** A page of a face's jobs, in the order of their creation, and whether more follow. */
export async function findJobs(
  db: Executor,
  face: Face,
  page: { filter: JobFilter; limit: number; offset: number },
): Promise<{ jobs: StoredJob[]; hasMore: boolean }> {
  const { rows } = await sql<JobRow & StateColumns>`
    select ${STORED_JOB} from job j join job_state s on s.job_id = j.id
    where j.face = ${face} and j.deleted_at is null and ${conditionOf(page.filter)}
    order by j.number limit ${page.limit + 1} offset ${page.offset}`.execute(db);
  return { jobs: rows.slice(0, page.limit).map(storedJobOf), hasMore: rows.length > page.limit };
}

/**
 * How many of a face's jobs fit, and how many of these are active. What a list asks first costs the same however many
 * jobs there are (`job_tally`); filters by tag, creator or fault count the jobs that fit.
 */
export async function countJobs(
  db: Executor,
  face: Face,
  filter: JobFilter,
): Promise<{ total: number; active: number }> {
  const { status: _status, kinds: _kinds, ...others } = filter;
  const isTallied = !needsState(filter) && Object.values(others).every((value) => value === undefined);
  if (isTallied) return tallyOf(db, face, filter);
  const { rows } = await sql<{ total: number; active: number }>`
    select count(*) as total, count(*) filter (where ${ACTIVE}) as active from job j
    ${needsState(filter) ? sql`join job_state s on s.job_id = j.id` : sql``}
    where j.face = ${face} and j.deleted_at is null and ${conditionOf(filter)}`.execute(db);
  return rows[0] ?? { total: 0, active: 0 };
}

async function tallyOf(
  db: Executor,
  face: Face,
  { kinds, status }: JobFilter,
): Promise<{ total: number; active: number }> {
  const { rows } = await sql<{ total: number; active: number }>`
    select coalesce(sum(total), 0)::bigint as total, coalesce(sum(active), 0)::bigint as active from job_tally
    where face = ${face} ${kinds === undefined ? sql`` : sql`and kind = any(${[...kinds]}::text[])`}`.execute(db);
  const { total = 0, active = 0 } = rows[0] ?? {};
  return { total: status === 'active' ? active : total, active };
}

/** The next jobs of a face after the one with a number: reads any number of them in pages of one cost. */
export async function jobsAfter(db: Executor, face: Face, number: number, limit: number): Promise<StoredJob[]> {
  const { rows } = await sql<JobRow & StateColumns>`
    select ${STORED_JOB} from job j join job_state s on s.job_id = j.id
    where j.face = ${face} and j.deleted_at is null and j.number > ${number} order by j.number limit ${limit}`.execute(
    db,
  );
  return rows.map(storedJobOf);
}

/** Executions of a job that are queued, waiting, or running under a lease that is not over. */
export async function countLive(db: Executor, jobId: string): Promise<{ live: number; running: number }> {
  const { rows } = await sql<{ live: number; running: number }>`
    select count(*) as live, count(*) filter (where e.state = 'running') as running from execution e
    where e.job_id = ${jobId} and e.state in ('queued', 'waiting', 'running')
      and (e.lease_until is null or e.lease_until > clock_timestamp())`.execute(db);
  return rows[0] ?? { live: 0, running: 0 };
}

const ACTIVE = sql.raw(`j.enabled and j.paused_at is null`);
/** DECISIONS section 9: disabled by stop_on_error while its last run is the failure, or by an uncomputable schedule. */
const ERROR = sql.raw(`not j.enabled and (j.disabled_by = 'invalid_schedule'
  or j.disabled_by = 'stop_on_error' and s.last_state in ('failed', 'timed_out'))`);

function needsState(filter: JobFilter): boolean {
  const { status, nextFrom, nextTo } = filter;
  return status === 'error' || status === 'inactive' || nextFrom !== undefined || nextTo !== undefined;
}

/** The condition of a filter, over the tables `j` and, where it asks for a state, `s`. */
export function conditionOf(filter: JobFilter) {
  const conditions = [sql`true`];
  if (filter.status === 'active') conditions.push(sql`${ACTIVE}`);
  if (filter.status === 'error') conditions.push(sql`(${ERROR})`);
  if (filter.status === 'inactive') conditions.push(sql`not (${ACTIVE}) and (${ERROR}) is not true`);
  if (filter.kinds !== undefined) conditions.push(sql`j.kind = any(${[...filter.kinds]}::text[])`);
  if (filter.tags !== undefined) conditions.push(sql`j.tags @> ${[...filter.tags]}::text[]`);
  if (filter.createdBy !== undefined) conditions.push(sql`j.created_by = ${filter.createdBy}`);
  if (filter.priority !== undefined) conditions.push(sql`(j.policy ->> 'priority')::int = ${filter.priority}`);
  if (filter.target !== undefined)
    conditions.push(sql`j.action_type = 'command' and j.action ->> 'target_command' = ${filter.target}`);
  if (filter.nextFrom !== undefined) conditions.push(sql`s.next_due >= ${new Date(filter.nextFrom)}`);
  if (filter.nextTo !== undefined) conditions.push(sql`s.next_due < ${new Date(filter.nextTo)}`);
  return sql.join(conditions, sql` and `);
}
