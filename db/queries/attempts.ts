import type { Attempt, EndReason, ExecutionState, Failure, LogLine } from '../../domain/execution.ts';
import { cleanJson } from '../../domain/json.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';
import { tellingStart } from '../events.ts';
import { prepared } from '../prepared.ts';
import { countEnds } from './ends.ts';

export interface AttemptKey {
  readonly executionId: string;
  readonly dueAt: Instant;
  readonly attempt: number;
}

/**
 * Moves an execution to `running` for one attempt of `run-job`, and announces it. An earlier attempt that left no outcome is kept as lost.
 * Returns the attempts before this one and their log, or null when the execution has ended already or a later attempt holds it.
 */
export async function startAttempt(
  db: Executor,
  key: AttemptKey & { workerId: string; claimedBy: string; leaseMs: number },
): Promise<{ attempts: Attempt[]; logs: LogLine[] } | null> {
  const { rows } = await sql<{ attempts: Attempt[] | null; logs: LogLine[] | null }>`${prepared('start_attempt')}
    with started as (update execution set
      attempts = case when state = 'running' and (attempt < ${key.attempt} or claimed_by is distinct from ${key.claimedBy}) then
        coalesce(attempts, '[]') || jsonb_build_object('attempt', attempt,
          'startedAt', (extract(epoch from started_at) * 1000)::bigint, 'endedAt', null,
          'error', jsonb_build_object('type', 'WorkerLost', 'message', 'The worker was lost before it reported an outcome.'))
        else attempts end,
      state = 'running', attempt = ${key.attempt}, claimed_by = ${key.claimedBy}, worker_id = ${key.workerId},
      started_at = coalesce(started_at, clock_timestamp()),
      lease_until = clock_timestamp() + ${key.leaseMs} * interval '1 ms'
    where id = ${key.executionId} and due_at = ${new Date(key.dueAt)} and attempt <= ${key.attempt}
      and state in ('queued', 'waiting', 'running')
    returning attempts, logs), ${tellingStart({ id: key.executionId, dueAt: key.dueAt }, 'started')}
    select s.attempts, s.logs, (select count(*) from sent) as told from started s`.execute(db);
  const row = rows[0];
  return row === undefined ? null : { attempts: row.attempts ?? [], logs: row.logs ?? [] };
}

/** Whether an execution waits for an attempt that has not begun. */
export async function isQueued(db: Executor, key: Omit<AttemptKey, 'attempt'>): Promise<boolean> {
  const { rows } = await sql`select from execution
    where id = ${key.executionId} and due_at = ${new Date(key.dueAt)} and state = 'queued'`.execute(db);
  return rows.length > 0;
}

/**
 * The attempts before the one that holds a running row, the log so far, and what its end counts for; null when it no
 * longer holds it.
 */
export async function heldAttempt(
  db: Executor,
  key: AttemptKey & { claimedBy: string },
): Promise<{ attempts: Attempt[]; logs: LogLine[]; face: string; kind: string } | null> {
  const { rows } = await sql<{ attempts: Attempt[] | null; logs: LogLine[] | null; face: string; kind: string }>`
    select e.attempts, e.logs, e.face, coalesce(j.kind, 'none') as kind from execution e
    left join job j on j.id = e.job_id
    where e.id = ${key.executionId} and e.due_at = ${new Date(key.dueAt)}
      and e.state = 'running' and e.claimed_by = ${key.claimedBy} and e.attempt = ${key.attempt}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return { attempts: row.attempts ?? [], logs: row.logs ?? [], face: row.face, kind: row.kind };
}

/** Extends the lease of a running attempt and, where it is given, shows its log so far. False when the attempt no longer holds the row. */
export async function renewAttempt(
  db: Executor,
  key: AttemptKey & { claimedBy: string; leaseMs: number; logs: readonly LogLine[] | null },
): Promise<boolean> {
  const result = await sql`
    update execution set lease_until = clock_timestamp() + ${key.leaseMs} * interval '1 ms',
      logs = coalesce(${key.logs === null ? null : JSON.stringify(cleanJson(key.logs))}::jsonb, logs)
    where id = ${key.executionId} and due_at = ${new Date(key.dueAt)} and state = 'running'
      and claimed_by = ${key.claimedBy} and attempt = ${key.attempt}`.execute(db);
  return (result.numAffectedRows ?? 0n) > 0n;
}

/**
 * An attempt that `run-job` will make (again): back to `queued`, with what the earlier ones left. By its claimant, or
 * with `claimedBy` null by the housekeeper once the lease is over. Returns whether the row was still held so.
 */
export async function requeueAttempt(
  db: Executor,
  key: AttemptKey & {
    claimedBy: string | null;
    workflowId: string;
    attempts: readonly Attempt[];
    logs: readonly LogLine[];
  },
): Promise<boolean> {
  const result = await sql`
    update execution set state = 'queued', claimed_by = null, lease_until = null, workflow_id = ${key.workflowId},
      attempts = ${JSON.stringify(cleanJson(key.attempts))}::jsonb, logs = ${JSON.stringify(cleanJson(key.logs))}::jsonb
    where id = ${key.executionId} and due_at = ${new Date(key.dueAt)} and state = 'running'
      and attempt = ${key.attempt} and case when ${key.claimedBy}::text is null
        then lease_until < clock_timestamp() else claimed_by = ${key.claimedBy} end`.execute(db);
  return (result.numAffectedRows ?? 0n) > 0n;
}

/**
 * Ends an execution from outside of its action: the abnormal ends (DESIGN section 3.3). Idempotent: what has ended stays
 * as it is. Returns whether it ended now. The caller holds the job's lock.
 */
export async function settleExecution(
  tx: Tx,
  end: {
    executionId: string;
    dueAt: Instant;
    state: Extract<ExecutionState, 'failed' | 'timed_out' | 'cancelled' | 'skipped'>;
    reason: EndReason;
    error: Failure | null;
  },
): Promise<boolean> {
  const { rows } = await sql<{
    job_id: string;
    face: string;
    kind: string | null;
    started_at: Instant | null;
    ended_at: Instant;
    duration_ms: number | null;
    due_at: Instant;
  }>`
    update execution e set state = ${end.state}, reason = ${end.reason}, ended_at = clock_timestamp(), lease_until = null,
      error = ${end.error === null ? null : JSON.stringify(cleanJson(end.error))}::jsonb,
      duration_ms = (extract(epoch from clock_timestamp() - started_at) * 1000)::bigint
    where id = ${end.executionId} and due_at = ${new Date(end.dueAt)} and state in ('queued', 'waiting', 'running')
    returning e.job_id, e.face, (select j.kind from job j where j.id = e.job_id) as kind, e.started_at, e.ended_at,
      e.duration_ms, e.due_at`.execute(tx);
  const row = rows[0];
  if (row === undefined) return false;
  await countEnds(tx, [
    {
      executionId: end.executionId,
      jobId: row.job_id,
      face: row.face,
      kind: row.kind ?? 'none',
      state: end.state,
      reason: end.reason,
      dueAt: row.due_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      durationMs: row.duration_ms,
      latenessMs: row.started_at === null ? null : Math.max(0, row.started_at - row.due_at),
      error: end.error?.message ?? null,
    },
  ]);
  return true;
}
