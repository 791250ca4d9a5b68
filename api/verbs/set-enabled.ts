import type { JobKey } from '../../db/queries/jobs.ts';
import { averageMs } from './check-conflicts.ts';
import { changeJob, type JobChange } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { jobViewOf, type JobView } from './job-view.ts';
import { refuseConflicts } from './refuse-conflicts.ts';

/**
 * Enables or disables a job and keeps the reason. Disabling needs no Temporal (DESIGN section 4); enabling does, and
 * invents no fires for the time in between. A job that is so already stays as it is. Throws SCHEDULE_CONFLICT.
 */
export async function setEnabled(
  ctx: VerbContext,
  input: {
    job: JobKey;
    enabled: boolean;
    reason?: string | undefined;
    /** Whether a pause ends with it: what is scheduled anew, or no more, is not paused (console.txt, Action Types). */
    endsPause?: boolean;
    demand?: JobChange['demand'];
  },
): Promise<JobView> {
  if (input.enabled) await ctx.engine.ensureReachable();
  const { after } = await changeJob(ctx, {
    job: input.job,
    demand: input.demand,
    word: input.enabled ? ['enable', 'enabled'] : ['disable', 'disabled'],
    reason: input.reason,
    endReason: 'job_disabled',
    patch: (job) => {
      const resumed = input.endsPause === true ? { pausedAt: null } : {};
      // Whoever disables a job that a bulk operation disabled wants it to stay so.
      if (job.enabled === input.enabled && (job.enabled || job.disabledBy !== 'bulk')) return resumed;
      return input.enabled
        ? { ...resumed, enabled: true, disabledBy: null, disabledReason: null }
        : { ...resumed, enabled: false, disabledBy: 'user', disabledReason: input.reason ?? null };
    },
    admit: async (tx, changed, { statistics }) => {
      if (changed.enabled) await refuseConflicts(tx, ctx, { ...changed, averageMs: averageMs(statistics) });
    },
  });
  return jobViewOf(after, ctx.now());
}
