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

/** Why a fire did not run, or how a run ended badly, as a sentence. */
export const REASONS: Readonly<Record<EndReason, string>> = {
  overlap: "Skipped: as many of the job's executions as allowed were still under way",
  coalesced: 'Skipped: several fires were due after an interruption, and a later one ran for all of them',
  job_changed: 'Skipped: the job was changed before this fire began',
  job_disabled: 'Skipped: the job was disabled before this fire began',
  job_paused: 'Skipped: the job was paused before this fire began',
  job_deleted: 'Skipped: the job was deleted before this fire began',
  skip_next: 'Skipped: someone asked to skip this fire',
  beyond_grace: 'Missed: the scheduler could not fire it within the grace time',
  not_recorded: 'Missed: the scheduler did not fire it; the ledger check found it absent',
  action_failed: 'The action failed',
  attempt_timed_out: 'The action ran longer than its timeout',
  worker_lost: 'The worker was lost before it reported an outcome',
  cancelled_by_user: 'Cancelled on request',
  terminated: 'The run was terminated from outside',
  dependency_failed: 'A job that it depends on did not end as needed',
  dependency_timed_out: 'A job that it depends on did not end in time',
  debounced: 'Skipped: it came too soon after the last fire',
};

/** The documented error code of an end, where there is one (gateway.txt, Error Codes). */
export function errorCodeOf(state: ExecutionState, reason: EndReason | null): string | null {
  if (reason === 'dependency_failed' || reason === 'dependency_timed_out') return 'DEPENDENCY_FAILED';
  return state === 'timed_out' ? 'EXECUTION_TIMEOUT' : null;
}
