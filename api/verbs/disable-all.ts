import { inTransaction, type Tx } from '../../db/connect.ts';
import { accountUntil } from '../../db/queries/accounting.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { adoptDisabled, jobsToDisable } from '../../db/queries/bulk-disabled.ts';
import { insertBulk } from '../../db/queries/bulks.ts';
import { lockJobs, readJobs } from '../../db/queries/claims.ts';
import { disableByService } from '../../db/queries/disable.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { pokeClocks } from './clock-seat.ts';
import type { VerbContext } from './context.ts';

/** Jobs disabled in one transaction: bounds how long their locks are held. */
const PAGE = 100;
const MINUTE_MS = 60_000;

export interface DisableAllInput {
  readonly reason: string | null;
  /** After so long they are enabled again; null: only by hand. */
  readonly durationMinutes: number | null;
}

/**
 * Disables all jobs of the face, page by page in id order. With a duration, a durable timer enables again what this call
 * disabled, and nothing else (DECISIONS section 3); of two calls the later end counts. Needs no Temporal:
 * the timer is recorded first, and the housekeeper starts it where it could not be started at once.
 */
export async function disableAll(
  ctx: VerbContext,
  input: DisableAllInput,
): Promise<{ bulkId: string; disabled: number; resumeAt: Instant | null }> {
  const { face, subject, correlationId } = ctx.actor;
  const at = ctx.now();
  const resumeAt = input.durationMinutes === null ? null : at + input.durationMinutes * MINUTE_MS;
  const bulkId = await inTransaction(ctx.db, async (tx) => {
    const finishedAt = resumeAt === null ? at : null;
    const id = await insertBulk(tx, { kind: 'disable', face, startedBy: subject, at, resumeAt, finishedAt });
    await writeAudit(tx, {
      actor: subject,
      face,
      action: 'jobs.disable_all',
      jobId: null,
      executionId: null,
      before: null,
      after: { bulk: id, duration_minutes: input.durationMinutes },
      reason: input.reason,
      correlationId,
    });
    return id;
  });
  let disabled = 0;
  for (let after: string | null = null; ;) {
    const jobIds = await jobsToDisable(ctx.db, face, after, PAGE);
    after = jobIds.at(-1) ?? null;
    if (after === null) break;
    const bulk = { bulkId, resumeAt, reason: input.reason };
    const page = await inTransaction(ctx.db, (tx) => disablePage(tx, ctx, jobIds, bulk));
    disabled += page.disabled;
    for (const [clockId, ids] of page.clocks) pokeClocks(ctx, [clockId], ids);
  }
  if (resumeAt !== null) {
    await ctx.engine.startTimedResume({ bulkId, at: resumeAt }).catch((error: unknown) => {
      ctx.log.warn(
        { error, bulkId },
        'The timer of a bulk operation could not be started; the housekeeper will start it',
      );
    });
  }
  return { bulkId, disabled, resumeAt };
}

async function disablePage(
  tx: Tx,
  ctx: VerbContext,
  jobIds: readonly string[],
  bulk: { bulkId: string; resumeAt: Instant | null; reason: string | null },
): Promise<{ disabled: number; clocks: Map<string, string[]> }> {
  await lockJobs(tx, jobIds);
  const jobs = (await readJobs(tx, jobIds)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const clocks = new Map<string, string[]>();
  const enabled = jobs.filter((job) => job.enabled);
  const at = ctx.now();
  const { subject, correlationId } = ctx.actor;
  for (const job of enabled) {
    await accountUntil(tx, job, { until: at, reason: 'job_disabled', newId: () => ctx.ids.next() });
    const { reason } = bulk;
    const clockId = await disableByService(tx, job, { by: subject, disabledBy: 'bulk', reason, at, correlationId });
    if (clockId !== null) clocks.set(clockId, [...(clocks.get(clockId) ?? []), job.id]);
  }
  await adoptDisabled(tx, jobIds, bulk);
  return { disabled: enabled.length, clocks };
}
