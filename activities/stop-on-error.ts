import type { Tx } from '../db/connect.ts';
import { accountUntil } from '../db/queries/accounting.ts';
import { readJobs } from '../db/queries/claims.ts';
import { disableByService } from '../db/queries/disable.ts';
import type { Outcome } from '../db/queries/outcomes.ts';
import { isFiring, type Job } from '../domain/job.ts';
import type { Deps } from './deps.ts';

/**
 * `stop_on_error` (DECISIONS section 4): a run that failed for good disables its job and says why, in the transaction
 * that ends it. Returns the clocks to poke after the commit.
 */
export async function stopOnError(
  tx: Tx,
  deps: Pick<Deps, 'ids' | 'now'>,
  failed: readonly (Outcome & { job: Pick<Job, 'id'> })[],
): Promise<{ clockId: string; jobId: string }[]> {
  const clocks: { clockId: string; jobId: string }[] = [];
  if (failed.length === 0) return clocks;
  const jobs = await readJobs(tx, [...new Set(failed.map((o) => o.job.id))]);
  for (const job of jobs.filter(isFiring)) {
    const cause = failed.find((o) => o.job.id === job.id);
    if (cause === undefined) continue;
    const at = deps.now();
    await accountUntil(tx, job, { until: at, reason: 'job_disabled', newId: () => deps.ids.next() });
    const reason = `Stopped on error: execution ${cause.executionId} ${cause.state}: ${cause.error?.message ?? ''}`;
    const by = { disabledBy: 'stop_on_error', reason, at, correlationId: cause.executionId } as const;
    const clockId = await disableByService(tx, job, by);
    if (clockId !== null) clocks.push({ clockId, jobId: job.id });
  }
  return clocks;
}
