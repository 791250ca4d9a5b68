import { inTransaction, sql, type Db, type Tx } from '../connect.ts';

/**
 * Runs `work` with the mark of a relay while holding its row, and stores what it resolves with. Resolves with false, at
 * once, when another process holds the row; when this process dies, Postgres gives it back.
 */
export function advanceRelay(db: Db, name: string, work: (mark: string | null) => Promise<string>): Promise<boolean> {
  const advance = async (tx: Tx): Promise<boolean> => {
    const { rows } = await sql<{ mark: string | null }>`
      select mark from event_relay where name = ${name} for update skip locked`.execute(tx);
    const [row] = rows;
    if (row === undefined) return false;
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
