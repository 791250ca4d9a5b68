import { ActivityFailure, ApplicationFailure, CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { TimeoutFailure } from '@temporalio/common';
import type { SettleAnswer, Settlement } from '../activities/settle.ts';
import { remoteCallOf } from '../domain/remote-call.ts';
import type { RunSpec } from '../domain/run.ts';
import { actions, control } from './proxies.ts';
import { runRemotely } from './remote-activity.ts';
import { waitForParents } from './wait-for-parents.ts';

/**
 * One execution (DESIGN section 3.3): one activity acts and records, with its retries; only an end that the activity
 * could not record itself is settled here. Fails when the run failed, so that the Web UI shows it so.
 */
export async function runJob(spec: RunSpec): Promise<void> {
  try {
    if (spec.waits === true && !(await waitForParents(spec))) return;
    if (spec.firstDelayMs > 0) await sleep(spec.firstDelayMs);
  } catch (error) {
    await settle(spec, error);
    throw error;
  }
  for (let run = spec; ; run = { ...spec, firstAttempt: spec.policy.maxRetries + 1 }) {
    try {
      const remote = remoteCallOf(run);
      await (remote === null ? actions(run).run(run) : runRemotely(run, remote));
      return;
    } catch (error) {
      // Its last attempt was handed to a worker that went before it began: it is still to be made.
      if ((await settle(run, error)) !== 'not begun') throw error;
    }
  }
}

/** Ends what the activity could not end itself, unless its last attempt never began. */
async function settle(spec: RunSpec, error: unknown): Promise<SettleAnswer | void> {
  if (isRecorded(error)) return;
  return CancellationScope.nonCancellable(() => control.settle(settlementOf(spec, error)));
}

function isRecorded(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === 'Recorded';
}

/** An attempt that failed when its run had been cancelled: Temporal makes no other, and tells of the failure. */
function isNoMoreTried(error: unknown): boolean {
  return error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';
}

function settlementOf(spec: RunSpec, error: unknown): Settlement {
  const { executionId, dueAt } = spec;
  const base = { executionId, jobId: spec.job.id, dueAt };
  if (isCancellation(error) || isNoMoreTried(error)) {
    return { ...base, state: 'cancelled', reason: 'cancelled_by_user', message: 'The execution was cancelled.' };
  }
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const lost = cause.timeoutType === 'HEARTBEAT';
    return lost
      ? { ...base, state: 'failed', reason: 'worker_lost', message: 'The worker was lost, and no retries were left.' }
      : { ...base, state: 'timed_out', reason: 'attempt_timed_out', message: 'The action ran past its timeout.' };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { ...base, state: 'failed', reason: 'action_failed', message };
}
