import type { Instant } from '../../domain/schedules/kind.ts';
import type { Trigger } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import { sql, type Executor } from '../connect.ts';

/** An execution that looks left behind: running past its lease, or queued for long. */
export interface LostExecution {
  readonly id: string;
  readonly jobId: string;
  readonly dueAt: Instant;
  readonly state: 'queued' | 'waiting' | 'running';
  readonly trigger: Trigger;
  readonly attempt: number;
  /** Attempts that were made and recorded: the next one is the one after them. */
  readonly attemptsMade: number;
  readonly workflowId: string | null;
  readonly groupId: string | null;
  readonly parameters: JsonObject;
  /** Of the request that asked for the run; null where none did. */
  readonly correlationId: string | null;
}

/** Executions whose lease is over, or queued longer than `queuedForMs` ago, oldest first; held ones, of which many may wait by right, last. */
export async function lostExecutions(db: Executor, queuedForMs: number, limit: number): Promise<LostExecution[]> {
  const { rows } = await sql<{
    id: string;
    job_id: string;
    due_at: Instant;
    state: LostExecution['state'];
    trigger: Trigger;
    attempt: number;
    attempts_made: number;
    workflow_id: string | null;
    group_id: string | null;
    parameters: JsonObject | null;
    correlation_id: string | null;
  }>`
    select id, job_id, due_at, state, trigger, attempt, workflow_id, group_id, parameters,
      jsonb_array_length(coalesce(attempts, '[]')) as attempts_made,
      (select correlation_id from audit where trigger = 'manual' and job_id = execution.job_id and execution_id = execution.id
        and at between due_at - interval '10 minutes' and due_at + interval '10 minutes' limit 1) as correlation_id
    from execution
    where state in ('queued', 'waiting', 'running') and (
      (state = 'running' and lease_until < clock_timestamp())
      or (state <> 'running' and created_at < clock_timestamp() - ${queuedForMs} * interval '1 ms'))
    order by state = 'waiting', created_at limit ${limit}`.execute(db);
  return rows.map((r) => ({
    id: r.id,
    jobId: r.job_id,
    dueAt: r.due_at,
    state: r.state,
    trigger: r.trigger,
    attempt: r.attempt,
    attemptsMade: r.attempts_made,
    workflowId: r.workflow_id,
    groupId: r.group_id,
    parameters: r.parameters ?? {},
    correlationId: r.correlation_id,
  }));
}

/** Ends the leases of instances that are known to be dead, so that what they held is settled now and not later. */
export async function expireLeases(db: Executor, instanceIds: readonly string[]): Promise<number> {
  if (instanceIds.length === 0) return 0;
  const result = await sql`update execution set lease_until = clock_timestamp() - interval '1 s'
    where state = 'running' and claimed_by = any(${instanceIds}::text[])
      and lease_until > clock_timestamp()`.execute(db);
  return Number(result.numAffectedRows ?? 0n);
}
