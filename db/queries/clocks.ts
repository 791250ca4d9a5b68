import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import { jobOf } from './job-row.ts';

/** A job on its clock, with the instant from which its fires are still to be planned. */
export interface SeatedJob {
  readonly job: Job;
  readonly accountedUntil: Instant;
  readonly lastStartedAt: Instant | null;
}

/** The firing jobs that sit on a clock: all, or those of `jobIds`. */
export async function seatedJobs(
  db: Executor,
  clockId: string,
  jobIds: readonly string[] | null,
): Promise<SeatedJob[]> {
  const { rows } = await sql<JobRow & { accounted_until: Instant; last_started_at: Instant | null }>`
    select j.*, s.accounted_until, s.last_started_at from job_state s join job j on j.id = s.job_id
    where s.clock_id = ${clockId} and j.enabled and j.paused_at is null and j.deleted_at is null
      and (${jobIds}::uuid[] is null or s.job_id = any(${jobIds}::uuid[]))
    order by j.id`.execute(db);
  return rows.map((row) => ({
    job: jobOf(row),
    accountedUntil: row.accounted_until,
    lastStartedAt: row.last_started_at,
  }));
}

/** When a clock became dirty, or null: read before its jobs, so that a change in between leaves it dirty. */
export async function dirtySince(db: Executor, clockId: string): Promise<string | null> {
  const { rows } = await sql<{ since: string | null }>`
    select dirty_since::text as since from clock where id = ${clockId}`.execute(db);
  return rows[0]?.since ?? null;
}

/** The clock has reloaded what was changed at `since` (or before): clean, unless it was changed again. */
export async function markClean(db: Executor, clockId: string, since: string): Promise<void> {
  await sql`update clock set dirty_since = null
    where id = ${clockId} and dirty_since = ${since}::timestamptz`.execute(db);
}

/** Says when jobs fire next: what lists sort by and what tells an overdue clock. */
export async function setNextDue(
  db: Executor,
  next: readonly { jobId: string; nextDue: Instant | null }[],
): Promise<void> {
  if (next.length === 0) return;
  await sql`update job_state s set next_due = t.next_due
    from unnest(${next.map((n) => n.jobId)}::uuid[],
      ${next.map((n) => (n.nextDue === null ? null : new Date(n.nextDue).toISOString()))}::timestamptz[])
      as t (job_id, next_due)
    where s.job_id = t.job_id and s.next_due is distinct from t.next_due`.execute(db);
}

/** Clocks that wait for a poke since longer than `olderThanMs`. */
export async function dirtyClocks(db: Executor, olderThanMs: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from clock
    where dirty_since < now() - ${olderThanMs} * interval '1 ms' order by dirty_since limit ${limit}`.execute(db);
  return rows.map((r) => r.id);
}

/** Clocks with a job whose next fire is overdue by more than `byMs`: judged here, not by Temporal's status. */
export async function overdueClocks(db: Executor, byMs: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select s.clock_id as id from job_state s
    where s.clock_id is not null and s.next_due < now() - ${byMs} * interval '1 ms'
    group by s.clock_id order by min(s.next_due) limit ${limit}`.execute(db);
  return rows.map((r) => r.id);
}
