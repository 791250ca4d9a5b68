import { averageRowBytes } from '../../db/queries/statistics.ts';
import type { JobKey } from '../../db/queries/jobs.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import type { JobView } from './job-view.ts';

/** A job with what its history takes up: its rows times their measured average size. Throws JOB_NOT_FOUND. */
export async function describeJob(ctx: VerbContext, key: JobKey): Promise<JobView & { readonly storageBytes: number }> {
  const view = await getJob(ctx, key);
  const bytes = view.statistics.total === 0 ? null : await averageRowBytes(ctx.db, view.job.id);
  return { ...view, storageBytes: view.statistics.total * (bytes ?? 0) };
}
