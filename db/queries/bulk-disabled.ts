import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** Jobs that a bulk operation disabled and that nobody has touched since: a page of their ids. */
export async function bulkDisabled(db: Executor, bulkId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from job
    where disabled_by_bulk = ${bulkId} and deleted_at is null order by id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/** These jobs are nobody's to enable again by themselves. */
export async function forgetBulk(tx: Tx, jobIds: readonly string[]): Promise<void> {
  await sql`update job set disabled_by_bulk = null where id = any(${jobIds}::uuid[])`.execute(tx);
}

/** The next jobs of a face, in id order, that are enabled or that another bulk operation holds disabled. */
export async function jobsToDisable(db: Executor, face: Face, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from job
    where face = ${face} and deleted_at is null and (enabled or disabled_by_bulk is not null)
      and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * These disabled jobs are this operation's to enable again: those that were disabled just now, and those of another
 * that is to end sooner. Never those of one without an end. The caller holds the jobs' locks.
 */
export async function adoptDisabled(
  tx: Tx,
  jobIds: readonly string[],
  bulk: { bulkId: string; resumeAt: Instant | null },
): Promise<void> {
  const until = bulk.resumeAt === null ? null : new Date(bulk.resumeAt);
  await sql`update job j set disabled_by_bulk = ${bulk.bulkId}
    where id = any(${jobIds}::uuid[]) and not enabled and disabled_by = 'bulk' and (disabled_by_bulk is null or exists (
      select 1 from bulk b where b.id = j.disabled_by_bulk and b.resume_at is not null
        and (${until}::timestamptz is null or b.resume_at < ${until}::timestamptz)))`.execute(tx);
}
