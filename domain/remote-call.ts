import type { Failure } from './execution.ts';
import type { Json } from './json.ts';
import type { RunSpec } from './run.ts';

/** An activity that a worker in any language serves on a task queue of its own (DECISIONS section 5). */
export interface RemoteCall {
  readonly activity: string;
  readonly queue: string;
  readonly input: Json;
  /** Null: only the timeout bounds its silence. */
  readonly heartbeatTimeoutMs: number | null;
}

/** What became of one call. */
export type RemoteOutcome =
  | { readonly state: 'succeeded'; readonly result: Json }
  | {
      readonly state: 'failed' | 'timed_out' | 'cancelled';
      readonly error: Failure;
      readonly retryable: boolean;
      readonly retryAfterMs: number | null;
    };

/** The call that a run consists of; null: it acts in a worker of the service. */
export function remoteCallOf({ action, parameters }: Pick<RunSpec, 'action' | 'parameters'>): RemoteCall | null {
  if (action.type !== 'function' || action.task_queue === null) return null;
  const { function: activity, task_queue: queue, payload, heartbeat_timeout_seconds: heartbeat } = action;
  // The nearest wins: what this run was given (DECISIONS section 4).
  const input = isObject(payload) ? { ...payload, ...parameters } : payload;
  return { activity, queue, input, heartbeatTimeoutMs: heartbeat === null ? null : heartbeat * 1000 };
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
