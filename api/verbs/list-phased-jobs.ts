import { countJobs, findJobs, type JobFilter } from '../../db/queries/jobs.ts';
import { countJobsOfPhase, findJobsOfPhase, type ListedPhase } from '../../db/queries/phases.ts';
import type { VerbContext } from './context.ts';
import { jobViewOf } from './job-view.ts';
import { withPhases, type PhasedJob } from './phased-job.ts';

export interface PhasedPage {
  readonly jobs: readonly PhasedJob[];
  /** Of all that fit. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** A page of the face's jobs in the order of their creation, by phase where one is asked for. */
export async function listPhasedJobs(
  ctx: VerbContext,
  page: { phase?: ListedPhase | undefined; filter: JobFilter; limit: number; offset: number },
): Promise<PhasedPage> {
  const { face } = ctx.actor;
  const { phase, ...rest } = page;
  const [total, found] = await Promise.all([
    phase === undefined
      ? countJobs(ctx.db, face, page.filter).then((counts) => counts.total)
      : countJobsOfPhase(ctx.db, face, { phase, filter: page.filter }),
    phase === undefined ? findJobs(ctx.db, face, rest) : findJobsOfPhase(ctx.db, face, { ...rest, phase }),
  ]);
  const now = ctx.now();
  const views = found.jobs.map((job) => jobViewOf(job, now));
  return { jobs: await withPhases(ctx, views), total, hasMore: found.hasMore };
}
