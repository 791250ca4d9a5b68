import { countJobs, findJobs, type JobFilter } from '../../db/queries/jobs.ts';
import type { VerbContext } from './context.ts';
import { jobViewOf, type JobView } from './job-view.ts';

export interface JobPage {
  readonly jobs: readonly JobView[];
  /** Of all that fit the filter. */
  readonly total: number;
  readonly active: number;
  readonly hasMore: boolean;
}

/** A page of the face's jobs in the order of their creation: new ones come last, so pages stay as they are. */
export async function listJobs(
  ctx: VerbContext,
  page: { filter: JobFilter; limit: number; offset: number },
): Promise<JobPage> {
  const [counts, found] = await Promise.all([
    countJobs(ctx.db, ctx.actor.face, page.filter),
    findJobs(ctx.db, ctx.actor.face, page),
  ]);
  const now = ctx.now();
  return { ...counts, jobs: found.jobs.map((job) => jobViewOf(job, now)), hasMore: found.hasMore };
}
