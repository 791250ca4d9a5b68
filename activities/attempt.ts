import type { Action } from '../domain/actions/index.ts';
import type { ActionResult, EndReason, Failure, LogLine, Trigger } from '../domain/execution.ts';
import type { Job } from '../domain/job.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import { UnknownVariable } from '../domain/templates.ts';
import { ActionFailure } from './actions/handler.ts';
import { act } from './actions/index.ts';
import type { Deps } from './deps.ts';
import { lookupFor } from './lookup.ts';

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
  readonly job: Pick<Job, 'id' | 'name' | 'face' | 'tags' | 'variables'>;
  readonly action: Action;
  readonly dueAt: Instant;
  readonly trigger: Trigger;
  readonly attempt: number;
  readonly parameters: JsonObject;
  readonly timeoutMs: number;
  readonly correlationId: string;
}

/** Log lines and bytes of text kept with one execution; what comes after is counted, not kept. */
const MAX_LOG_LINES = 1000;
const MAX_LOG_TEXT = 8192;

/** The log of one execution, shared by its attempts within one activity. */
export class RunLog {
  readonly lines: LogLine[] = [];
  #dropped = 0;
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  add(level: LogLine['level'], message: string): void {
    if (this.lines.length < MAX_LOG_LINES) {
      this.lines.push({ at: this.#now(), level, message: message.slice(0, MAX_LOG_TEXT) });
    } else {
      this.#dropped += 1;
      const note = `… and ${this.#dropped} more lines, which were not kept (at most ${MAX_LOG_LINES} are)`;
      this.lines[MAX_LOG_LINES] = { at: this.#now(), level: 'warn', message: note };
    }
  }
}

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
export async function attemptAction(
  deps: Deps,
  input: AttemptInput,
  log: RunLog,
  stop: AbortController,
): Promise<AttemptOutcome> {
  const startedAt = deps.now();
  const startedMs = deps.monotonicMs();
  const { executionId, dueAt, trigger, attempt, correlationId, parameters, timeoutMs } = input;
  const { id: jobId, name: jobName, face, tags, variables } = input.job;
  const limitMs = Math.min(timeoutMs, LONGEST_TIMER_MS);
  const limit = setTimeout(() => stop.abort(new AttemptTimeout(timeoutMs)), limitMs);
  const run = { executionId, dueAt, trigger, attempt, correlationId, jobId, jobName, face, tags };
  const ended = () => ({
    startedAt,
    endedAt: deps.now(),
    durationMs: Math.max(0, Math.round(deps.monotonicMs() - startedMs)),
  });
  try {
    stop.signal.throwIfAborted();
    const result = await act(input.action, {
      deps,
      run,
      parameters,
      lookup: lookupFor(deps, run, parameters, variables),
      signal: stop.signal,
      timeoutMs,
      log: (level, message) => {
        log.add(level, message);
      },
    });
    const at = ended();
    const metrics = { ...result.metrics, ...deps.usage() };
    return {
      ...at,
      state: 'succeeded',
      reason: null,
      result: { ...result, metrics },
      error: null,
      retryable: false,
      retryAfterMs: null,
    };
  } catch (error) {
    return { ...ended(), result: null, ...judge(stop.signal.aborted ? stop.signal.reason : error) };
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
    const failure = { type: error.type, message: error.message };
    return { ...failed, error: failure, retryable: error.retryable, retryAfterMs: error.retryAfterMs };
  }
  if (error instanceof UnknownVariable) {
    return { ...no, ...failed, error: { type: error.name, message: error.message }, retryable: false };
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  const failure = { type: thrown.name, message: thrown.message, ...(thrown.stack ? { traceback: thrown.stack } : {}) };
  return { ...no, ...failed, error: failure, retryable: true };
}
