import { inTransaction, type Tx } from '../../db/connect.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { childrenOf } from '../../db/queries/dependencies.ts';
import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import type { Job, JobStatistics } from '../../domain/job.ts';
import { changeLocked, type JobChange } from './change-job.ts';
import { pokeClocks } from './clock-seat.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { wakeHeld } from './wake-held.ts';

/**
 * Deletes a job for good: a tombstone keeps its history and its public id, which is never used again. Needs no Temporal;
 * runs under way end by themselves, but for held ones, which are cancelled. The jobs that waited for it no longer do
 * (DECISIONS section 6). Returns what it was and what it did. Throws JOB_NOT_FOUND.
 */
export async function deleteJob(
  ctx: VerbContext,
  input: { job: JobKey; reason?: string | undefined; demand?: JobChange['demand'] },
): Promise<{ job: Job; statistics: JobStatistics }> {
  const found = await findJob(ctx.db, ctx.actor.face, input.job);
  if (found === null) throw jobNotFound(input.job);
  const { id } = found.job;
  const { deleted, clocks, children } = await inTransaction(ctx.db, async (tx) => {
    const waiting = await childrenOf(tx, id);
    const { done, clocks: left } = await changeLocked(tx, ctx, {
      ...input,
      word: ['delete', 'deleted'],
      endReason: 'job_deleted',
      // In id order, before the job's own lock.
      prepare: () => (waiting.length === 0 ? Promise.resolve() : lockJobs(tx, [id, ...waiting])),
      patch: () => ({}),
    });
    const untied = await childrenOf(tx, id);
    for (const childId of untied) await untie(tx, ctx, childId, done.after.job);
    return { deleted: done.after, clocks: left, children: untied };
  });
  pokeClocks(ctx, clocks, [id]);
  wakeHeld(ctx, [id, ...children]);
  return deleted;
}

async function untie(tx: Tx, ctx: VerbContext, childId: string, parent: Job): Promise<void> {
  // It follows from the deletion: whoever may delete the parent needs no right of its own to it.
  const allowed = { ...ctx, actor: { ...ctx.actor, roles: ['admin'] as const } };
  await changeLocked(tx, allowed, {
    job: { id: childId },
    word: ['update', 'updated'],
    reason: `"${parent.name}", which it waited for, was deleted`,
    endReason: 'job_changed',
    patch: ({ dependencies = [] }) => ({ dependencies: dependencies.filter(({ jobId }) => jobId !== parent.id) }),
  });
}
