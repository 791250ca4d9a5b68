import { countLive, type JobKey } from '../../db/queries/jobs.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import type { JobView } from './job-view.ts';

/** A job and how many of its executions run or wait at this moment. */
export async function getJobStatus(
  ctx: VerbContext,
  key: JobKey,
): Promise<JobView & { readonly running: number; readonly live: number }> {
  const view = await getJob(ctx, key);
  return { ...view, ...(await countLive(ctx.db, view.job.id)) };
}
