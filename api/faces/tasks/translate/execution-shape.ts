import { isTerminal, type Execution } from '../../../../domain/execution.ts';
import type { Json } from '../../../../domain/json.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { statusOf } from './states.ts';

/** tasks.txt, Get Task Executions: one line of the list. */
export function listedExecution(execution: Execution) {
  return {
    execution_id: execution.id,
    task_id: execution.jobId,
    worker_id: execution.workerId,
    started_at: isoSecondsOrNull(execution.startedAt),
    completed_at: isoSecondsOrNull(execution.endedAt),
    duration_ms: execution.durationMs,
    status: statusOf(execution.state),
    retry_number: execution.attempt - 1,
    scheduled_at: isoSeconds(execution.dueAt),
    trigger: execution.trigger,
  };
}

/** tasks.txt, Get Execution Details. */
export function executionShape(execution: Execution) {
  return {
    ...listedExecution(execution),
    result: resultOf(execution),
    is_retry: execution.attempt > 1,
    error: errorOf(execution),
    parameters: execution.parameters,
    triggered_by: execution.triggeredBy,
  };
}

/** What a function returned, as it is; of other actions the sentence about them and what they counted. */
function resultOf({ state, result }: Execution): Json {
  if (!isTerminal(state) || result === null) return null;
  return result.data ?? { message: result.message, ...result.metrics };
}

/** Why it did not end well; null where it did, or is under way. */
function errorOf({ state, error, reason }: Execution) {
  if (!isTerminal(state) || (error === null && reason === null)) return null;
  const words = reason === null ? '' : reasonInWords(reason, 'task');
  return { code: reason ?? error?.type ?? '', type: error?.type ?? null, message: error?.message ?? words };
}

/** tasks.txt, Get Execution Logs. */
export function logShape({ at, level, message }: { at: number; level: string; message: string }) {
  return { timestamp: isoSeconds(at), level: level.toUpperCase(), message };
}
