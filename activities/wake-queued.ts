import { nextForSeat } from '../db/queries/held-runs.ts';
import type { Deps } from './deps.ts';

/**
 * After the commit that ended a run of this job: wakes the one that waits longest for its seat. Not waited for: should it
 * be lost, that one looks by itself (`ask-parents.ts`).
 */
export function wakeQueuedSoon(deps: Pick<Deps, 'db' | 'log' | 'runs'>, jobId: string): void {
  const wake = async () => {
    const workflowId = await nextForSeat(deps.db, jobId);
    if (workflowId !== null) await deps.runs.wakeRun(workflowId);
  };
  wake().catch((error: unknown) => {
    deps.log.warn({ error, jobId }, 'A run that waits for its turn could not be woken; it looks again by itself');
  });
}
