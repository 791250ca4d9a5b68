import type { JobKey } from '../../db/queries/jobs.ts';
import { changeJob, type JobChange } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { jobViewOf, type JobView } from './job-view.ts';

/** Pauses a job: it stays enabled and does not fire. Needs no Temporal. A paused job stays as it is. */
export async function pauseJob(
  ctx: VerbContext,
  input: { job: JobKey; reason?: string | undefined; demand?: JobChange['demand'] },
): Promise<JobView> {
  const at = ctx.now();
  const { after } = await changeJob(ctx, {
    ...input,
    word: ['pause', 'paused'],
    endReason: 'job_paused',
    patch: (job) => ({ pausedAt: job.pausedAt ?? at }),
  });
  return jobViewOf(after, ctx.now());
}
