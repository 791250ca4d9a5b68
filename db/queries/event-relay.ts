import { inTransaction, sql, type Db, type Tx } from '../connect.ts';

/**
 * Runs `work` with the mark of a relay while holding its row, and stores what it resolves with. Resolves with false, at
 * once, when another process holds the row; when this process dies, Postgres gives it back.
 */
export function advanceRelay(db: Db, name: string, work: (mark: string | null) => Promise<string>): Promise<boolean> {
  const advance = async (tx: Tx): Promise<boolean> => {
    const row = (await lockMark(tx, name)) ?? (await firstMark(tx, name));
    if (row === null) return false;
    const mark = await work(row.mark);
    if (mark !== row.mark) {
      await tx
        .updateTable('event_relay')
        .set({ mark, updated_at: sql<Date>`clock_timestamp()` })
        .where('name', '=', name)
        .execute();
    }
    return true;
  };
  // Once only: what `work` told the world is not untold by a rollback.
  return inTransaction(db, advance, 1);
}

interface Marked {
  readonly mark: string | null;
}

async function lockMark(tx: Tx, name: string): Promise<Marked | null> {
  const { rows } = await sql<Marked>`
    select mark from event_relay where name = ${name} for update skip locked`.execute(tx);
  return rows[0] ?? null;
}

/** Null when it is there already, and another holds it. */
async function firstMark(tx: Tx, name: string): Promise<Marked | null> {
  const { rows } = await sql<Marked>`
    insert into event_relay (name) values (${name}) on conflict do nothing returning mark`.execute(tx);
  return rows[0] ?? null;
}
