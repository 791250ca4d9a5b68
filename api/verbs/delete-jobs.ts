import { inTransaction, type Tx } from '../../db/connect.ts';
import { accountUntil } from '../../db/queries/accounting.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { buryJobs, readDeletable, type Deletable } from '../../db/queries/delete-batch.ts';
import { withdrawSkips } from '../../db/queries/skips.ts';
import { ledgerCounts } from '../../db/queries/unverified.ts';
import { isGated } from '../../domain/dependencies.ts';
import { DomainError } from '../../domain/errors.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { fireTimesUntil } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { deleteJob } from './delete-job.ts';
import { jobNotFound } from './job-not-found.ts';
import { pokeAll } from './poke-all.ts';
import { requireAdminFor } from './require-admin.ts';

/** Jobs deleted in one transaction: bounds how long their locks are held. */
const PAGE = 200;
/** From so many nominal times on they are not counted but accounted. */
const MANY_DUES = 100;

/**
 * Deletes many jobs, each for itself, as `deleteJob` does one. Needs no Temporal. Returns why the others could not be
 * deleted, by id: JOB_NOT_FOUND, FORBIDDEN.
 */
export async function deleteJobs(
  ctx: VerbContext,
  jobIds: readonly string[],
  reason?: string,
): Promise<{ deleted: number; refused: Map<string, DomainError> }> {
  const refused = new Map<string, DomainError>();
  const ids = [...new Set(jobIds)];
  let deleted = 0;
  for (let i = 0; i < ids.length; i += PAGE) {
    const page = ids.slice(i, i + PAGE);
    const done = await inTransaction(ctx.db, (tx) => deletePage(tx, ctx, page, reason ?? null));
    for (const [id, error] of done.refused) refused.set(id, error);
    deleted += done.deleted;
    for (const id of done.related) {
      const error = await refusalOf(() => deleteJob(ctx, { job: { id, shown: id }, reason }));
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
  reason: string | null,
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
  const leaving: Deletable[] = [];
  const now = ctx.now();
  for (const id of ids) {
    const deletable = found.get(id);
    const job = deletable?.stored.job;
    if (deletable === undefined || job === undefined) refused.push([id, jobNotFound({ id, shown: id })]);
    else if (deletable.hasChildren || isGated(job)) related.push(id);
    else {
      const error = await refusalOf(() => requireAdminFor(ctx.actor, job.action));
      if (error !== null) refused.push([id, error]);
      else leaving.push(deletable);
    }
  }
  await closeAccounts(tx, ctx, leaving, now);
  const { subject, face, correlationId } = ctx.actor;
  const buried = leaving.map(({ stored: { job } }): Job => {
    const counted = { revision: job.revision + 1, specRevision: job.specRevision + 1 };
    return { ...job, ...counted, updatedBy: subject, updatedAt: now };
  });
  const clocks = await buryJobs(tx, buried, (job) => ({
    actor: subject,
    face,
    action: 'job.delete',
    jobId: job.id,
    executionId: null,
    before: {},
    after: {},
    reason,
    correlationId,
  }));
  return { deleted: buried.length, refused, related, clocks };
}

/**
 * What was due and has not fired gets its rows; what was to be skipped later is taken back. Whose ledger holds every
 * nominal time already, as it mostly does, is found with one query for all.
 */
async function closeAccounts(tx: Tx, ctx: VerbContext, deletable: readonly Deletable[], now: Instant): Promise<void> {
  const due = deletable.flatMap(({ stored: { job }, verifiedUntil: from }) => {
    const dues = isFiring(job) && from < now ? fireTimesUntil(job.schedule, from, now, MANY_DUES).length : 0;
    return dues === 0 ? [] : [{ job, jobId: job.id, from, until: now, dues }];
  });
  const recorded = due.length === 0 ? new Map<string, number>() : await ledgerCounts(tx, due);
  for (const { job, dues } of due) {
    if (dues < MANY_DUES && recorded.get(job.id) === dues) continue;
    await accountUntil(tx, job, { until: now, reason: 'job_deleted', newId: () => ctx.ids.next() });
  }
  for (const { stored } of deletable) if (stored.skippedUntil !== null) await withdrawSkips(tx, stored.job, now);
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
