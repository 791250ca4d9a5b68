import { inTransaction } from '../db/connect.ts';
import { lockJobs } from '../db/queries/claims.ts';
import type { Deps } from './deps.ts';
import { releaseSoon } from './release-children.ts';
import { settleWithin, type Settlement } from './settle-within.ts';
import { pokeStopped } from './stop-on-error.ts';
import { wakeQueuedSoon } from './wake-queued.ts';

export type { Settlement } from './settle-within.ts';

/** Ends an execution from outside; idempotent: what has ended stays as it is. */
export function createSettle(deps: Pick<Deps, 'db' | 'log' | 'ids' | 'now' | 'runs' | 'notifications'>) {
  return async function settle(settlement: Settlement): Promise<void> {
    const { executionId, jobId, state, reason } = settlement;
    const { settled, stopped } = await inTransaction(deps.db, async (tx) => {
      await lockJobs(tx, [jobId]);
      return settleWithin(tx, deps, settlement);
    });
    pokeStopped(deps, stopped);
    // What was cancelled by its verb was ended there: its children hear of it here.
    releaseSoon(deps, [jobId]);
    wakeQueuedSoon(deps, jobId);
    if (settled) deps.log.info({ executionId, jobId, state, reason }, 'An execution was settled');
  };
}
