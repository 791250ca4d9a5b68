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

const AT_ONCE = 500;

/** All of the face's jobs that fit, as they are stored, in the order of their creation. */
export async function listAllKeptJobs(ctx: Pick<VerbContext, 'db' | 'actor'>, filter: KeptFilter): Promise<Job[]> {
  const jobs: Job[] = [];
  for (;;) {
    const page = await findKeptJobs(ctx.db, ctx.actor.face, { filter, limit: AT_ONCE, offset: jobs.length });
    jobs.push(...page.map(({ stored }) => stored.job));
    if (page.length < AT_ONCE) return jobs;
  }
}
