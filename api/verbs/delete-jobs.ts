import { inTransaction, type Tx } from '../../db/connect.ts';
import { accountUntil } from '../../db/queries/accounting.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { buryJobs, readDeletable, type Deletable } from '../../db/queries/delete-batch.ts';
import { withdrawSkips } from '../../db/queries/skips.ts';
import { isGated } from '../../domain/dependencies.ts';
import { DomainError } from '../../domain/errors.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { deleteJob } from './delete-job.ts';
import { jobNotFound } from './job-not-found.ts';
import { pokeAll } from './poke-all.ts';
import { requireAdminFor } from './require-admin.ts';

/** Jobs deleted in one transaction: bounds how long their locks are held. */
const PAGE = 200;

/**
 * Deletes many jobs, each for itself, as `deleteJob` does one. Needs no Temporal. Returns why the others could not be
 * deleted, by id: JOB_NOT_FOUND, FORBIDDEN.
 */
export async function deleteJobs(
  ctx: VerbContext,
  jobIds: readonly string[],
): Promise<{ deleted: number; refused: Map<string, DomainError> }> {
  const refused = new Map<string, DomainError>();
  const ids = [...new Set(jobIds)];
  let deleted = 0;
  for (let i = 0; i < ids.length; i += PAGE) {
    const page = ids.slice(i, i + PAGE);
    const done = await inTransaction(ctx.db, (tx) => deletePage(tx, ctx, page));
    for (const [id, error] of done.refused) refused.set(id, error);
    deleted += done.deleted;
    for (const id of done.related) {
      const error = await refusalOf(() => deleteJob(ctx, { job: { id, shown: id } }));
      if (error === null) deleted += 1;
      else refused.set(id, error);
    }
    void pokeAll(ctx, done.clocks);
    ctx.log.info({ deleted, refused: refused.size, of: ids.length }, 'A bulk deletion goes on');
  }
  return { deleted, refused };
}

async function deletePage(
  tx: Tx,
  ctx: VerbContext,
  ids: readonly string[],
): Promise<{
  deleted: number;
  refused: [string, DomainError][];
  /** Jobs that others wait for, or that wait: deleted one by one, since that touches the others. */
  related: string[];
  clocks: Map<string, string[]>;
}> {
  await lockJobs(tx, ids);
  const found = await readDeletable(tx, ctx.actor.face, ids);
  const refused: [string, DomainError][] = [];
  const related: string[] = [];
  const buried: Job[] = [];
  const now = ctx.now();
  for (const id of ids) {
    const deletable = found.get(id);
    const job = deletable?.stored.job;
    if (deletable === undefined || job === undefined) refused.push([id, jobNotFound({ id, shown: id })]);
    else if (deletable.hasChildren || isGated(job)) related.push(id);
    else {
      const error = await refusalOf(() => requireAdminFor(ctx.actor, job.action));
      if (error !== null) refused.push([id, error]);
      else {
        await closeAccount(tx, ctx, deletable, now);
        const by = { updatedBy: ctx.actor.subject, updatedAt: now };
        buried.push({ ...job, ...by, revision: job.revision + 1, specRevision: job.specRevision + 1 });
      }
    }
  }
  const { subject, face, correlationId } = ctx.actor;
  const clocks = await buryJobs(tx, buried, (job) => ({
    actor: subject,
    face,
    action: 'job.delete',
    jobId: job.id,
    executionId: null,
    before: {},
    after: {},
    reason: null,
    correlationId,
  }));
  return { deleted: buried.length, refused, related, clocks };
}

/** What was due and has not fired gets its rows; what was to be skipped later is taken back. Mostly there is nothing. */
async function closeAccount(
  tx: Tx,
  ctx: VerbContext,
  { stored, verifiedUntil }: Deletable,
  now: Instant,
): Promise<void> {
  const { job } = stored;
  const due = isFiring(job) ? nextAfter(job.schedule, verifiedUntil) : null;
  if (due !== null && due <= now) {
    await accountUntil(tx, job, { until: now, reason: 'job_deleted', newId: () => ctx.ids.next() });
  }
  if (stored.skippedUntil !== null) await withdrawSkips(tx, job, now);
}

async function refusalOf(work: () => unknown): Promise<DomainError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
