import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { renewAttempt, requeueAttempt, startAttempt } from '../db/queries/attempts.ts';
import { cleanJson, type Json } from '../domain/json.ts';
import { retryWaitMs } from '../domain/policy.ts';
import { mayRetry } from '../domain/retry.ts';
import type { Attempt } from '../domain/execution.ts';
import type { RunSpec } from '../domain/run.ts';
import { attemptAction, CancelledByUser, type AttemptOutcome, type Heartbeats } from './attempt.ts';
import type { Deps } from './deps.ts';
import type { OutcomeWriter } from './outcome-writer.ts';
import type { PrioritisedSemaphore } from './prioritised-semaphore.ts';
import { recheckAdmin } from './recheck-admin.ts';
import { RunLog } from './run-log.ts';
import { Stop } from './stop.ts';

/** Between two heartbeats to Temporal, and two looks at the live log. */
const HEARTBEAT_MS = 1000;

/** Ends of runs side by side are committed together after this; of one that runs alone at once. */
const TOGETHER_MS = 50;

/** The type of failure whose execution already stands recorded: `run-job` need not settle it. */
export const RECORDED = 'Recorded';

/**
 * One attempt of `run-job`: records its start, acts, records its end (ENGINE.md section 3, shape b). Rejects with a
 * retryable failure when another attempt shall follow, else with type `Recorded`; resolves when it succeeded, or when
 * the execution had ended before.
 */
export function createRun(deps: Deps, writer: OutcomeWriter, semaphore: PrioritisedSemaphore) {
  return async function run(spec: RunSpec): Promise<void> {
    const context = Context.current();
    const attempt = spec.firstAttempt - 1 + context.info.attempt;
    const key = { executionId: spec.executionId, dueAt: spec.dueAt, attempt, claimedBy: deps.instanceId };
    const stop = new Stop();
    void context.cancelled.catch((error: unknown) => stop.abort(stopReason(error)));
    const heartbeats = heartbeating(context);
    try {
      await semaphore.within(spec.policy.priority, stop.signal, async () => {
        const started = await startAttempt(deps.db, { ...key, workerId: deps.instanceId, leaseMs: deps.leaseMs });
        if (started === null) return;
        const log = new RunLog(deps.now, started.logs);
        const renewal = renewing(deps, key, log, stop);
        const outcome = await attemptAction(
          deps,
          { ...inputOf(spec, attempt), heartbeats, recheck: () => recheckAdmin(deps, spec) },
          log,
          stop,
        ).finally(renewal.end);
        const delayMs = semaphore.taken > 1 ? TOGETHER_MS : 0;
        await conclude(deps, writer, { spec, key, attempt, outcome, log, attempts: started.attempts, delayMs });
      });
    } catch (error) {
      // Cancelled while it waited for its slot: to Temporal too it was cancelled, and did not fail.
      throw error instanceof CancelledByUser ? new CancelledFailure(error.message) : error;
    } finally {
      heartbeats.end();
    }
  };
}

/** Beats each second, always with how far the work came: a beat without it would take it back. */
function heartbeating(context: Context): Heartbeats & { readonly end: () => void } {
  const progress = (context.info.heartbeatDetails ?? null) as Json;
  let details = progress;
  const tell = () => (details === null ? context.heartbeat() : context.heartbeat(details));
  const timer = setInterval(tell, HEARTBEAT_MS);
  return {
    progress,
    beat(latest) {
      details = latest;
      tell();
    },
    end: () => clearInterval(timer),
  };
}

/** A user's cancellation ends the run; a worker that stops only loses this attempt, which is then retried. */
function stopReason(error: unknown): Error {
  const reason = error instanceof CancelledFailure ? error.message : '';
  return reason === 'CANCELLED' ? new CancelledByUser('The execution was cancelled.') : new WorkerStopped(reason);
}

class WorkerStopped extends Error {
  override readonly name = 'WorkerStopped';
  constructor(reason: string) {
    super(`The worker stopped during the action (${reason || 'shutdown'}).`);
  }
}

function inputOf(spec: RunSpec, attempt: number) {
  const { executionId, action, dueAt, trigger, parameters, correlationId, traceparent } = spec;
  const timeoutMs = spec.policy.timeoutSeconds * 1000;
  const input = { executionId, job: spec.job, action, dueAt, trigger, attempt, parameters, timeoutMs, correlationId };
  return traceparent === undefined ? input : { ...input, traceparent };
}

/** Extends the lease, and shows the log of long runs while they run; stops the action when it lost its row. */
function renewing(
  deps: Deps,
  key: { executionId: string; dueAt: number; attempt: number; claimedBy: string },
  log: RunLog,
  stop: Stop,
): { readonly end: () => void } {
  let shown = log.version;
  let renewedMs = deps.monotonicMs();
  let isRenewing = false;
  const renew = async () => {
    const ageMs = deps.monotonicMs() - renewedMs;
    const { version } = log;
    const isNew = version !== shown;
    if (ageMs <= deps.leaseMs / 3 && !(isNew && ageMs >= log.showEveryMs)) return;
    const held = await renewAttempt(deps.db, { ...key, leaseMs: deps.leaseMs, logs: isNew ? log.lines : null });
    if (!held) stop.abort(new WorkerStopped('the execution was settled or taken over'));
    renewedMs = deps.monotonicMs();
    shown = version;
  };
  const timer = setInterval(() => {
    if (isRenewing) return;
    isRenewing = true;
    renew()
      .catch((error: unknown) => {
        deps.log.warn({ error, executionId: key.executionId }, 'A lease could not be renewed yet');
      })
      .finally(() => {
        isRenewing = false;
      });
  }, HEARTBEAT_MS);
  return { end: () => clearInterval(timer) };
}

interface Concluded {
  readonly spec: RunSpec;
  readonly key: { executionId: string; dueAt: number; attempt: number; claimedBy: string };
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  readonly log: RunLog;
  readonly attempts: readonly Attempt[];
  /** How long its end may wait for those of others, to be committed with them. */
  readonly delayMs: number;
}

async function conclude(deps: Deps, writer: OutcomeWriter, run: Concluded): Promise<void> {
  const { spec, key, attempt, outcome, log } = run;
  const { state, reason, startedAt, endedAt, durationMs, result, error } = outcome;
  if (state !== 'succeeded' && mayRetry(spec.policy, outcome, attempt)) {
    const attempts = [...run.attempts, { attempt, startedAt, endedAt, error }];
    await requeueAttempt(deps.db, { ...key, workflowId: spec.workflowId, attempts, logs: log.lines });
    throw ApplicationFailure.create({
      type: error?.type ?? 'Failed',
      message: cleanJson(error?.message ?? 'The action failed.'),
      // The server takes a delay of nothing for "no retry".
      nextRetryDelay: Math.max(1, outcome.retryAfterMs ?? retryWaitMs(spec.policy, attempt, Math.random())),
    });
  }
  const end = { ...key, state, reason, startedAt, endedAt, durationMs, result, error, logs: log.lines };
  const { id: jobId, face, kind } = spec.job;
  const of = { jobId, face, kind, policy: spec.policy };
  await writer.write({ ...end, ...of, attempts: run.attempts, asksForNext: true }, run.delayMs);
  if (state === 'succeeded') return;
  throw ApplicationFailure.create({
    type: RECORDED,
    message: cleanJson(error?.message ?? `The run ended ${state}.`),
    nonRetryable: true,
    details: [state],
  });
}
