import { inTransaction } from '../../db/connect.ts';
import { countJobsExclusively, insertJob, type NewJob } from '../../db/queries/job-writes.ts';
import { isGated } from '../../domain/dependencies.ts';
import { DomainError } from '../../domain/errors.ts';
import type { JobSpec } from '../../domain/job.ts';
import { cleanJson } from '../../domain/json.ts';
import { accountableFrom, pokeClocks, seatNewJob } from './clock-seat.ts';
import type { VerbContext } from './context.ts';
import { jobViewOf, type JobView } from './job-view.ts';
import { creatorIsFull, roomOfCreator } from './creator-room.ts';
import { linkParents } from './link-parents.ts';
import { refuseConflicts } from './refuse-conflicts.ts';
import { requireAdminFor } from './require-admin.ts';
import { requireKnown } from './require-known.ts';

export interface NewJobInput {
  readonly spec: JobSpec;
  /** The most jobs that the face may have; 0 or absent: no bound. */
  readonly maxJobs?: number;
  /** Who made it, where that is not the caller itself (commands.txt, X-Created-By). */
  readonly createdBy?: string;
  /** The most jobs that its maker may have; 0 or absent: no bound. */
  readonly maxOfCreator?: number;
}

/**
 * Makes a job, seats it on a clock and ties it to the parents that it names. Throws FORBIDDEN, MAX_JOBS_EXCEEDED,
 * SCHEDULE_CONFLICT, INVALID_INPUT for unknown parents, and ENGINE_UNAVAILABLE before anything is stored.
 */
export async function createJob(ctx: VerbContext, input: NewJobInput): Promise<JobView> {
  const { actor } = ctx;
  const spec = cleanJson(input.spec);
  requireAdminFor(actor, spec.action);
  await requireKnown(ctx.db, spec.action, ctx.limits);
  await ctx.engine.ensureReachable();
  const now = ctx.now();
  const job: NewJob = {
    ...spec,
    id: ctx.ids.next(),
    face: actor.face,
    revision: 1,
    specRevision: 1,
    pausedAt: null,
    disabledBy: spec.enabled ? null : 'user',
    disabledReason: null,
    createdBy: input.createdBy ?? actor.subject,
    createdAt: now,
    updatedBy: input.createdBy ?? actor.subject,
    updatedAt: now,
  };
  const accountedUntil = accountableFrom(job.schedule, now);
  const made = await inTransaction(ctx.db, async (tx) => {
    if (input.maxJobs !== undefined && input.maxJobs > 0)
      await refuseAbove(input.maxJobs, countJobsExclusively(tx, job.face));
    if ((await roomOfCreator(tx, job, input.maxOfCreator)) < 1) throw creatorIsFull(job.createdBy, input.maxOfCreator);
    await refuseConflicts(tx, ctx, { ...job, id: null, averageMs: null });
    const audit = {
      actor: actor.subject,
      roles: actor.roles,
      face: actor.face,
      action: 'job.create',
      jobId: job.id,
      executionId: null,
      before: null,
      after: spec,
      reason: null,
      correlationId: actor.correlationId,
    };
    const inserted = await insertJob(tx, job, { accountedUntil, audit });
    if (isGated(inserted)) await linkParents(tx, ctx, inserted, inserted.dependencies ?? []);
    return { job: inserted, clocks: await seatNewJob(tx, ctx, inserted, accountedUntil) };
  });
  pokeClocks(ctx, made.clocks, [job.id]);
  return jobViewOf({ job: made.job, clockId: made.clocks[0] ?? null, accountedUntil, statistics: NOTHING_YET }, now);
}

async function refuseAbove(maxJobs: number, counting: Promise<number>): Promise<void> {
  const count = await counting;
  if (count < maxJobs) return;
  throw new DomainError(
    'MAX_JOBS_EXCEEDED',
    `There are ${count} jobs and at most ${maxJobs} are allowed. Delete one that is no longer needed, or raise MAX_JOBS.`,
    { max_jobs: maxJobs, current_jobs: count },
  );
}

const NOTHING_YET = {
  total: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  skipped: 0,
  missed: 0,
  durationTotalMs: 0,
  lastStartedAt: null,
  lastEndedAt: null,
  lastDurationMs: null,
  lastState: null,
  lastError: null,
} as const;
