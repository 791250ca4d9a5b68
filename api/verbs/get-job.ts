import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { jobViewOf, type JobView } from './job-view.ts';

/** One job of the face. Throws JOB_NOT_FOUND, for deleted ones too. */
export async function getJob(ctx: VerbContext, key: JobKey): Promise<JobView> {
  const stored = await findJob(ctx.db, ctx.actor.face, key);
  if (stored === null) throw jobNotFound(key);
  return jobViewOf(stored, ctx.now());
}
