import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import { notifyJobs } from '../events.ts';
import { auditRow, type AuditEntry } from './audit.ts';
import { AUDIT_COLUMNS, insertAll, REVISION_COLUMNS } from './insert-all.ts';
import { revisionRow } from './job-writes.ts';
import { STORED_JOB, storedJobOf, type StateColumns, type StoredJob } from './jobs.ts';
import type { JobRow } from '../schema.ts';

/** A job about to be deleted among others. */
export interface Deletable {
  readonly stored: StoredJob;
  /** Up to here its schedule was held against the ledger. */
  readonly verifiedUntil: Instant;
  /** Whether other jobs wait for it, or may. */
  readonly hasChildren: boolean;
}

/** Those of these jobs that stand, by id. The caller holds their locks. */
export async function readDeletable(tx: Tx, face: string, jobIds: readonly string[]): Promise<Map<string, Deletable>> {
  const { rows } = await sql<JobRow & StateColumns & { verified_until: Instant; has_children: boolean }>`
    select ${STORED_JOB}, s.verified_until, s.has_children from job j join job_state s on s.job_id = j.id
    where j.id = any(${[...jobIds]}::uuid[]) and j.face = ${face} and j.deleted_at is null`.execute(tx);
  return new Map(
    rows.map((row) => [
      row.id,
      { stored: storedJobOf(row), verifiedUntil: row.verified_until, hasChildren: row.has_children },
    ]),
  );
}

/**
 * Buries jobs, as they are given: tombstones with revisions and audit, and their seats freed. The caller holds their
 * locks and has accounted their schedules. Returns the clocks to poke after the commit, each with its jobs.
 */
export async function buryJobs(
  tx: Tx,
  jobs: readonly Job[],
  auditOf: (job: Job) => AuditEntry,
): Promise<Map<string, string[]>> {
  if (jobs.length === 0) return new Map();
  const ids = jobs.map(({ id }) => id);
  const rows = sql`unnest(${ids}::uuid[], ${jobs.map((job) => job.revision)}::int[],
    ${jobs.map((job) => job.specRevision)}::int[], ${jobs.map((job) => job.updatedBy)}::text[],
    ${jobs.map((job) => new Date(job.updatedAt).toISOString())}::timestamptz[])
    as t (id, revision, spec_revision, updated_by, at)`;
  const revisions = jobs.map((job) => revisionRow(job, 'deleted', auditOf(job)));
  await insertAll('job_revision', REVISION_COLUMNS, revisions).execute(tx);
  const audits = jobs.map((job) => auditRow(auditOf(job)));
  await insertAll('audit', AUDIT_COLUMNS, audits).execute(tx);
  await sql`update job j set deleted_at = t.at, updated_at = t.at, updated_by = t.updated_by, revision = t.revision,
    spec_revision = t.spec_revision, disabled_by_bulk = null from ${rows} where j.id = t.id`.execute(tx);
  await notifyJobs(tx, ids, 'deleted');
  return leaveSeats(tx, ids);
}

async function leaveSeats(tx: Tx, jobIds: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ clock_id: string; job_ids: string[] }>`
    with seated as (select job_id, clock_id from job_state where job_id = any(${[...jobIds]}::uuid[])
        and clock_id is not null),
      freed as (update job_state s set clock_id = null, next_due = null from seated where s.job_id = seated.job_id),
      left_by as (select clock_id, count(*) as jobs, array_agg(job_id::text) as job_ids from seated group by clock_id)
    update clock c set seats = c.seats - left_by.jobs, dirty_since = now() from left_by where c.id = left_by.clock_id
    returning c.id as clock_id, left_by.job_ids`.execute(tx);
  return new Map(rows.map((row) => [row.clock_id, row.job_ids]));
}
