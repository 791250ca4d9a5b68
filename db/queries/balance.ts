import { sql, type Tx } from '../connect.ts';

/**
 * Moves the jobs of the emptiest shared clock onto others with room, when all of them fit: clocks that deletions left
 * half empty cost a timer each. Returns the clocks that changed; all are marked dirty.
 */
export async function mergeEmptiestClock(tx: Tx, capacity: number): Promise<string[]> {
  const { rows } = await sql<{ id: string; seats: number }>`select id, seats from clock
    where shared and seats > 0 order by seats, id for update skip locked`.execute(tx);
  const [emptiest, ...others] = rows;
  if (emptiest === undefined || emptiest.seats > capacity / 4) return [];
  const target = others.filter((c) => c.seats + emptiest.seats <= capacity).at(-1);
  if (target === undefined) return [];
  await sql`select job_id from job_state where clock_id = ${emptiest.id} order by job_id for update`.execute(tx);
  const moved = await sql`update job_state set clock_id = ${target.id} where clock_id = ${emptiest.id}`.execute(tx);
  const count = Number(moved.numAffectedRows ?? 0n);
  await sql`update clock set dirty_since = now(), seats = case id when ${emptiest.id} then 0 else seats + ${count} end
    where id in (${emptiest.id}, ${target.id})`.execute(tx);
  return [emptiest.id, target.id];
}

/** Clocks without jobs that nobody must be told of any more. */
export async function dropEmptyClocks(tx: Tx): Promise<void> {
  await sql`delete from clock c where seats = 0 and dirty_since is null
    and not exists (select 1 from job_state s where s.clock_id = c.id)`.execute(tx);
}
