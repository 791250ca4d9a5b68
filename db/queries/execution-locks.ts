import type { ExecutionState } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';
import { lockJobs } from './claims.ts';
import { writeOutcomes, type Outcome } from './outcomes.ts';

/** A lock of the console document: the lease of a running execution (DECISIONS section 9). */
export interface ExecutionLock {
  readonly number: number;
  readonly executionId: string;
  readonly lockedBy: string;
  readonly lockedAt: Instant;
  readonly expiresAt: Instant;
}

interface Held {
  readonly jobId: string;
  readonly executionId: string;
}

/**
 * Takes a queued execution for an instance, unless as many of its job run already as may. The job's lock comes first, in
 * a statement of its own (DESIGN section 3, "Claims").
 */
export async function takeExecution(
  tx: Tx,
  { jobId, executionId }: Held,
  by: { instanceId: string; leaseMs: number },
): Promise<boolean> {
  await lockJobs(tx, [jobId]);
  const { rows } = await sql`
    update execution e set state = 'running', claimed_by = ${by.instanceId}, worker_id = ${by.instanceId},
      started_at = clock_timestamp(), lease_until = clock_timestamp() + ${by.leaseMs} * interval '1 ms'
    where e.id = ${executionId} and e.job_id = ${jobId} and e.state = 'queued' and e.workflow_id is null
      and (select count(*) from execution o where o.job_id = ${jobId} and o.state = 'running'
        and o.lease_until > clock_timestamp())
        < (select (j.policy ->> 'maxConcurrent')::int from job j where j.id = ${jobId})
    returning 1`.execute(tx);
  return rows.length > 0;
}

/** Puts a taken execution back; whoever takes it, or the service, runs it anew. */
export async function giveBackExecution(tx: Tx, { jobId, executionId }: Held): Promise<void> {
  await lockJobs(tx, [jobId]);
  await sql`update execution set state = 'queued', claimed_by = null, worker_id = null, started_at = null,
      lease_until = null
    where id = ${executionId} and job_id = ${jobId} and state = 'running' and workflow_id is null`.execute(tx);
}

/** The lock of a job that was taken first. */
export async function oldestLock(db: Executor, jobId: string): Promise<ExecutionLock | null> {
  const { rows } = await sql<ExecutionLock>`
    select number, id as "executionId", claimed_by as "lockedBy", coalesce(started_at, created_at) as "lockedAt",
      lease_until as "expiresAt"
    from execution where job_id = ${jobId} and state = 'running' and lease_until > clock_timestamp()
    order by started_at, id limit 1`.execute(db);
  return rows[0] ?? null;
}

/** What a program says of a run that it has done by itself. */
export type OwnOutcome = Pick<Outcome, 'state' | 'reason' | 'result' | 'error' | 'endedAt'> & {
  readonly startedAt: Instant | null;
  readonly durationMs: number | null;
};

/** Ends a taken execution and counts it. Returns false where it is not under a lock. */
export async function endTaken(tx: Tx, { jobId, executionId }: Held, own: OwnOutcome): Promise<boolean> {
  await lockJobs(tx, [jobId]);
  const { rows } = await sql<{
    due_at: Instant;
    claimed_by: string | null;
    attempt: number;
    started_at: Instant | null;
    state: ExecutionState;
    face: string;
    kind: string;
  }>`select e.due_at, e.claimed_by, e.attempt, e.started_at, e.state, e.face,
      coalesce(j.kind, 'none') as kind from execution e left join job j on j.id = e.job_id
    where e.id = ${executionId} and e.job_id = ${jobId} and e.workflow_id is null`.execute(tx);
  const [row] = rows;
  if (row?.claimed_by == null || row.state !== 'running') return false;
  const startedAt = own.startedAt ?? row.started_at;
  const durationMs = own.durationMs ?? (startedAt === null ? null : Math.max(0, own.endedAt - startedAt));
  const of = { executionId, jobId, face: row.face, kind: row.kind, dueAt: row.due_at };
  const outcome = { ...own, ...of, startedAt, durationMs, claimedBy: row.claimed_by };
  const end = { ...outcome, attempt: row.attempt, logs: [], attempts: [], asksForNext: false };
  const written = await writeOutcomes(tx, [end]);
  return written.length > 0;
}

/** Queues an execution that a program means to run by itself; no workflow runs it yet. */
export async function queueOwnRun(
  tx: Tx,
  jobId: string,
  run: { id: string; at: Instant; nonce: number; triggeredBy: string },
): Promise<void> {
  await sql`insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, parameters, triggered_by,
      job_revision)
    select ${run.id}, j.id, j.face, nextval(('execution_number_' || j.face)::regclass), 'manual', ${new Date(run.at)},
      ${run.nonce}, 'queued', '{}', ${run.triggeredBy}, j.revision
    from job j where j.id = ${jobId}`.execute(tx);
}
