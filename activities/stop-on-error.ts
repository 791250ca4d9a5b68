import type { Tx } from '../db/connect.ts';
import { accountUntil } from '../db/queries/accounting.ts';
import { readJobs } from '../db/queries/claims.ts';
import { disableByService } from '../db/queries/disable.ts';
import { isFiring } from '../domain/job.ts';
import type { Deps } from './deps.ts';
import { queueNotifications } from './notify.ts';

/** A run that failed for good. */
export interface FailedRun {
  readonly executionId: string;
  readonly jobId: string;
  readonly state: string;
  readonly message: string;
}

/**
 * `stop_on_error` (DECISIONS section 4): a run that failed for good disables its job, where its policy asks for it, and
 * says why and notifies, in the transaction that ends it. Returns the clocks to poke after the commit.
 */
export async function stopOnError(
  tx: Tx,
  deps: Pick<Deps, 'ids' | 'now' | 'notifications'>,
  failed: readonly FailedRun[],
): Promise<{ clockId: string; jobId: string }[]> {
  const clocks: { clockId: string; jobId: string }[] = [];
  if (failed.length === 0) return clocks;
  const jobs = await readJobs(tx, [...new Set(failed.map((run) => run.jobId))]);
  for (const job of jobs.filter((each) => each.policy.stopOnError && isFiring(each))) {
    const cause = failed.find((run) => run.jobId === job.id);
    if (cause === undefined) continue;
    const at = deps.now();
    await accountUntil(tx, job, { until: at, reason: 'job_disabled', newId: () => deps.ids.next() });
    const reason = `Stopped on error: execution ${cause.executionId} ${cause.state}: ${cause.message}`;
    const by = { disabledBy: 'stop_on_error', reason, at, correlationId: cause.executionId } as const;
    const clockId = await disableByService(tx, job, by);
    await queueNotifications(tx, deps, [
      { event: 'disabled', job, executionId: cause.executionId, run: null, message: reason, at },
    ]);
    if (clockId !== null) clocks.push({ clockId, jobId: job.id });
  }
  return clocks;
}

/** Tells their clocks, after the commit; not waited for, since a claim checks the revision anyway. */
export function pokeStopped(
  deps: Pick<Deps, 'runs' | 'log'>,
  stopped: readonly { clockId: string; jobId: string }[],
): void {
  for (const { clockId, jobId } of stopped) {
    deps.runs.poke(clockId, [jobId]).catch((error: unknown) => {
      deps.log.warn({ error, clockId }, 'A clock could not be poked; the housekeeper will');
    });
  }
}
