import type { JobKey } from '../../db/queries/jobs.ts';
import { jobTotals } from '../../db/queries/statistics.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import { performanceOf, type Performance } from './job-metrics.ts';
import type { JobView } from './job-view.ts';

const DAY_MS = 86_400_000;

/** A job's whole history in numbers, percentiles included, and its last seven days by whole hours. Throws JOB_NOT_FOUND. */
export async function jobStatistics(
  ctx: VerbContext,
  key: JobKey,
): Promise<JobView & { readonly performance: Performance; readonly lastWeek: Performance }> {
  const view = await getJob(ctx, key);
  const { id } = view.job;
  const [all, week] = await Promise.all([
    jobTotals(ctx.db, id, {}),
    jobTotals(ctx.db, id, { from: ctx.now() - 7 * DAY_MS }),
  ]);
  return { ...view, performance: performanceOf(all), lastWeek: performanceOf(week) };
}
