import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import type { Job, JobSpec } from '../../domain/job.ts';
import { averageMs } from './check-conflicts.ts';
import { changeJob, type JobChange, type JobPatch } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { isSame } from './differences.ts';
import { jobNotFound } from './job-not-found.ts';
import { jobViewOf, type JobView } from './job-view.ts';
import { prepareLinks } from './link-parents.ts';
import { refuseConflicts } from './refuse-conflicts.ts';

export interface UpdateInput {
  readonly job: JobKey;
  readonly demand?: JobChange['demand'];
  /** Merges what was asked into the job, on parsed parts. Pure; asked again under the lock. Throws INVALID_… */
  merge(job: Job): Partial<JobSpec>;
}

/**
 * Changes parts of a job's specification. Temporal is needed only where the schedule changes or the job is enabled.
 * Throws JOB_NOT_FOUND, FORBIDDEN, SCHEDULE_CONFLICT, DEPENDENCY_CYCLE, ENGINE_UNAVAILABLE, and whatever `merge` and `demand` refuse.
 */
export async function updateJob(ctx: VerbContext, input: UpdateInput): Promise<{ before: Job; after: JobView }> {
  const current = await findJob(ctx.db, ctx.actor.face, input.job);
  if (current === null) throw jobNotFound(input.job);
  const wanted = input.merge(current.job);
  const parents = wanted.dependencies?.map(({ jobId }) => jobId);
  if (needsEngine(current.job, wanted)) await ctx.engine.ensureReachable();
  const { before, after } = await changeJob(ctx, {
    job: { id: current.job.id, ...(input.job.shown !== undefined && { shown: input.job.shown }) },
    demand: input.demand,
    word: ['update', 'updated'],
    endReason: 'job_changed',
    ...(parents !== undefined && { prepare: (tx) => prepareLinks(tx, ctx, [current.job.id, ...parents]) }),
    patch: (job) => withDisabledBy(job, input.merge(job)),
    admit: async (tx, changed, { job, statistics }) => {
      if (FIRING_FIELDS.every((field) => isSame(changed[field], job[field]))) return;
      await refuseConflicts(tx, ctx, { ...changed, averageMs: averageMs(statistics) });
    },
  });
  return { before: before.job, after: jobViewOf(after, ctx.now()) };
}

/** What decides when a job runs and what it touches: only a change of these can bring a conflict. */
const FIRING_FIELDS = ['schedule', 'action', 'enabled'] as const;

function needsEngine(job: Job, patch: Partial<JobSpec>): boolean {
  const enables = patch.enabled === true && !job.enabled;
  return enables || (patch.schedule !== undefined && !isSame(patch.schedule, job.schedule));
}

/** Enabling clears why it was disabled; disabling is the user's doing. */
function withDisabledBy(job: Job, patch: Partial<JobSpec>): JobPatch {
  const keepsDisabled = !job.enabled && job.disabledBy === 'bulk' && patch.enabled === false;
  if (patch.enabled === undefined || (patch.enabled === job.enabled && !keepsDisabled)) return patch;
  return { ...patch, disabledBy: patch.enabled ? null : 'user', disabledReason: null };
}
