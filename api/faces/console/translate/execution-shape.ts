import { isTerminal, type Execution } from '../../../../domain/execution.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import type { HistoryEntry } from '../../../verbs/list-history.ts';
import { statusOf } from './lookups.ts';

/** console.txt, ScheduledJobExecutionResponse with the fields of its table and of the TypeScript type. */
export function executionShape({ execution, jobNumber, hostName }: HistoryEntry) {
  const status = statusOf(execution.state);
  return {
    id: numberOf(execution),
    jobId: jobNumber,
    executionId: execution.id,
    scheduledAt: isoSeconds(execution.dueAt),
    startedAt: isoSecondsOrNull(execution.startedAt),
    completedAt: isoSecondsOrNull(execution.endedAt),
    durationMs: execution.durationMs,
    statusId: status.id,
    statusName: status.name,
    errorMessage: errorMessageOf(execution),
    errorTraceback: execution.error?.traceback ?? null,
    resultSummary: execution.result?.message ?? null,
    executorId: execution.workerId ?? '',
    hostName,
    createdAt: isoSeconds(execution.createdAt),
  };
}

/** Drawn from the face's sequence by whoever stores an execution of it. */
function numberOf({ id, number }: Execution): number {
  if (number === null) throw new Error(`Execution ${id} has no number of its face`);
  return number;
}

/** Why it did not end well, or did not run at all. */
function errorMessageOf({ state, error, reason }: Execution): string | null {
  if (!isTerminal(state) || state === 'succeeded') return null;
  return error?.message ?? (reason === null ? null : reasonInWords(reason));
}
