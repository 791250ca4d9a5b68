import type { EndReason, ExecutionState } from '../../../../domain/execution.ts';

/** How the gateway's history words a state (DECISIONS section 4). */
export const HISTORY_WORDS: Readonly<Record<ExecutionState, string>> = {
  queued: 'queued',
  waiting: 'waiting',
  running: 'running',
  succeeded: 'success',
  failed: 'failed',
  timed_out: 'timeout',
  cancelled: 'cancelled',
  skipped: 'skipped',
  missed: 'missed',
};

/** The state of a single execution: one that succeeded is `completed`. */
export function executionStatus(state: ExecutionState): string {
  return state === 'succeeded' ? 'completed' : HISTORY_WORDS[state];
}

/** What the history can be filtered by, and the state that it means. */
export const HISTORY_FILTER = {
  success: 'succeeded',
  failed: 'failed',
  timeout: 'timed_out',
  cancelled: 'cancelled',
  skipped: 'skipped',
  missed: 'missed',
} as const satisfies Readonly<Record<string, ExecutionState>>;

export type HistoryStatus = keyof typeof HISTORY_FILTER;
export const HISTORY_STATUSES = Object.keys(HISTORY_FILTER) as HistoryStatus[];

/** The documented error code of an end, where there is one (gateway.txt, Error Codes). */
export function errorCodeOf(state: ExecutionState, reason: EndReason | null): string | null {
  if (reason === 'dependency_failed' || reason === 'dependency_timed_out') return 'DEPENDENCY_FAILED';
  return state === 'timed_out' ? 'EXECUTION_TIMEOUT' : null;
}
