import { nextForSeat } from '../db/queries/held-runs.ts';
import type { Deps } from './deps.ts';

/** After the commit that ended a run of this job: wakes the one that waits longest for its seat. Not waited for. */
export function wakeQueuedSoon(deps: Pick<Deps, 'db' | 'log' | 'runs'>, jobId: string): void {
  const next = nextForSeat(deps.db, jobId);
  void next.then(
    (workflowId) => wakeSoon(deps, workflowId),
    (error: unknown) => notWoken(deps, error, { jobId }),
  );
}

/** Wakes a held run, or nothing where null. Not waited for: should it be lost, the run looks by itself (`ask-parents.ts`). */
export function wakeSoon(deps: Pick<Deps, 'log' | 'runs'>, workflowId: string | null): void {
  if (workflowId === null) return;
  deps.runs.wakeRun(workflowId).catch((error: unknown) => notWoken(deps, error, { workflowId }));
}

function notWoken(deps: Pick<Deps, 'log'>, error: unknown, of: object): void {
  deps.log.warn({ error, ...of }, 'A run that waits for its turn could not be woken; it looks again by itself');
}
