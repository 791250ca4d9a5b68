import { heldAttempt, renewAttempt, requeueAttempt, startAttempt } from '../db/queries/attempts.ts';
import type { EndReason } from '../domain/execution.ts';
import { retryWaitMs, type Policy } from '../domain/policy.ts';
import { mayRetry } from '../domain/retry.ts';
import type { RemoteOutcome } from '../domain/remote-call.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import { resultOf } from './actions/function/function-result.ts';
import { ActionFailure } from './actions/handler.ts';
import type { Deps } from './deps.ts';
import type { OutcomeWriter } from './outcome-writer.ts';
import { RunLog } from './run-log.ts';

/** One attempt of a run that a worker elsewhere makes. */
export interface RemoteAttempt {
  readonly executionId: string;
  readonly dueAt: Instant;
  readonly workflowId: string;
  readonly jobId: string;
  readonly policy: Policy;
  readonly activity: string;
  readonly queue: string;
  readonly attempt: number;
}

export interface RemoteEnd extends RemoteAttempt {
  /** By Temporal's time. */
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly outcome: RemoteOutcome;
}

/** Beyond its waiting and its running, each bounded by the timeout: for what stands between. */
const MARGIN_MS = 60_000;

const REASONS: { readonly [S in RemoteOutcome['state']]: EndReason | null } = {
  succeeded: null,
  failed: 'action_failed',
  timed_out: 'attempt_timed_out',
  cancelled: 'cancelled_by_user',
};

/** How `run-job` keeps the ledger of an attempt that is made elsewhere. Both are safe to repeat. */
export function createRemoteRuns(deps: Deps, writer: OutcomeWriter) {
  return {
    /** Moves the execution to `running`; false when it has ended already. */
    async beginRemote(run: RemoteAttempt): Promise<boolean> {
      const leaseMs = 2 * run.policy.timeoutSeconds * 1000 + MARGIN_MS;
      const key = keyOf(run);
      const started = await startAttempt(deps.db, { ...key, workerId: `queue:${run.queue}`, leaseMs });
      if (started === null) return false;
      const log = new RunLog(deps.now, started.logs);
      log.add('info', `Attempt ${run.attempt}: "${run.activity}" is put on the task queue "${run.queue}"`);
      await renewAttempt(deps.db, { ...key, leaseMs, logs: log.lines });
      return true;
    },

    /** Records how it went. Returns how long to wait before another attempt; null: the execution has ended. */
    async endRemote(end: RemoteEnd): Promise<number | null> {
      const { policy, attempt, startedAt, endedAt } = end;
      const key = keyOf(end);
      const { outcome, result } = checked(end);
      const error = outcome.state === 'succeeded' ? null : outcome.error;
      const held = await heldAttempt(deps.db, key);
      const attemptsBefore = held?.attempts ?? [];
      const log = new RunLog(deps.now, held?.logs ?? []);
      log.add(error === null ? 'info' : 'error', `Attempt ${attempt}: ${error?.message ?? result?.message ?? ''}`);
      if (outcome.state !== 'succeeded' && mayRetry(policy, outcome, attempt)) {
        const attempts = [...attemptsBefore, { attempt, startedAt, endedAt, error }];
        await requeueAttempt(deps.db, { ...key, workflowId: end.workflowId, attempts, logs: log.lines });
        return outcome.retryAfterMs ?? retryWaitMs(policy, attempt, Math.random());
      }
      // Recorded by an earlier try of this, or ended from outside.
      if (held === null) return null;
      const { state } = outcome;
      const durationMs = Math.max(0, endedAt - startedAt);
      const of = { jobId: end.jobId, face: held.face, kind: held.kind, policy };
      const times = { startedAt, endedAt, durationMs };
      const ended = { ...key, ...of, ...times, state, reason: REASONS[state], result, error, logs: log.lines };
      await writer.write({ ...ended, attempts: attemptsBefore, asksForNext: true }, 0);
      return null;
    },
  };
}

function keyOf({ executionId, dueAt, attempt, workflowId }: RemoteAttempt) {
  return { executionId, dueAt, attempt, claimedBy: workflowId };
}

/** A result that is too large to be kept is a failure, as it is of a function of this service. */
function checked({ outcome, activity }: RemoteEnd) {
  if (outcome.state !== 'succeeded') return { outcome, result: null };
  try {
    return { outcome, result: resultOf(outcome.result, activity) };
  } catch (thrown) {
    if (!(thrown instanceof ActionFailure)) throw thrown;
    const error = { type: thrown.type, message: thrown.message };
    return { outcome: { state: 'failed', error, retryable: false, retryAfterMs: null } as const, result: null };
  }
}
