import { sql, type Executor } from '../connect.ts';

/** Says of a process whether it has begun to take work: console.txt tells `starting` from `running`. */
export async function markStarting(db: Executor, id: string, isStarting: boolean): Promise<void> {
  await sql`update instance set status = ${isStarting ? 'starting' : 'active'}, last_heartbeat = clock_timestamp()
    where id = ${id} and stopped_at is null`.execute(db);
}
