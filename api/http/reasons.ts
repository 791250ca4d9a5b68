import type { EndReason } from '../../domain/execution.ts';

/** Why a fire did not run, or how a run ended badly, as a sentence; `noun` is the face's word for a job. */
export function reasonInWords(reason: EndReason, noun = 'job'): string {
  return REASONS[reason](noun);
}

const REASONS: Readonly<Record<EndReason, (job: string) => string>> = {
  overlap: (job) => `Skipped: as many of the ${job}'s executions as allowed were still under way`,
  coalesced: () => 'Skipped: several fires were due after an interruption, and a later one ran for all of them',
  job_changed: (job) => `Skipped: the ${job} was changed before this fire began`,
  job_disabled: (job) => `Skipped: the ${job} was disabled before this fire began`,
  job_paused: (job) => `Skipped: the ${job} was paused before this fire began`,
  job_deleted: (job) => `Skipped: the ${job} was deleted before this fire began`,
  skip_next: () => 'Skipped: someone asked to skip this fire',
  beyond_grace: () => 'Missed: the scheduler could not fire it within the grace time',
  not_recorded: () => 'Missed: the scheduler did not fire it; the ledger check found it absent',
  action_failed: () => 'The action failed',
  attempt_timed_out: () => 'The action ran longer than its timeout',
  worker_lost: () => 'The worker was lost before it reported an outcome',
  cancelled_by_user: () => 'Cancelled on request',
  terminated: () => 'The run was terminated from outside',
  dependency_failed: (job) => `A ${job} that it depends on did not end as needed`,
  dependency_timed_out: (job) => `A ${job} that it depends on did not end in time`,
  debounced: () => 'Skipped: it came too soon after the last fire',
};
