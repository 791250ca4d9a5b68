import type { JobKey } from '../../db/queries/jobs.ts';
import { changeJob, type JobChange } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { jobViewOf, type JobView } from './job-view.ts';

/** Lets a paused job fire again, from now on: nothing is invented for the pause. Needs Temporal. */
export async function resumeJob(
  ctx: VerbContext,
  input: { job: JobKey; reason?: string | undefined; demand?: JobChange['demand'] },
): Promise<JobView> {
  await ctx.engine.ensureReachable();
  const { after } = await changeJob(ctx, {
    ...input,
    word: ['resume', 'resumed'],
    endReason: 'job_paused',
    patch: () => ({ pausedAt: null }),
  });
  return jobViewOf(after, ctx.now());
}
