import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import { prepared } from '../prepared.ts';
import { arrayOf, tableOf } from './array-of.ts';
import type { JobRow } from '../schema.ts';
import { jobOf } from './job-row.ts';

/** What a claim must know of a job at the moment it holds its lock. */
export interface ClaimState {
  readonly jobId: string;
  readonly revision: number;
  readonly specRevision: number;
  /** Enabled, not paused, not deleted. */
  readonly firing: boolean;
  /** Executions that are queued, waiting, or running under a lease that is not over. */
  readonly live: number;
  /** Until where the schedule is accounted for: nominal times up to here are not fired again by a new plan. */
  readonly accountedUntil: Instant;
}

/** Locks the state rows of jobs in id order (DESIGN section 3, "Claims": first lock, in a statement of its own). */
export async function lockJobs(tx: Tx, jobIds: readonly string[]): Promise<void> {
  await sql`${prepared('lock_jobs')} select count(*) from (
    select from job_state where job_id = any(${arrayOf('uuid', jobIds)}) order by job_id for update) as locked`.execute(
    tx,
  );
}

/** Reads what claims are decided by; a statement of its own after the lock, so that it sees what the lock waited for. */
export async function readClaimStates(tx: Tx, jobIds: readonly string[]): Promise<Map<string, ClaimState>> {
  const ids = arrayOf('uuid', jobIds);
  const { rows } = await sql<{
    id: string;
    revision: number;
    spec_revision: number;
    firing: boolean;
    live: number;
    accounted_until: Instant;
  }>`${prepared('claim_states')}
    select j.id, j.revision, j.spec_revision, j.enabled and j.paused_at is null and j.deleted_at is null as firing,
      s.accounted_until, coalesce(l.live, 0) as live
    from job j join job_state s on s.job_id = j.id left join (
      select e.job_id, count(*) as live from execution e where e.job_id = any(${ids})
        and e.state in ('queued', 'waiting', 'running') and (e.lease_until is null or e.lease_until > clock_timestamp())
      group by 1) l on l.job_id = j.id
    where j.id = any(${ids})`.execute(tx);
  return new Map(
    rows.map((r) => [
      r.id,
      {
        jobId: r.id,
        revision: r.revision,
        specRevision: r.spec_revision,
        firing: r.firing,
        live: r.live,
        accountedUntil: r.accounted_until,
      },
    ]),
  );
}

export async function readJobs(tx: Tx, jobIds: readonly string[]): Promise<Job[]> {
  if (jobIds.length === 0) return [];
  const { rows } = await sql<JobRow>`select * from job where id = any(${jobIds}::uuid[])`.execute(tx);
  return rows.map(jobOf);
}

/**
 * Moves the watermarks of claimed jobs, and says when each fires next; what comes after a later claim changes nothing.
 * Under the jobs' locks.
 */
export async function advanceJobs(
  tx: Tx,
  jobs: readonly { jobId: string; accountedUntil: Instant; nextDue: Instant | null }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await sql`${prepared('advance_jobs')} update job_state s set accounted_until = t.accounted_until, next_due = t.next_due
    from ${tableOf([
      ['job_id', 'uuid', jobs.map((j) => j.jobId)],
      ['accounted_until', 'timestamptz', jobs.map((j) => j.accountedUntil)],
      ['next_due', 'timestamptz', jobs.map((j) => j.nextDue)],
    ])}
    where s.job_id = t.job_id and s.accounted_until <= t.accounted_until`.execute(tx);
}

/** A scheduled fire that stood in the ledger before this claim. */
export interface Standing {
  readonly id: string;
  readonly jobId: string;
  readonly dueAt: Instant;
  readonly state: string;
  /** Attempts that were made and recorded: the next one is the one after them. */
  readonly attemptsMade: number;
}

/** What stands in the ledger for scheduled fires that were there before this claim. */
export async function readStanding(tx: Tx, fires: readonly { jobId: string; dueAt: Instant }[]): Promise<Standing[]> {
  if (fires.length === 0) return [];
  const { rows } = await sql<Standing>`
    select e.id, e.job_id as "jobId", e.due_at as "dueAt", e.state,
      jsonb_array_length(coalesce(e.attempts, '[]')) as "attemptsMade" from execution e
    join unnest(${fires.map((f) => f.jobId)}::uuid[], ${fires.map((f) => new Date(f.dueAt).toISOString())}::timestamptz[])
      as t (job_id, due_at) on e.job_id = t.job_id and e.due_at = t.due_at and e.nonce = 0`.execute(tx);
  return rows;
}
