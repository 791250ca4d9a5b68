import { isTerminal } from '../../../../domain/execution.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import type { ReviewRun } from '../../../verbs/get-review-run.ts';
import { failureInRussian } from './failure-words.ts';
import { plainTimeOrNull } from './plain-time.ts';
import { REASONS } from './reason-words.ts';
import { statusOf } from './states.ts';

/** reviewer.txt, Get Task Executions: nine fields. */
export function runShape(run: ReviewRun) {
  return {
    id: run.number,
    scheduled_task_id: run.jobNumber,
    connection_id: run.connectionId,
    task_type: run.taskType,
    status: statusOf(run.state),
    started_at: plainTimeOrNull(run.startedAt),
    completed_at: plainTimeOrNull(run.endedAt),
    result: (run.report ?? {}) as JsonObject,
    error_message: errorOf(run),
  };
}

/** Why it did not end well, or did not run at all. */
function errorOf({ state, error, reason }: ReviewRun): string | null {
  if (!isTerminal(state) || state === 'succeeded') return null;
  const told = error === null ? null : failureInRussian(error);
  return told ?? (reason === null ? null : REASONS[reason]);
}
