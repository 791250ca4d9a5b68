import { inTransaction } from '../db/connect.ts';
import { lockJobs, readJobs } from '../db/queries/claims.ts';
import { disableByService } from '../db/queries/disable.ts';
import type { Job } from '../domain/job.ts';
import type { Deps } from './deps.ts';
import { queueNotifications } from './notify.ts';

/** Disables a job whose schedule can't be computed any more, so that it can't stop the others of its clock. */
export async function setAside(
  deps: Pick<Deps, 'db' | 'ids' | 'now' | 'notifications'>,
  job: Job,
  fault: string,
): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await lockJobs(tx, [job.id]);
    const [current] = await readJobs(tx, [job.id]);
    if (current?.specRevision !== job.specRevision) return;
    const reason = `The schedule can't be computed any more: ${fault} Correct it and enable the job again.`;
    const at = deps.now();
    const by = { disabledBy: 'invalid_schedule', reason, at, correlationId: job.id } as const;
    await disableByService(tx, current, by);
    await queueNotifications(tx, deps, [{ event: 'disabled', job, executionId: null, run: null, message: reason, at }]);
  });
}
