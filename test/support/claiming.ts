import { claimFires, type Claimed } from '../../activities/claim-fires.ts';
import type { Deps } from '../../activities/deps.ts';
import { JobCache } from '../../activities/job-cache.ts';
import type { ClaimedRun } from '../../activities/quick-run.ts';
import { inTransaction, sql, type Db } from '../../db/connect.ts';
import type { DueJob } from '../../domain/due-jobs.ts';
import type { Job } from '../../domain/job.ts';

/** What a clock hands over of one job: these nominal times, with more to come later. */
export function due(job: Job, dues: readonly number[], more: Partial<DueJob> = {}): DueJob {
  const next = (dues.at(-1) ?? 0) + 1000;
  return { id: job.id, specRevision: job.specRevision, dues, next, behind: false, final: false, ...more };
}

/** Claims as a clock's `fire` does, without running anything. */
export function claim(db: Db, deps: Deps, jobs: readonly DueJob[], now: number): Promise<Claimed> {
  return inTransaction(db, (tx) => claimFires(tx, deps, new JobCache(), { clockId: 'clock', now, jobs }));
}

/** Claims one fire of a quick job, which is running then. */
export async function claimOne(db: Db, deps: Deps, job: Job, at: number): Promise<ClaimedRun> {
  const { quick } = await claim(db, deps, [due(job, [at])], at);
  const [run] = quick;
  if (run === undefined) throw new Error('the claim was not admitted');
  return run;
}

/** Ends what is queued or running, so that its seat is free again. */
export async function freeSeats(db: Db): Promise<void> {
  await sql`update execution set state = 'succeeded', lease_until = null where state in ('queued', 'running')`.execute(
    db,
  );
}
