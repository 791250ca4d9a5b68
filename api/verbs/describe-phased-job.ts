import { findExecutions } from '../../db/queries/executions-read.ts';
import type { JobKey } from '../../db/queries/jobs.ts';
import type { Execution } from '../../domain/execution.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import { withPhase, type PhasedJob } from './phased-job.ts';

/** A job, where it stands, and its latest execution by nominal time; null before the first. Throws JOB_NOT_FOUND. */
export async function describePhasedJob(
  ctx: VerbContext,
  key: JobKey,
): Promise<PhasedJob & { readonly latest: Execution | null }> {
  const phased = await withPhase(ctx, await getJob(ctx, key));
  // After the phase: of a job that has completed, no execution goes on any more.
  const ofJob = { filter: { jobId: phased.job.id }, limit: 1, offset: 0 };
  const { executions } = await findExecutions(ctx.db, ctx.actor.face, ofJob);
  return { ...phased, latest: executions[0]?.execution ?? null };
}
