import type { ActionResult, LogLine, Trigger } from '../../domain/execution.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Lookup } from '../../domain/templates.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Deps } from '../deps.ts';
import type { Stop } from '../stop.ts';

/** What an action is given beside itself. */
export interface ActionContext {
  readonly deps: Deps;
  readonly run: {
    readonly executionId: string;
    readonly jobId: string;
    readonly jobName: string;
    readonly face: string;
    readonly tags: readonly string[];
    readonly dueAt: Instant;
    readonly trigger: Trigger;
    readonly attempt: number;
    readonly correlationId: string;
    /** The action's span, where traces are on: what it sends carries it along. */
    readonly traceparent?: string | undefined;
    /** Who made the job; absent where its run was specified by an older version. */
    readonly createdBy?: string | undefined;
  };
  /** Of a run by hand, a backfill or an event. */
  readonly parameters: JsonObject;
  /** Template variables, the nearest source first (DECISIONS section 4). */
  readonly lookup: Lookup;
  /** Aborts on cancellation, on the attempt's timeout and when the worker shuts down: stop, and reject. */
  readonly stop: Omit<Stop, 'abort'>;
  readonly timeoutMs: number;
  /** Kept with the execution, and visible while it runs. */
  readonly log: (level: LogLine['level'], message: string) => void;
  /** Keeps where the work stands: the next attempt finds it in `progress`. Quick actions have no next worker. */
  readonly heartbeat: (details: Json) => void;
  /** What an earlier attempt last gave to `heartbeat`. */
  readonly progress: Json;
}

/** What an action *does*. Its twin in `domain/actions/` says what it is. */
export interface ActionHandler<A> {
  run(action: A, context: ActionContext): Promise<ActionResult>;
}

/**
 * A failure that an action foresaw. `type` is stable and shown; `retryable: false` ends the run at once, whatever its
 * retries (DECISIONS section 4: bad payload, refused by the sandbox, unknown variable).
 */
export class ActionFailure extends Error {
  override readonly name = 'ActionFailure';
  readonly type: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** Of what a user's code threw. */
  readonly traceback: string | null;

  constructor(
    type: string,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number; cause?: unknown; traceback?: string | null },
  ) {
    super(message, { cause: options.cause });
    this.type = type;
    this.traceback = options.traceback ?? null;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
