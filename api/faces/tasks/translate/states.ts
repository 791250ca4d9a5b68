import type { ExecutionState } from '../../../../domain/execution.ts';

/** How tasks.txt words the state of an execution, and DECISIONS section 4 those that it does not show. */
const WORDS = {
  queued: 'queued',
  waiting: 'waiting',
  running: 'running',
  succeeded: 'success',
  failed: 'failed',
  timed_out: 'timeout',
  cancelled: 'cancelled',
  skipped: 'skipped',
  missed: 'missed',
} as const satisfies Readonly<Record<ExecutionState, string>>;

export type ExecutionStatus = (typeof WORDS)[ExecutionState];
export const EXECUTION_STATUSES = Object.values(WORDS) as [ExecutionStatus, ...ExecutionStatus[]];

export function statusOf(state: ExecutionState): ExecutionStatus {
  return WORDS[state];
}

/** The state that a word means. */
export function stateOf(status: ExecutionStatus): ExecutionState {
  const states = Object.keys(WORDS) as ExecutionState[];
  return states.find((state) => WORDS[state] === status) ?? 'missed';
}
