import type { RawBuilder } from 'kysely';
import type { Execution, ExecutionState } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import type { ExecutionRow } from '../schema.ts';
import { executionOf } from './execution-row.ts';

/** An execution with what faces show of its job, be it deleted since. */
export interface StoredExecution {
  readonly execution: Execution;
  readonly jobName: string;
  readonly jobNumber: number;
}

/** How a face names an execution: by UUID, by its own integer, or by the range of UUIDs that an `exec_` id stands for. */
export type ExecutionKey = (
  { readonly id: string } | { readonly number: number } | { readonly from: string; readonly to: string }
) & { readonly shown?: string };

export interface ExecutionFilter {
  readonly jobId?: string;
  readonly states?: readonly ExecutionState[];
  /** Nominal times `[from, to)`. */
  readonly from?: Instant;
  readonly to?: Instant;
}

type Row = ExecutionRow & { job_name: string; job_number: number };

function storedExecutionOf(row: Row): StoredExecution {
  return { execution: executionOf(row), jobName: row.job_name, jobNumber: row.job_number };
}

/** One execution of a face, or null. */
export async function findExecution(db: Executor, face: Face, key: ExecutionKey): Promise<StoredExecution | null> {
  const { rows } = await sql<Row>`
    select e.*, j.name as job_name, j.number as job_number from execution e join job j on j.id = e.job_id
    where e.face = ${face} and ${keyIs(key)} limit 1`.execute(db);
  return rows[0] === undefined ? null : storedExecutionOf(rows[0]);
}

function keyIs(key: ExecutionKey) {
  if ('id' in key) return sql`e.id = ${key.id}`;
  if ('number' in key) return sql`e.number = ${key.number}`;
  return sql`e.id between ${key.from} and ${key.to}`;
}

type UnendedCounts = Partial<Record<ExecutionState, number>>;
type Range = Pick<ExecutionFilter, 'from' | 'to'>;

/** How many executions of a job are in each state that is not an end, of nominal times `[from, to)`. */
export function countUnended(db: Executor, jobId: string, range: Range = {}): Promise<UnendedCounts> {
  return countUnendedWhere(db, sql`job_id = ${jobId}`, range);
}

/** The same of all executions of a face: those that have not ended are few, and have an index of their own. */
export function countUnendedOfFace(db: Executor, face: Face, range: Range = {}): Promise<UnendedCounts> {
  return countUnendedWhere(db, sql`face = ${face}`, range);
}

async function countUnendedWhere(db: Executor, of: RawBuilder<unknown>, { from, to }: Range): Promise<UnendedCounts> {
  const conditions = [of, sql`state in ('queued', 'waiting', 'running')`];
  if (from !== undefined) conditions.push(sql`due_at >= ${new Date(from)}`);
  if (to !== undefined) conditions.push(sql`due_at < ${new Date(to)}`);
  const { rows } = await sql<{ state: ExecutionState; count: number }>`
    select state, count(*) as count from execution where ${sql.join(conditions, sql` and `)} group by state`.execute(
    db,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** Logs and earlier attempts, which can be long, are read with a single execution only. */
const LISTED = sql.raw(`e.id, e.job_id, e.face, e.number, e.trigger, e.due_at, e.nonce, e.state, e.reason, e.attempt,
  null as attempts, e.created_at, e.started_at, e.ended_at, e.duration_ms, e.result, e.error, null as logs, e.parameters,
  e.triggered_by, e.group_id, e.claimed_by, e.lease_until, e.worker_id, e.workflow_id, e.job_revision`);

interface Page {
  readonly filter: ExecutionFilter;
  readonly limit: number;
  readonly offset: number;
}

/**
 * A page of a face's executions, the latest nominal time first, and whether more follow. One indexed query; the names
 * of the jobs are looked up for the page alone.
 */
export async function findExecutions(
  db: Executor,
  face: Face,
  page: Page,
): Promise<{ executions: StoredExecution[]; hasMore: boolean }> {
  const { jobId, states, from, to } = page.filter;
  const conditions = [jobId === undefined ? sql`e.face = ${face}` : sql`e.job_id = ${jobId}`];
  if (states !== undefined) conditions.push(stateIn(states));
  if (from !== undefined) conditions.push(sql`e.due_at >= ${new Date(from)}`);
  if (to !== undefined) conditions.push(sql`e.due_at < ${new Date(to)}`);
  const all = sql`select ${LISTED} from execution e where ${sql.join(conditions, sql` and `)}`;
  const latest = sql`order by e.due_at desc, e.id desc`;
  const most = page.limit + page.offset + 1;
  const found =
    jobId !== undefined && states?.length === 1 && states[0] === 'succeeded'
      ? sql`select e.* from ${succeededHours(jobId, page)} h cross join lateral (
          ${all} and e.due_at >= h.hour and e.due_at < h.hour + interval '1 hour' ${latest} limit ${most}) e`
      : all;
  const { rows } = await sql<Row>`
    select p.*, j.name as job_name, j.number as job_number from (
      ${found} ${latest} limit ${page.limit + 1} offset ${page.offset}) p
    join job j on j.id = p.job_id and j.face = ${face} order by p.due_at desc, p.id desc`.execute(db);
  return { executions: rows.slice(0, page.limit).map(storedExecutionOf), hasMore: rows.length > page.limit };
}

/**
 * The latest hours in which executions of a job succeeded, as many as a page may need: no index has them by state
 * (migration 0019), and so the hours without one need not be read. An hour that `to` cuts counts for nothing.
 */
function succeededHours(jobId: string, { filter: { from, to }, limit, offset }: Page): RawBuilder<unknown> {
  const conditions = [sql`r.job_id = ${jobId}`, sql`r.succeeded > 0`];
  if (from !== undefined) conditions.push(sql`r.hour > ${new Date(from)}::timestamptz - interval '1 hour'`);
  if (to !== undefined) conditions.push(sql`r.hour < ${new Date(to)}`);
  const isWhole = to === undefined ? sql`true` : sql`r.hour <= ${new Date(to)}::timestamptz - interval '1 hour'`;
  return sql`(select hour from (
      select r.hour, sum(r.succeeded) filter (where ${isWhole})
        over (order by r.hour desc rows between unbounded preceding and 1 preceding) as later
      from job_rollup r where ${sql.join(conditions, sql` and `)}) counted
    where coalesce(later, 0) <= ${limit + offset})`;
}

/** States are few and fixed: as literals they let the planner take the partial indexes. */
function stateIn(states: readonly ExecutionState[]) {
  return sql`e.state in (${sql.join(states.map((state) => sql.lit(state)))})`;
}

/** A page of all executions of a face, the latest nominal time first, from behind the one named. */
export async function executionsBefore(
  db: Executor,
  face: Face,
  before: { dueAt: Instant; id: string } | null,
  limit: number,
): Promise<StoredExecution[]> {
  const behind = before === null ? sql`true` : sql`(e.due_at, e.id) < (${new Date(before.dueAt)}, ${before.id}::uuid)`;
  const { rows } = await sql<Row>`
    select ${LISTED}, j.name as job_name, j.number as job_number from execution e join job j on j.id = e.job_id
    where e.face = ${face} and ${behind} order by e.due_at desc, e.id desc limit ${limit}`.execute(db);
  return rows.map(storedExecutionOf);
}
