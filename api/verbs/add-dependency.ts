import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import type { DependencyType } from '../../domain/dependencies.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import { changeJob, type JobChange } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { dependencyViews, type DependencyView } from './dependency-view.ts';
import { jobNotFound } from './job-not-found.ts';
import { prepareLinks } from './link-parents.ts';

export interface AddDependencyInput {
  /** The child: the job that waits. */
  readonly job: JobKey;
  readonly dependsOn: JobKey;
  readonly type: DependencyType;
  readonly demand?: JobChange['demand'];
}

/**
 * Lets a job wait for another one of its face. Throws JOB_NOT_FOUND for either, DUPLICATE where it waits for it already
 * (`details.dependency_id`), DEPENDENCY_CYCLE with `details.path`.
 */
export async function addDependency(
  ctx: VerbContext,
  input: AddDependencyInput,
): Promise<{ job: Job; dependency: DependencyView }> {
  const { face } = ctx.actor;
  const [child, parent] = await Promise.all([findJob(ctx.db, face, input.job), findJob(ctx.db, face, input.dependsOn)]);
  if (child === null) throw jobNotFound(input.job);
  if (parent === null) throw jobNotFound(input.dependsOn);
  const parentId = parent.job.id;
  const { after } = await changeJob(ctx, {
    job: { ...input.job, id: child.job.id },
    demand(job) {
      input.demand?.(job);
      if (job.dependencies?.some(({ jobId }) => jobId === parentId) === true) throw duplicate(child.job, parent.job);
    },
    word: ['update', 'updated'],
    endReason: 'job_changed',
    prepare: (tx) => prepareLinks(tx, ctx, [child.job.id, parentId]),
    patch: (job) => ({ dependencies: [...(job.dependencies ?? []), { jobId: parentId, type: input.type }] }),
  });
  const dependency = (await dependencyViews(ctx, child.job.id)).find((view) => view.parent.id === parentId);
  // Taken away by somebody else since.
  if (dependency === undefined) throw jobNotFound(input.dependsOn);
  return { job: after.job, dependency };
}

function duplicate(child: Job, parent: Job): DomainError {
  const message = `"${child.name}" waits for "${parent.name}" already. Remove that dependency first to change its type.`;
  return new DomainError('DUPLICATE', message);
}
