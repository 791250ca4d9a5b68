import { findKeptJob, type StoredKeptJob } from '../../db/queries/kept-jobs.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { jobViewOf, type JobKey, type JobView } from './job-view.ts';

/** A job, or what a deleted one was: that never fires again. */
export type KeptJob = JobView & { readonly isDeleted: boolean };

/** One job of the face. Throws JOB_NOT_FOUND, for deleted ones too unless they are asked for. */
export async function getKeptJob(
  ctx: Pick<VerbContext, 'db' | 'actor' | 'now'>,
  key: JobKey,
  withDeleted: boolean,
): Promise<KeptJob> {
  const found = await findKeptJob(ctx.db, ctx.actor.face, key, withDeleted);
  if (found === null) throw jobNotFound(key);
  return keptJobOf(found, ctx.now());
}

export function keptJobOf({ stored, isDeleted }: StoredKeptJob, now: Instant): KeptJob {
  const view = jobViewOf(stored, now);
  return isDeleted ? { ...view, status: 'inactive', nextFireAt: null, isDeleted } : { ...view, isDeleted };
}
