import type { Execution } from '../../domain/execution.ts';
import type { JobSpec } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import type { ExecutionRow } from '../schema.ts';
import { executionOf } from './execution-row.ts';

/** What a job was from `at` on, until its next revision. */
export interface Revision {
  readonly revision: number;
  readonly at: Instant;
  readonly by: string;
  /** In the past tense, such as `updated`. */
  readonly change: string;
  readonly spec: JobSpec & { readonly pausedAt: Instant | null };
}

/** Who changed a job, and the reason that was given. */
export interface Change {
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly reason: string | null;
}

/** The revision that was in force at an instant; null before the job was made. By the index `job_revision_at`. */
export async function revisionAt(db: Executor, jobId: string, at: Instant): Promise<Revision | null> {
  const { rows } = await sql<Revision>`
    select revision, at, by, change, spec from job_revision where job_id = ${jobId} and at <= ${new Date(at)}
    order by at desc, revision desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** The audit's time is Postgres', a revision's the service's: an entry is looked for so far around its revision. */
const CLOCKS_APART_MS = 60_000;

/** The audit's entry of the change that made a revision. By the index `audit_job_change`. */
export async function changeOf(db: Executor, jobId: string, { revision, at }: Revision): Promise<Change | null> {
  const { rows } = await sql<Change>`
    select at, actor, action, reason from audit where job_id = ${jobId} and execution_id is null
      and at between ${new Date(at - CLOCKS_APART_MS)} and ${new Date(at + CLOCKS_APART_MS)}
      and (after ->> 'revision' = ${String(revision)} or (${revision}::int = 1 and action = 'job.create'))
    order by at desc limit 1`.execute(db);
  return rows[0] ?? null;
}

const MOST_AT_ONE_TIME = 20;
/** Executions that last longer than it are not found as running at an instant, unless no other came after them. */
const LATEST = 5;

/** A job's executions whose nominal time lies within `[from, to)`, the scheduled one first. By the ledger's own key. */
export async function executionsAt(db: Executor, jobId: string, from: Instant, to: Instant): Promise<Execution[]> {
  const { rows } = await sql<ExecutionRow>`
    select * from execution where job_id = ${jobId} and due_at >= ${new Date(from)} and due_at < ${new Date(to)}
    order by due_at, nonce limit ${MOST_AT_ONE_TIME}`.execute(db);
  return rows.map(executionOf);
}

/** The latest executions of a job with an earlier nominal time. By the ledger's own key. */
export async function executionsBefore(db: Executor, jobId: string, before: Instant): Promise<Execution[]> {
  const { rows } = await sql<ExecutionRow>`
    select * from execution where job_id = ${jobId} and due_at < ${new Date(before)}
    order by due_at desc limit ${LATEST}`.execute(db);
  return rows.map(executionOf);
}
