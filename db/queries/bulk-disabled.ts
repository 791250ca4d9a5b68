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
