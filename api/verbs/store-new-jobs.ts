import type { Tx } from '../../db/connect.ts';
import { insertJobs, type BatchedJob } from '../../db/queries/job-batch.ts';
import { seatJobs } from '../../db/queries/seat-batch.ts';
import type { Job } from '../../domain/job.ts';
import type { VerbContext } from './context.ts';

/** Jobs in one statement: some 25 parameters each, of at most 65,535. */
export const BATCH = 500;

/** Stores a batch of new jobs and seats them; `clocks` are to be poked after the commit, each with its jobs. */
export async function storeNewJobs(
  tx: Tx,
  ctx: VerbContext,
  batch: readonly BatchedJob[],
): Promise<{ jobs: Job[]; clocks: Map<string, string[]> }> {
  const jobs = await insertJobs(tx, ctx.actor.face, batch);
  const seated = jobs.map((job, n) => ({ job, accountedUntil: batch[n]?.accountedUntil ?? ctx.now() }));
  const clocks = await seatJobs(tx, seated, {
    capacity: ctx.limits.clockCapacity,
    newClockId: () => `clock-${ctx.ids.next()}`,
  });
  return { jobs, clocks };
}
