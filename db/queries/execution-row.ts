import type { ActionResult, Attempt, EndReason, Execution, ExecutionState } from '../../domain/execution.ts';
import type { Failure, LogLine, Trigger } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ExecutionRow } from '../schema.ts';

/** An execution as the domain knows it. */
export function executionOf(row: ExecutionRow): Execution {
  return {
    id: row.id,
    number: row.number,
    jobId: row.job_id,
    face: row.face,
    trigger: row.trigger as Trigger,
    dueAt: row.due_at,
    state: row.state as ExecutionState,
    reason: row.reason as EndReason | null,
    attempt: row.attempt,
    attempts: (row.attempts ?? []) as readonly Attempt[],
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    result: row.result as ActionResult | null,
    error: row.error as Failure | null,
    logs: (row.logs ?? []) as readonly LogLine[],
    parameters: (row.parameters ?? {}) as JsonObject,
    triggeredBy: row.triggered_by,
    groupId: row.group_id,
    workerId: row.worker_id,
    workflowId: row.workflow_id,
    jobRevision: row.job_revision,
  };
}
