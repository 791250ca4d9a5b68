import type { StoredExecution } from '../../../verbs/get-execution.ts';
import { isTerminal, type Execution } from '../../../../domain/execution.ts';
import type { Json } from '../../../../domain/json.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { executionId, jobId } from './job-id.ts';
import { errorCodeOf, executionStatus, HISTORY_WORDS } from './states.ts';
import { isoMilliseconds, isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';

/** gateway.txt, Get Execution Status. */
export function executionShape({ execution, jobName, jobNumber }: StoredExecution) {
  return {
    id: executionId(execution.id),
    job_id: jobId(jobNumber),
    job_name: jobName,
    status: executionStatus(execution.state),
    trigger: execution.trigger,
    scheduled_time: isoSeconds(execution.dueAt),
    start_time: isoSecondsOrNull(execution.startedAt),
    end_time: isoSecondsOrNull(execution.endedAt),
    duration_ms: execution.durationMs,
    attempt: execution.attempt,
    parameters: execution.parameters,
    result: resultShape(execution),
    logs: execution.logs.map(({ at, level, message }) => ({ timestamp: isoMilliseconds(at), level, message })),
  };
}

/** One line of a job's history. */
export function historyShape({ execution }: StoredExecution) {
  return {
    execution_id: executionId(execution.id),
    timestamp: isoSeconds(execution.startedAt ?? execution.dueAt),
    trigger: execution.trigger,
    duration_ms: execution.durationMs,
    status: HISTORY_WORDS[execution.state],
    message: messageOf(execution),
    metrics: execution.result?.metrics ?? {},
  };
}

/** What came of it, what the action counted beside; null while it is under way. */
function resultShape(execution: Execution): Record<string, Json> | null {
  if (!isTerminal(execution.state)) return null;
  const { result, error, reason } = execution;
  const code = errorCodeOf(execution.state, reason);
  return {
    ...result?.metrics,
    ...(result?.data !== undefined && { data: result.data }),
    status: HISTORY_WORDS[execution.state],
    message: messageOf(execution),
    ...(code !== null && { code }),
    ...(error !== null && { error_type: error.type }),
  };
}

export function messageOf({ result, error, reason }: Execution): string | null {
  return result?.message ?? error?.message ?? (reason === null ? null : reasonInWords(reason));
}
