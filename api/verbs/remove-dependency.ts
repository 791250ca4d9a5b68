import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import { changeJob, type JobChange } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { dependencyViews } from './dependency-view.ts';
import { jobNotFound } from './job-not-found.ts';

/**
 * Lets a job no longer wait for one of its parents; a run that is held goes on where the others suffice. Throws
 * JOB_NOT_FOUND, and NOT_FOUND where the job has no such dependency.
 */
export async function removeDependency(
  ctx: VerbContext,
  input: { job: JobKey; dependencyId: string; demand?: JobChange['demand'] },
): Promise<Job> {
  const stored = await findJob(ctx.db, ctx.actor.face, input.job);
  if (stored === null) throw jobNotFound(input.job);
  const { id } = stored.job;
  const found = (await dependencyViews(ctx, id)).find((view) => view.id === input.dependencyId.toLowerCase());
  if (found === undefined) {
    const message = `The job has no dependency ${input.dependencyId}. List its dependencies to see which there are.`;
    throw new DomainError('NOT_FOUND', message);
  }
  const { after } = await changeJob(ctx, {
    job: { ...input.job, id },
    demand: input.demand,
    word: ['update', 'updated'],
    endReason: 'job_changed',
    patch: ({ dependencies = [] }) => ({ dependencies: dependencies.filter((d) => d.jobId !== found.parent.id) }),
  });
  return after.job;
}
