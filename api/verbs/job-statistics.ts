import type { JobKey } from '../../db/queries/jobs.ts';
import { jobTotals } from '../../db/queries/statistics.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import { performanceOf, type Performance } from './job-metrics.ts';
import type { JobView } from './job-view.ts';

/** A job's whole history in numbers, percentiles included. Throws JOB_NOT_FOUND. */
export async function jobStatistics(
  ctx: VerbContext,
  key: JobKey,
): Promise<JobView & { readonly performance: Performance }> {
  const view = await getJob(ctx, key);
  return { ...view, performance: performanceOf(await jobTotals(ctx.db, view.job.id, {})) };
}
