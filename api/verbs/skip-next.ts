import { inTransaction } from '../../db/connect.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { lockJob } from '../../db/queries/job-writes.ts';
import type { JobKey, StoredJob } from '../../db/queries/jobs.ts';
import { insertSkip, skippedTimes } from '../../db/queries/skips.ts';
import { DomainError } from '../../domain/errors.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import { fireAt } from '../../domain/schedules/jitter.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { requireAdminFor } from './require-admin.ts';

export interface SkippedFire {
  readonly job: Job;
  readonly executionId: string;
  /** The nominal time that will not run. */
  readonly dueAt: Instant;
  /** The first one after it that will, as things stand; null when there is none. */
  readonly nextAt: Instant | null;
}

/**
 * Skips the next fire that would run: its ledger row is written now, as `skipped (skip_next)`. Asked again, it skips the
 * one after. Needs no Temporal. Throws JOB_NOT_FOUND, FORBIDDEN, JOB_DISABLED, and INVALID_INPUT when nothing comes.
 */
export async function skipNext(
  ctx: VerbContext,
  input: { job: JobKey; reason?: string | undefined },
): Promise<SkippedFire> {
  const { actor } = ctx;
  const executionId = ctx.ids.next();
  return inTransaction(ctx.db, async (tx) => {
    const stored = await lockJob(tx, actor.face, input.job);
    if (stored === null) throw jobNotFound(input.job);
    const { job } = stored;
    requireAdminFor(actor, job.action);
    if (!isFiring(job)) {
      const message = 'The job is not firing, so there is nothing to skip. Enable or resume it first.';
      throw new DomainError('JOB_DISABLED', message, { disabled_reason: job.disabledReason });
    }
    const now = ctx.now();
    const skipped = new Set(await skippedTimes(tx, job.id, stored.accountedUntil));
    const dueAt = nextComing(stored, now, skipped);
    if (dueAt === null)
      throw new DomainError('INVALID_INPUT', 'The schedule has no further fire that could be skipped.');
    if (!(await insertSkip(tx, job, { id: executionId, dueAt, now }))) {
      throw new Error(`The ledger has a row for ${new Date(dueAt).toISOString()} that was not accounted for`);
    }
    await writeAudit(tx, {
      actor: actor.subject,
      face: actor.face,
      action: 'job.skip_next',
      jobId: job.id,
      executionId,
      before: null,
      after: { dueAt },
      reason: input.reason ?? null,
      correlationId: actor.correlationId,
    });
    return { job, executionId, dueAt, nextAt: nextComing(stored, now, new Set([...skipped, dueAt])) };
  });
}

/** The first nominal time that is neither claimed nor skipped, and whose fire (late by its jitter) is still to come. */
function nextComing({ job, accountedUntil }: StoredJob, now: Instant, skipped: ReadonlySet<Instant>): Instant | null {
  let due = nextAfter(job.schedule, Math.max(accountedUntil, now - longestDelayMs(job)));
  while (due !== null && (skipped.has(due) || fireAt(job.schedule, due, job.id) <= now)) {
    due = nextAfter(job.schedule, due);
  }
  return due;
}

/** Jitter stays below the interval. */
function longestDelayMs({ schedule }: Job): number {
  return schedule.kind === 'interval' && schedule.jitterPercentage > 0 ? schedule.everySeconds * 1000 : 0;
}
