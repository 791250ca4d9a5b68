import { inTransaction, type Tx } from '../../db/connect.ts';
import { accountUntil } from '../../db/queries/accounting.ts';
import type { JobKey, StoredJob } from '../../db/queries/jobs.ts';
import { lockJob, storeChange } from '../../db/queries/job-writes.ts';
import { withdrawSkips } from '../../db/queries/skips.ts';
import type { Dependency } from '../../domain/dependencies.ts';
import type { EndReason } from '../../domain/execution.ts';
import type { DisabledBy, Job, JobSpec } from '../../domain/job.ts';
import { cleanJson } from '../../domain/json.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { accountableFrom, pokeClocks, reseat } from './clock-seat.ts';
import type { VerbContext } from './context.ts';
import { isSame } from './differences.ts';
import { jobNotFound } from './job-not-found.ts';
import { linkParents } from './link-parents.ts';
import { requireAdminFor } from './require-admin.ts';
import { requireKnown } from './require-known.ts';
import { wakeHeld } from './wake-held.ts';

/** What a change may touch. */
export type JobPatch = Partial<JobSpec> & {
  readonly pausedAt?: Instant | null;
  readonly disabledBy?: DisabledBy | null;
  readonly disabledReason?: string | null;
};

export interface JobChange {
  readonly job: JobKey;
  /** Throws (PRECONDITION_FAILED) where the caller saw another state of the job; asked under the lock. */
  readonly demand?: ((job: Job) => void) | undefined;
  /** For the audit (`job.<verb>`), and in the past tense for the job's history and events. */
  readonly word: readonly [verb: string, done: string];
  readonly reason?: string | undefined;
  /** Why nominal times up to now that have not fired yet are skipped. */
  readonly endReason: EndReason;
  /** Takes locks that the change needs beside the job's own, before that one. */
  readonly prepare?: (tx: Tx) => Promise<void>;
  /** What the job becomes. Pure: asked under the lock, and again when the transaction must be retried. */
  patch(job: Job): JobPatch;
  /** Throws where what the job becomes is not admitted; asked under the lock, only when something changes. */
  readonly admit?: (tx: Tx, changed: Job, before: StoredJob) => Promise<void>;
}

export interface ChangedJob {
  readonly before: StoredJob;
  readonly after: StoredJob;
  readonly changed: boolean;
}

/**
 * Changes a job, the one way for all verbs (DESIGN sections 3 and 4): one transaction under the job's lock accounts the
 * old schedule, stores row, revision and audit, and moves the seat; the clocks are poked after the commit.
 * Throws JOB_NOT_FOUND, FORBIDDEN, what `demand` throws. A patch that changes nothing stores nothing.
 */
export async function changeJob(ctx: VerbContext, change: JobChange): Promise<ChangedJob> {
  const { done, clocks } = await inTransaction(ctx.db, (tx) => changeLocked(tx, ctx, change));
  pokeClocks(ctx, clocks, [done.after.job.id]);
  const isFree = change.word[1] === 'deleted' || !isSame(parentsOf(done.before.job), parentsOf(done.after.job));
  if (isFree) wakeHeld(ctx, [done.after.job.id]);
  return done;
}

/** The same within a transaction of the caller's, who pokes the clocks after the commit. */
export async function changeLocked(
  tx: Tx,
  ctx: VerbContext,
  change: JobChange,
): Promise<{ done: ChangedJob; clocks: string[] }> {
  await change.prepare?.(tx);
  const before = await lockJob(tx, ctx.actor.face, change.job);
  if (before === null) throw jobNotFound(change.job);
  const old = before.job;
  change.demand?.(old);
  const patched: Job = { ...old, ...cleanJson(change.patch(old)) };
  requireAdminFor(ctx.actor, old.action, patched.action);
  if (!isSame(old.action, patched.action)) await requireKnown(tx, patched.action, ctx.limits);
  const deleting = change.word[1] === 'deleted';
  if (!deleting && isSame(patched, old)) return { done: { before, after: before, changed: false }, clocks: [] };

  await change.admit?.(tx, patched, before);

  const now = ctx.now();
  const specChanged = deleting || SPEC_FIELDS.some((field) => !isSame(old[field], patched[field]));
  let { accountedUntil, skippedUntil } = before;
  if (specChanged) {
    const until = accountableFrom(patched.schedule, now, old.schedule);
    await accountUntil(tx, old, { until, reason: change.endReason, newId: () => ctx.ids.next() });
    accountedUntil = Math.max(accountedUntil, until);
    if (deleting || !isSame(old.schedule, patched.schedule)) {
      await withdrawSkips(tx, old, until);
      skippedUntil = null;
    }
  }
  const job: Job = {
    ...patched,
    revision: old.revision + 1,
    specRevision: old.specRevision + (specChanged ? 1 : 0),
    updatedBy: ctx.actor.subject,
    updatedAt: now,
  };
  await storeChange(tx, job, change.word[1], {
    actor: ctx.actor.subject,
    roles: ctx.actor.roles,
    face: ctx.actor.face,
    action: `job.${change.word[0]}`,
    jobId: job.id,
    executionId: null,
    ...difference(old, job),
    reason: change.reason ?? null,
    correlationId: ctx.actor.correlationId,
  });
  const parents = deleting ? [] : parentsOf(job);
  if (!isSame(parentsOf(old), parents)) await linkParents(tx, ctx, job, parents);
  const seating = { job: deleting ? { ...job, enabled: false } : job, accountedUntil, specChanged };
  const clocks = await reseat(tx, ctx, before, seating);
  return {
    done: { before, after: { ...before, job, accountedUntil, skippedUntil: skippedUntil ?? null }, changed: true },
    clocks,
  };
}

/** What a claim checks by `specRevision` (DESIGN section 3, "Accounting"). */
const SPEC_FIELDS = ['schedule', 'enabled', 'pausedAt'] as const;

function parentsOf(job: Job): readonly Dependency[] {
  return job.dependencies ?? [];
}

/** The fields that differ, before and after: what the audit keeps of a change. */
function difference(before: Job, after: Job): { before: Partial<Job>; after: Partial<Job> } {
  const names = (Object.keys(after) as (keyof Job)[]).filter((name) => !isSame(before[name], after[name]));
  const pick = (job: Job) => Object.fromEntries(names.map((name) => [name, job[name]])) as Partial<Job>;
  return { before: pick(before), after: pick(after) };
}
