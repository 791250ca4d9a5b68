import { sql, type Db } from '../connect.ts';

/** Months before and after now that always have a partition of their own. */
const MONTHS_BACK = 1;
const MONTHS_AHEAD = 3;

/** The first instant of the month that lies `offset` months from the one of `now`, UTC. */
function monthStart(now: number, offset: number): Date {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1));
}

function partitionName(start: Date): string {
  return `execution_${start.toISOString().slice(0, 7).replace('-', '_')}`;
}

/**
 * Makes the monthly partitions around now. What already lies in the default partition for a month is moved into it, in
 * the same transaction. Returns the names made. Idempotent; one process at a time.
 */
export async function ensurePartitions(db: Db, now: number): Promise<string[]> {
  const made: string[] = [];
  for (let offset = -MONTHS_BACK; offset <= MONTHS_AHEAD; offset += 1) {
    const [from, to] = [monthStart(now, offset), monthStart(now, offset + 1)];
    const name = partitionName(from);
    const { rows } = await sql<{ found: string | null }>`select to_regclass(${name})::text as found`.execute(db);
    if (rows[0]?.found != null) continue;
    await db.transaction().execute(async (tx) => {
      // One process at a time, and nobody else while rows move: statements wait, then find them. Less would be raised by
      // "attach" and lock up with claims; an advisory lock lets a session trust its catalogue cache, which is stale.
      await sql`lock table execution in access exclusive mode`.execute(tx);
      const again = await sql<{ found: string | null }>`select to_regclass(${name})::text as found`.execute(tx);
      if (again.rows[0]?.found != null) return;
      const table = sql.id(name);
      const range = sql`due_at >= ${from} and due_at < ${to}`;
      await sql`create table ${table} (like execution including defaults)`.execute(tx);
      await sql`with moved as (delete from execution_default where ${range} returning *)
        insert into ${table} select * from moved`.execute(tx);
      await sql`alter table execution attach partition ${table}
        for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(tx);
      made.push(name);
    });
  }
  return made;
}

/** Drops whole partitions that lie before `before`. Returns the names dropped. */
export async function dropPartitions(db: Db, before: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select c.relname as name from pg_inherits i
    join pg_class c on c.oid = i.inhrelid where i.inhparent = 'execution'::regclass and c.relname <> 'execution_default'
    order by c.relname`.execute(db);
  const oldest = partitionName(monthStart(before, 0));
  const old = rows.map((r) => r.name).filter((name) => name < oldest);
  for (const name of old) await sql`drop table ${sql.id(name)}`.execute(db);
  return old;
}
