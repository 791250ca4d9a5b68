import { isFiring, type Job } from '../../domain/job.ts';
import type { EndReason, ExecutionState } from '../../domain/execution.ts';
import { fireTimesUntil } from '../../domain/schedules/index.ts';
import { fireAt } from '../../domain/schedules/jitter.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import { countEnds } from './ends.ts';
import { insertScheduled, type LedgerRow } from './ledger-rows.ts';

/** Ledger rows written in one statement. */
const PAGE = 1000;

/**
 * Accounts a job's schedule, as it stands, up to `until` (DESIGN section 3, "Accounting"): every nominal time that has
 * no row yet gets one, `missed` where the grace was over, else `skipped` with `reason`. Moves both watermarks.
 * Called under the lock of the job's `job_state` row, before its schedule, pause or enabled state changes.
 */
export async function accountUntil(
  tx: Tx,
  job: Job,
  account: { until: Instant; reason: EndReason; newId: () => string },
): Promise<void> {
  const state = await tx
    .selectFrom('job_state')
    .select('verified_until')
    .where('job_id', '=', job.id)
    .executeTakeFirstOrThrow();
  let from = Math.min(state.verified_until, account.until);
  while (isFiring(job) && from < account.until) {
    const dues = fireTimesUntil(job.schedule, from, account.until, PAGE);
    await recordUnfired(tx, job, dues, {
      ...account,
      missedBefore: account.until - job.policy.misfireGraceSeconds * 1000,
    });
    if (dues.length < PAGE) break;
    from = dues.at(-1) ?? account.until;
  }
  await moveWatermarks(tx, job.id, account.until);
}

/**
 * Writes rows for nominal times that did not fire and have none yet: `missed` when they were to happen before
 * `missedBefore`, else `skipped` with `reason`. Returns how many were new. The caller holds the job's lock.
 */
export async function recordUnfired(
  tx: Tx,
  job: Job,
  dues: readonly Instant[],
  account: { missedBefore: Instant; reason: EndReason; newId: () => string; until: Instant },
): Promise<number> {
  const rows = dues.map((dueAt): LedgerRow => {
    const late = fireAt(job.schedule, dueAt, job.id) < account.missedBefore;
    return {
      id: account.newId(),
      jobId: job.id,
      face: job.face,
      dueAt,
      state: late ? 'missed' : account.reason === 'not_recorded' ? 'missed' : 'skipped',
      reason: late ? 'beyond_grace' : account.reason,
      jobRevision: job.revision,
      claimedBy: null,
      workflowId: null,
      groupId: null,
    };
  });
  const written = await insertScheduled(tx, rows, 0);
  await countEnds(
    tx,
    rows
      .filter((r) => written.has(r.id))
      .map((r) => ({
        executionId: r.id,
        jobId: r.jobId,
        face: r.face,
        kind: job.schedule.kind,
        state: r.state satisfies ExecutionState,
        reason: r.reason,
        dueAt: r.dueAt,
        startedAt: null,
        endedAt: account.until,
        durationMs: null,
        latenessMs: null,
        error: null,
      })),
  );
  return written.size;
}

/** Both watermarks forward, never back. */
async function moveWatermarks(tx: Tx, jobId: string, until: Instant): Promise<void> {
  const at = new Date(until);
  await sql`update job_state set accounted_until = greatest(accounted_until, ${at}),
    verified_until = greatest(verified_until, ${at}) where job_id = ${jobId}`.execute(tx);
}
