import type { Action } from '../domain/actions/index.ts';
import type { ActionResult, EndReason, Failure, Trigger } from '../domain/execution.ts';
import type { Job } from '../domain/job.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import { UnknownVariable } from '../domain/templates.ts';
import { ActionFailure } from './actions/handler.ts';
import { act } from './actions/index.ts';
import type { Deps } from './deps.ts';
import { lookupFor } from './lookup.ts';
import type { RunLog } from './run-log.ts';
import type { Stop } from './stop.ts';
import { toldAttempt } from './told-attempt.ts';
import { tracebackOf } from '../domain/traceback.ts';

/** One try of an action, before anybody decides what it means for its execution. */
export interface AttemptOutcome {
  readonly state: 'succeeded' | 'failed' | 'timed_out' | 'cancelled';
  readonly reason: EndReason | null;
  readonly result: ActionResult | null;
  readonly error: Failure | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly durationMs: number;
}

export interface AttemptInput {
  readonly executionId: string;
  readonly job: Pick<Job, 'id' | 'name' | 'face' | 'tags' | 'variables'> & Partial<Pick<Job, 'createdBy'>>;
  readonly action: Action;
  readonly dueAt: Instant;
  readonly trigger: Trigger;
  readonly attempt: number;
  readonly parameters: JsonObject;
  readonly timeoutMs: number;
  /** Stops the attempt before its timeout, where that is earlier, with a reason of the caller's. */
  readonly atMost?: { readonly ms: number; readonly reason: () => Error };
  readonly correlationId: string;
  /** The span that this belongs to, where traces are on. */
  readonly traceparent?: string;
  /** Runs first: what it throws ends the attempt. */
  readonly recheck?: () => Promise<void>;
  /** Where Temporal keeps how far the work came; without it nobody asks. */
  readonly heartbeats?: Heartbeats;
}

export interface Heartbeats {
  /** What an earlier attempt last left. */
  readonly progress: Json;
  readonly beat: (details: Json) => void;
}

const NO_HEARTBEATS: Heartbeats = { progress: null, beat: () => undefined };

/** The longest that a timer can be set for; a longer timeout is Temporal's to hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class AttemptTimeout extends Error {
  override readonly name = 'AttemptTimeout';
  constructor(timeoutMs: number) {
    super(`The action ran past its timeout of ${timeoutMs / 1000} s and was stopped.`);
  }
}

/**
 * Runs an action once, bounded by its timeout; never rejects. Aborting `stop` stops it: with `CancelledByUser` as the
 * reason the attempt ends `cancelled`, with any other it counts as failed and may be retried (a worker that stops).
 */
export function attemptAction(deps: Deps, input: AttemptInput, log: RunLog, stop: Stop): Promise<AttemptOutcome> {
  return toldAttempt(deps, input, (traceparent) => tryAction(deps, input, log, stop, traceparent));
}

async function tryAction(
  deps: Deps,
  input: AttemptInput,
  log: RunLog,
  stop: Stop,
  traceparent: string | undefined,
): Promise<AttemptOutcome> {
  const startedAt = deps.now();
  const startedMs = deps.monotonicMs();
  const { executionId, dueAt, trigger, attempt, correlationId, parameters, timeoutMs } = input;
  const { id: jobId, name: jobName, face, tags, variables, createdBy } = input.job;
  const { progress, beat: heartbeat } = input.heartbeats ?? NO_HEARTBEATS;
  const earlier = input.atMost !== undefined && input.atMost.ms < timeoutMs ? input.atMost : null;
  const limitMs = Math.min(earlier?.ms ?? timeoutMs, LONGEST_TIMER_MS);
  const limit = setTimeout(() => stop.abort(earlier?.reason() ?? new AttemptTimeout(timeoutMs)), limitMs);
  const run = {
    executionId,
    dueAt,
    trigger,
    attempt,
    correlationId,
    jobId,
    jobName,
    face,
    tags,
    createdBy,
    traceparent,
  };
  const durationMs = () => Math.max(0, Math.round(deps.monotonicMs() - startedMs));
  try {
    stop.throwIfAborted();
    if (input.recheck !== undefined) await input.recheck();
    const result = await act(input.action, {
      deps,
      run,
      parameters,
      lookup: lookupFor(deps, run, parameters, variables),
      stop,
      timeoutMs,
      log: (level, message) => {
        log.add(level, message);
      },
      heartbeat,
      progress,
    });
    const metrics = { ...result.metrics, ...deps.usage() };
    return {
      startedAt,
      endedAt: deps.now(),
      durationMs: durationMs(),
      state: 'succeeded',
      reason: null,
      result: { ...result, metrics },
      error: null,
      retryable: false,
      retryAfterMs: null,
    };
  } catch (error) {
    const at = { startedAt, endedAt: deps.now(), durationMs: durationMs() };
    return { ...at, result: null, ...judge(stop.aborted ? stop.reason : error) };
  } finally {
    clearTimeout(limit);
  }
}

/** The reason of a signal that a user's cancellation aborts. */
export class CancelledByUser extends Error {
  override readonly name = 'CancelledByUser';
}

type Judgement = Pick<AttemptOutcome, 'state' | 'reason' | 'error' | 'retryable' | 'retryAfterMs'>;

function judge(error: unknown): Judgement {
  const no = { retryAfterMs: null };
  if (error instanceof AttemptTimeout) {
    const failure = { type: 'Timeout', message: error.message };
    return { ...no, state: 'timed_out', reason: 'attempt_timed_out', error: failure, retryable: true };
  }
  if (error instanceof CancelledByUser) {
    const failure = { type: 'Cancelled', message: error.message };
    return { ...no, state: 'cancelled', reason: 'cancelled_by_user', error: failure, retryable: false };
  }
  const failed = { state: 'failed', reason: 'action_failed' } as const;
  if (error instanceof ActionFailure) {
    const { type, message, traceback } = error;
    const failure = { type, message, ...(traceback === null ? {} : { traceback }) };
    return { ...failed, error: failure, retryable: error.retryable, retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof UnknownVariable) {
    return { ...no, ...failed, error: { type: error.name, message: error.message }, retryable: false };
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  const traceback = tracebackOf(thrown);
  const failure = { type: thrown.name, message: thrown.message, ...(traceback === null ? {} : { traceback }) };
  return { ...no, ...failed, error: failure, retryable: true };
}
