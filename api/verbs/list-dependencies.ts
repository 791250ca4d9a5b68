import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import type { Job } from '../../domain/job.ts';
import type { VerbContext } from './context.ts';
import { dependencyViews, type DependencyView } from './dependency-view.ts';
import { jobNotFound } from './job-not-found.ts';

export type { DependencyView } from './dependency-view.ts';

/**
 * What a job waits for: each parent, the type, and how it stands: what the parent came to last since the job's previous
 * run (`end`, null: nothing yet), and whether that suffices. Throws JOB_NOT_FOUND.
 */
export async function listDependencies(
  ctx: VerbContext,
  key: JobKey,
): Promise<{ job: Job; dependencies: readonly DependencyView[] }> {
  const stored = await findJob(ctx.db, ctx.actor.face, key);
  if (stored === null) throw jobNotFound(key);
  return { job: stored.job, dependencies: await dependencyViews(ctx, stored.job.id) };
}
