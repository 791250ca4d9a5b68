import { inTransaction } from '../db/connect.ts';
import { notifyExecutions } from '../db/events.ts';
import { settleExecution } from '../db/queries/attempts.ts';
import { lockJobs } from '../db/queries/claims.ts';
import type { EndReason, ExecutionState } from '../domain/execution.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Deps } from './deps.ts';
import { pokeStopped, stopOnError } from './stop-on-error.ts';

/** An execution that ended without its action saying so (DESIGN section 3.3). */
export interface Settlement {
  readonly executionId: string;
  readonly jobId: string;
  readonly dueAt: Instant;
  readonly state: Extract<ExecutionState, 'failed' | 'timed_out' | 'cancelled' | 'skipped'>;
  readonly reason: EndReason;
  readonly message: string;
}

/** Ends an execution from outside; idempotent: what has ended stays as it is. */
export function createSettle(deps: Pick<Deps, 'db' | 'log' | 'ids' | 'now' | 'runs'>) {
  return async function settle(settlement: Settlement): Promise<void> {
    const { executionId, jobId, dueAt, state, reason, message } = settlement;
    const { settled, stopped } = await inTransaction(deps.db, async (tx) => {
      await lockJobs(tx, [jobId]);
      const error = { type: reason, message };
      const ended = await settleExecution(tx, { executionId, dueAt, state, reason, error });
      if (!ended) return { settled: false, stopped: [] };
      await notifyExecutions(tx, 'ended', [{ id: executionId, dueAt }]);
      const failed = state === 'failed' || state === 'timed_out' ? [{ executionId, jobId, state, message }] : [];
      return { settled: true, stopped: await stopOnError(tx, deps, failed) };
    });
    pokeStopped(deps, stopped);
    if (settled) deps.log.info({ executionId, jobId, state, reason }, 'An execution was settled');
  };
}
