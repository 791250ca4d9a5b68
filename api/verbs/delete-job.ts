import type { JobKey } from '../../db/queries/jobs.ts';
import type { Job, JobStatistics } from '../../domain/job.ts';
import { changeJob, type JobChange } from './change-job.ts';
import type { VerbContext } from './context.ts';

/**
 * Deletes a job for good: a tombstone keeps its history and its public id, which is never used again. Needs no Temporal;
 * runs under way end by themselves. Returns what it was and what it did.
 */
export async function deleteJob(
  ctx: VerbContext,
  input: { job: JobKey; demand?: JobChange['demand'] },
): Promise<{ job: Job; statistics: JobStatistics }> {
  const { after } = await changeJob(ctx, {
    ...input,
    word: ['delete', 'deleted'],
    endReason: 'job_deleted',
    patch: () => ({}),
  });
  return after;
}
