import { inTransaction } from '../db/connect.ts';
import { isQueued } from '../db/queries/attempts.ts';
import { lockJobs } from '../db/queries/claims.ts';
import type { Deps } from './deps.ts';
import { releaseSoon } from './release-children.ts';
import { settleWithin, type Settlement } from './settle-within.ts';
import { pokeStopped } from './stop-on-error.ts';
import { wakeQueuedSoon } from './wake-queued.ts';

export type { Settlement } from './settle-within.ts';

/** `not begun`: nothing was settled, since the attempt whose worker was lost had not begun. */
export type SettleAnswer = 'settled' | 'not begun';

/**
 * Ends an execution from outside; idempotent: what has ended stays as it is. The loss of a worker ends only what it had
 * begun: a task may be handed to one that is just stopping (docs/decisions/2026-11-21-lost-workers.md).
 */
export function createSettle(deps: Pick<Deps, 'db' | 'log' | 'ids' | 'now' | 'runs' | 'notifications'>) {
  return async function settle(settlement: Settlement): Promise<SettleAnswer> {
    const { executionId, jobId, state, reason } = settlement;
    const ended = await inTransaction(deps.db, async (tx) => {
      await lockJobs(tx, [jobId]);
      if (reason === 'worker_lost' && (await isQueued(tx, settlement))) return null;
      return settleWithin(tx, deps, settlement);
    });
    if (ended === null) {
      deps.log.warn(
        { executionId, jobId },
        'A run was handed to a worker that went before it began; it is handed over again',
      );
      return 'not begun';
    }
    const { settled, stopped } = ended;
    pokeStopped(deps, stopped);
    // What was cancelled by its verb was ended there: its children hear of it here.
    releaseSoon(deps, [jobId]);
    wakeQueuedSoon(deps, jobId);
    if (settled) deps.log.info({ executionId, jobId, state, reason }, 'An execution was settled');
    return 'settled';
  };
}
