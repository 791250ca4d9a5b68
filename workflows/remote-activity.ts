import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import { TimeoutFailure } from '@temporalio/common';
import type { RemoteCall, RemoteOutcome } from '../domain/remote-call.ts';
import type { Json } from '../domain/json.ts';
import { priorityKey } from '../domain/policy.ts';
import type { RunSpec } from '../domain/run.ts';
import { tracebackOf } from '../domain/traceback.ts';
import { control } from './proxies.ts';

/**
 * A run whose action is an activity on another task queue. Each attempt is claimed before and recorded after, so that
 * the ledger shows all of them; rejects with type `Recorded` when the run failed for good.
 */
export async function runRemotely(spec: RunSpec, call: RemoteCall): Promise<void> {
  const { executionId, dueAt, workflowId, policy } = spec;
  const { activity, queue } = call;
  const run = { executionId, dueAt, workflowId, jobId: spec.job.id, policy, activity, queue };
  for (let attempt = spec.firstAttempt; ; attempt += 1) {
    if (!(await control.beginRemote({ ...run, attempt }))) return;
    const startedAt = Date.now();
    const outcome = await callOnce(spec, call);
    const end = { ...run, attempt, startedAt, endedAt: Date.now(), outcome };
    const waitMs = await CancellationScope.nonCancellable(() => control.endRemote(end));
    if (waitMs !== null) {
      await sleep(waitMs);
    } else if (outcome.state === 'succeeded') {
      return;
    } else {
      const { message } = outcome.error;
      throw ApplicationFailure.create({ type: 'Recorded', message, nonRetryable: true, details: [outcome.state] });
    }
  }
}

async function callOnce(spec: RunSpec, call: RemoteCall): Promise<RemoteOutcome> {
  const timeoutMs = spec.policy.timeoutSeconds * 1000;
  const { [call.activity]: activity } = proxyActivities<Record<string, (input: Json) => Promise<Json>>>({
    taskQueue: call.queue,
    scheduleToStartTimeout: timeoutMs,
    startToCloseTimeout: timeoutMs,
    ...(call.heartbeatTimeoutMs === null ? {} : { heartbeatTimeout: call.heartbeatTimeoutMs }),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: { priorityKey: priorityKey(spec.policy.priority), fairnessKey: spec.job.face },
    // Attempts are the ledger's: each is made, and recorded, by itself.
    retry: { maximumAttempts: 1 },
  });
  try {
    return { state: 'succeeded', result: (await activity?.(call.input)) ?? null };
  } catch (error) {
    return failureOf(error, call, spec.policy.timeoutSeconds);
  }
}

function failureOf(error: unknown, { activity, queue, heartbeatTimeoutMs }: RemoteCall, timeoutSeconds: number) {
  const once = { retryable: false, retryAfterMs: null };
  const again = { retryable: true, retryAfterMs: null };
  if (isCancellation(error) || CancellationScope.current().consideredCancelled) {
    return { ...once, state: 'cancelled', error: failed('Cancelled', 'The execution was cancelled.') } as const;
  }
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START') {
    const message =
      `No worker took the activity "${activity}" from the task queue "${queue}" within ${timeoutSeconds} s: ` +
      'start one that serves it there (docs/functions.md), or change task_queue.';
    return { ...once, state: 'timed_out', error: failed('NoWorker', message) } as const;
  }
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'HEARTBEAT') {
    const message = `The worker of the task queue "${queue}" was silent for ${(heartbeatTimeoutMs ?? 0) / 1000} s.`;
    return { ...again, state: 'failed', error: failed('WorkerLost', message) } as const;
  }
  if (cause instanceof TimeoutFailure) {
    const message = `The activity "${activity}" ran past its timeout of ${timeoutSeconds} s.`;
    return { ...again, state: 'timed_out', error: failed('Timeout', message) } as const;
  }
  const type = cause instanceof ApplicationFailure ? (cause.type ?? 'Error') : 'Error';
  const message = cause instanceof Error ? cause.message : String(cause);
  const traceback = tracebackOf(cause);
  const retryable = !(cause instanceof ApplicationFailure && cause.nonRetryable === true);
  const failure = failed(type, message, traceback);
  return { state: 'failed', error: failure, retryable, retryAfterMs: askedDelayMs(cause) } as const;
}

/** The delay that the worker asked for: the SDK leaves it in the message that the error was read from. */
function askedDelayMs(cause: unknown): number | null {
  const asked = cause instanceof ApplicationFailure ? cause.failure?.applicationFailureInfo?.nextRetryDelay : null;
  return asked === null || asked === undefined ? null : Number(asked.seconds ?? 0) * 1000 + (asked.nanos ?? 0) / 1e6;
}

function failed(type: string, message: string, traceback: string | null = null) {
  return traceback === null ? { type, message } : { type, message, traceback };
}
