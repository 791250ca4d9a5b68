import { inTransaction } from '../db/connect.ts';
import { accountUntil } from '../db/queries/accounting.ts';
import { finishBulk } from '../db/queries/bulks.ts';
import { bulkDisabled, forgetBulk } from '../db/queries/bulk-disabled.ts';
import { lockJobs, readJobs } from '../db/queries/claims.ts';
import { storeChange } from '../db/queries/job-writes.ts';
import { seatJob } from '../db/queries/seats.ts';
import type { Job } from '../domain/job.ts';
import type { Deps } from './deps.ts';

/** Jobs enabled in one transaction. */
const PAGE = 100;

/**
 * Enables again the jobs that one bulk operation disabled, and no others: whoever was enabled, disabled anew or deleted
 * by hand meanwhile is left alone (DECISIONS section 3, disable/all). Safe to repeat: it takes what is left.
 */
export function createResumeBulk(deps: Deps) {
  return async function resumeBulk(bulkId: string): Promise<void> {
    for (;;) {
      const jobIds = await bulkDisabled(deps.db, bulkId, PAGE);
      if (jobIds.length === 0) return finishBulk(deps.db, bulkId);
      const clocks = await inTransaction(deps.db, async (tx) => {
        await lockJobs(tx, jobIds);
        const seats = new Map<string, string[]>();
        for (const job of await readJobs(tx, jobIds)) {
          const isItsDoing = !job.enabled && job.disabledBy === 'bulk';
          const clockId = isItsDoing ? await enable(tx, deps, job, bulkId) : null;
          if (clockId !== null) seats.set(clockId, [...(seats.get(clockId) ?? []), job.id]);
        }
        await forgetBulk(tx, jobIds);
        return seats;
      });
      for (const [clockId, ids] of clocks) await deps.runs.poke(clockId, ids);
      deps.log.info({ bulkId, jobs: jobIds.length }, 'Jobs disabled by a bulk operation are enabled again');
    }
  };
}

async function enable(
  tx: Parameters<typeof storeChange>[0],
  deps: Deps,
  job: Job,
  bulkId: string,
): Promise<string | null> {
  const now = deps.now();
  await accountUntil(tx, job, { until: now, reason: 'job_disabled', newId: () => deps.ids.next() });
  const enabled: Job = {
    ...job,
    enabled: true,
    disabledBy: null,
    disabledReason: null,
    revision: job.revision + 1,
    specRevision: job.specRevision + 1,
    updatedBy: 'almanac',
    updatedAt: now,
  };
  await storeChange(tx, enabled, 'enabled', {
    actor: 'almanac',
    face: job.face,
    action: 'job.enable',
    jobId: job.id,
    executionId: null,
    before: { enabled: false },
    after: { enabled: true },
    reason: `The time of ${bulkId} is over`,
    correlationId: bulkId,
  });
  const seat = { accountedUntil: now, capacity: deps.clockCapacity, newClockId: `clock-${deps.ids.next()}` };
  return seatJob(tx, enabled, seat);
}
