import type { Tx } from '../db/connect.ts';
import { notifyExecutions } from '../db/events.ts';
import { settleExecution } from '../db/queries/attempts.ts';
import type { EndReason, ExecutionState } from '../domain/execution.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Deps } from './deps.ts';
import { notifyEnds } from './notify.ts';
import { stopOnError } from './stop-on-error.ts';

/** An execution that ended without its action saying so (DESIGN section 3.3). */
export interface Settlement {
  readonly executionId: string;
  readonly jobId: string;
  readonly dueAt: Instant;
  readonly state: Extract<ExecutionState, 'failed' | 'timed_out' | 'cancelled' | 'skipped'>;
  readonly reason: EndReason;
  readonly message: string;
}

/**
 * Ends an execution from outside, in a transaction of the caller's, who holds the job's lock, and after the commit pokes
 * `stopped` and releases the job's children. Idempotent: what has ended stays as it is.
 */
export async function settleWithin(
  tx: Tx,
  deps: Pick<Deps, 'ids' | 'now' | 'notifications'>,
  { executionId, jobId, dueAt, state, reason, message }: Settlement,
): Promise<{ settled: boolean; stopped: { clockId: string; jobId: string }[] }> {
  const error = { type: reason, message };
  const ended = await settleExecution(tx, { executionId, dueAt, state, reason, error });
  if (!ended) return { settled: false, stopped: [] };
  await notifyExecutions(tx, 'ended', [{ id: executionId, dueAt }]);
  const untold = { attempt: null, startedAt: null, endedAt: deps.now(), durationMs: null };
  if (state === 'failed' || state === 'timed_out') {
    await notifyEnds(tx, deps, [{ ...untold, executionId, jobId, dueAt, state, message }]);
  }
  const failed = state === 'failed' || state === 'timed_out' ? [{ executionId, jobId, state, message }] : [];
  return { settled: true, stopped: await stopOnError(tx, deps, failed) };
}
