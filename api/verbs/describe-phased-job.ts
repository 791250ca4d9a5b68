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
  const view = await getJob(ctx, key);
  const [phased, { executions }] = await Promise.all([
    withPhase(ctx, view),
    findExecutions(ctx.db, ctx.actor.face, { filter: { jobId: view.job.id }, limit: 1, offset: 0 }),
  ]);
  return { ...phased, latest: executions[0]?.execution ?? null };
}
