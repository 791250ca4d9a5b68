import { countKeptJobs, findKeptJobs, type KeptFilter } from '../../db/queries/kept-jobs.ts';
import type { Job } from '../../domain/job.ts';
import type { VerbContext } from './context.ts';
import { keptJobOf, type KeptJob } from './kept-job.ts';

/** A page of the face's jobs in the order of their creation, deleted ones where they are asked for, and how many fit. */
export async function listKeptJobs(
  ctx: Pick<VerbContext, 'db' | 'actor' | 'now'>,
  page: { filter: KeptFilter; limit: number; offset: number },
): Promise<{ jobs: readonly KeptJob[]; total: number }> {
  const { face } = ctx.actor;
  const [found, total] = await Promise.all([
    findKeptJobs(ctx.db, face, page),
    countKeptJobs(ctx.db, face, page.filter),
  ]);
  const now = ctx.now();
  return { jobs: found.map((job) => keptJobOf(job, now)), total };
}

/** All of the face's jobs that fit, as they are stored at one instant, in the order of their creation. */
export async function listAllKeptJobs(ctx: Pick<VerbContext, 'db' | 'actor'>, filter: KeptFilter): Promise<Job[]> {
  const found = await findKeptJobs(ctx.db, ctx.actor.face, { filter });
  return found.map(({ stored }) => stored.job);
}
