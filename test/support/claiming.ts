import { claimFires, type Claimed } from '../../activities/claim-fires.ts';
import type { Deps } from '../../activities/deps.ts';
import { JobCache } from '../../activities/job-cache.ts';
import { inTransaction, sql, type Db } from '../../db/connect.ts';
import type { DueJob } from '../../domain/due-jobs.ts';
import type { Job } from '../../domain/job.ts';

export type Due = DueJob;

/** What a clock hands over of one job: these nominal times, with more to come later. */
export function due(job: Job, dues: readonly number[], more: Partial<Due> = {}): Due {
  const next = (dues.at(-1) ?? 0) + 1000;
  return { id: job.id, specRevision: job.specRevision, dues, next, behind: false, final: false, ...more };
}

/** Claims as a clock's `fire` does, without running anything. */
export function claim(db: Db, deps: Deps, jobs: readonly Due[], now: number): Promise<Claimed> {
  return inTransaction(db, (tx) => claimFires(tx, deps, new JobCache(), { clockId: 'clock', now, jobs }));
}

/** Ends what is queued or running, so that its seat is free again. */
export async function freeSeats(db: Db): Promise<void> {
  await sql`update execution set state = 'succeeded', lease_until = null where state in ('queued', 'running')`.execute(
    db,
  );
}
