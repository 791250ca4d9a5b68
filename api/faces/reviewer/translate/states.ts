import type { ExecutionState } from '../../../../domain/execution.ts';

/** How reviewer.txt words the state of an execution, and DECISIONS sections 4 and 9 those that it does not show. */
const WORDS = {
  queued: 'queued',
  waiting: 'queued',
  running: 'running',
  succeeded: 'completed',
  failed: 'failed',
  timed_out: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  missed: 'missed',
} as const satisfies Readonly<Record<ExecutionState, string>>;

export type ExecutionStatus = (typeof WORDS)[ExecutionState];
export const EXECUTION_STATUSES = [...new Set(Object.values(WORDS))] as [ExecutionStatus, ...ExecutionStatus[]];

export function statusOf(state: ExecutionState): ExecutionStatus {
  return WORDS[state];
}

/** The states that a word stands for. */
export function statesOf(status: ExecutionStatus): ExecutionState[] {
  return (Object.keys(WORDS) as ExecutionState[]).filter((state) => WORDS[state] === status);
}
