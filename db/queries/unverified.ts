import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import { jobOf } from './job-row.ts';

/** A firing job and the stretch of its schedule that was handed out but not yet held against the ledger. */
export interface Unverified {
  readonly job: Job;
  readonly from: Instant;
  readonly accountedUntil: Instant;
}

/** Firing jobs with something to verify, by id after `afterId`: a page of a walk over all. */
export async function unverifiedJobs(db: Executor, afterId: string | null, limit: number): Promise<Unverified[]> {
  const { rows } = await sql<JobRow & { verified_until: Instant; accounted_until: Instant }>`
    select j.*, s.verified_until, s.accounted_until from job_state s join job j on j.id = s.job_id
    where (${afterId}::uuid is null or s.job_id > ${afterId}::uuid) and s.accounted_until > s.verified_until
      and j.enabled and j.paused_at is null and j.deleted_at is null
    order by s.job_id limit ${limit}`.execute(db);
  return rows.map((row) => ({ job: jobOf(row), from: row.verified_until, accountedUntil: row.accounted_until }));
}

/** How many scheduled fires of each job stand in the ledger within `(from, until]`. */
export async function ledgerCounts(
  db: Executor,
  stretches: readonly { jobId: string; from: Instant; until: Instant }[],
): Promise<Map<string, number>> {
  const time = (instant: Instant) => new Date(instant).toISOString();
  const { rows } = await sql<{ job_id: string; count: number }>`
    select t.job_id, (select count(*) from execution e where e.job_id = t.job_id and e.nonce = 0
      and e.due_at > t.from_at and e.due_at <= t.until_at) as count
    from unnest(${stretches.map((s) => s.jobId)}::uuid[], ${stretches.map((s) => time(s.from))}::timestamptz[],
      ${stretches.map((s) => time(s.until))}::timestamptz[]) as t (job_id, from_at, until_at)`.execute(db);
  return new Map(rows.map((r) => [r.job_id, r.count]));
}

/** The ledger of these jobs has been held against their schedules up to these instants. Never moves back. */
export async function markVerified(
  tx: Tx,
  verified: readonly { jobId: string; specRevision: number; until: Instant }[],
): Promise<void> {
  if (verified.length === 0) return;
  await sql`update job_state s set verified_until = greatest(s.verified_until, t.until_at)
    from unnest(${verified.map((v) => v.jobId)}::uuid[], ${verified.map((v) => v.specRevision)}::int[],
      ${verified.map((v) => new Date(v.until).toISOString())}::timestamptz[]) as t (job_id, spec_revision, until_at)
    join job j on j.id = t.job_id and j.spec_revision = t.spec_revision
    where s.job_id = t.job_id`.execute(tx);
}
