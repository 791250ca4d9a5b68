import { isTerminal, type Execution } from '../../../../domain/execution.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { isoMilliseconds, isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import type { StoredExecution } from '../../../verbs/get-execution.ts';

/** One execution in a list. */
export function listedExecution({ execution, jobName }: StoredExecution) {
  const { result } = execution;
  return {
    id: execution.id,
    schedule_id: execution.jobId,
    schedule_name: jobName,
    status: execution.state,
    trigger: execution.trigger,
    triggered_by: execution.triggeredBy,
    scheduled_at: isoSeconds(execution.dueAt),
    started_at: isoSecondsOrNull(execution.startedAt),
    completed_at: isoSecondsOrNull(execution.endedAt),
    duration_ms: execution.durationMs,
    attempt: execution.attempt,
    result:
      isTerminal(execution.state) && result !== null ? { message: result.message, data: result.data ?? null } : null,
    error: errorOf(execution),
    worker_id: execution.workerId,
  };
}

/** A single one, with its parameters, earlier attempts and log. */
export function executionShape(stored: StoredExecution) {
  const { execution } = stored;
  return {
    ...listedExecution(stored),
    parameters: execution.parameters,
    attempts: execution.attempts.map(({ attempt, startedAt, endedAt, error }) => ({
      attempt,
      started_at: isoSeconds(startedAt),
      ended_at: isoSecondsOrNull(endedAt),
      error: error === null ? null : { type: error.type, message: error.message },
    })),
    logs: execution.logs.map(({ at, level, message }) => ({ timestamp: isoMilliseconds(at), level, message })),
  };
}

/** Why it did not end well; null where it did, or is under way. */
function errorOf({ state, error, reason }: Execution) {
  if (!isTerminal(state) || (error === null && reason === null)) return null;
  const words = reason === null ? '' : reasonInWords(reason, 'schedule');
  return { reason, type: error?.type ?? null, message: error?.message ?? words };
}
