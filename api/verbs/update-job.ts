import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import type { Job, JobSpec } from '../../domain/job.ts';
import { changeJob, type JobPatch } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { jobViewOf, type JobView } from './job-view.ts';

export interface UpdateInput {
  readonly job: JobKey;
  readonly ifRevision?: number | undefined;
  /** Merges what was asked into the job, on parsed parts. Pure; asked again under the lock. Throws INVALID_… */
  merge(job: Job): Partial<JobSpec>;
}

/**
 * Changes parts of a job's specification. Temporal is needed only where the schedule changes or the job is enabled.
 * Throws JOB_NOT_FOUND, PRECONDITION_FAILED, FORBIDDEN, ENGINE_UNAVAILABLE, and whatever `merge` refuses.
 */
export async function updateJob(ctx: VerbContext, input: UpdateInput): Promise<{ before: Job; after: JobView }> {
  const current = await findJob(ctx.db, ctx.actor.face, input.job);
  if (current === null) throw jobNotFound(input.job);
  const asked = input.merge(current.job);
  if (asked.schedule !== undefined || asked.enabled === true) await ctx.engine.ensureReachable();
  const { before, after } = await changeJob(ctx, {
    job: { id: current.job.id, ...(input.job.shown !== undefined && { shown: input.job.shown }) },
    ifRevision: input.ifRevision,
    word: ['update', 'updated'],
    endReason: 'job_changed',
    patch: (job) => withDisabledBy(job, input.merge(job)),
  });
  return { before: before.job, after: jobViewOf(after, ctx.now()) };
}

/** Enabling clears why it was disabled; disabling is the user's doing. */
function withDisabledBy(job: Job, patch: Partial<JobSpec>): JobPatch {
  if (patch.enabled === undefined || patch.enabled === job.enabled) return patch;
  return { ...patch, disabledBy: patch.enabled ? null : 'user', disabledReason: null };
}
