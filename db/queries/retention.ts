import { sql, type Db } from '../connect.ts';

/** Rows deleted in one transaction. */
const BATCH = 5_000;

/**
 * Deletes executions that have ended and were due before `before`, of one face or of all, in bounded batches; roll-ups
 * outlive them. `beat` is called after each batch with the number that went so far. Returns how many went.
 */
export async function purgeExecutions(
  db: Db,
  { before, face }: { before: number; face?: string },
  beat: (soFar: number) => void,
): Promise<number> {
  const ofFace = face === undefined ? sql`true` : sql`face = ${face}`;
  let purged = 0;
  for (;;) {
    const result = await sql`delete from execution where (id, due_at) in (select id, due_at from execution
      where due_at < ${new Date(before)} and ${ofFace} and state not in ('queued', 'waiting', 'running')
      limit ${BATCH})`.execute(db);
    const count = Number(result.numAffectedRows ?? 0n);
    purged += count;
    beat(purged);
    if (count < BATCH) return purged;
  }
}

/**
 * Deletes what is older than `before`, in bounded batches: executions that have ended, audit lines, bulk operations that
 * are done, and deleted jobs without executions. `beat` is called after each batch. Returns how many executions went.
 */
export async function purgeBefore(db: Db, before: number, beat: () => void): Promise<number> {
  const at = new Date(before);
  const purged = await purgeExecutions(db, { before }, beat);
  await sql`delete from audit where at < ${at}`.execute(db);
  await sql`delete from bulk where at < ${at} and finished_at is not null`.execute(db);
  await sql`delete from job j where j.deleted_at < ${at}
    and not exists (select 1 from execution e where e.job_id = j.id)`.execute(db);
  return purged;
}
