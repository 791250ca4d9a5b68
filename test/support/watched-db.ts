import { Kysely, PostgresDialect, type CompiledQuery } from 'kysely';
import pg from 'pg';
import type { Db } from '../../db/connect.ts';
import type { Database } from '../../db/schema.ts';

/** A database whose queries are looked at: how many rows their plans touch. Counts come as text here. */
export interface WatchedDb {
  readonly db: Db;
  /** How many rows what `ask` asks the database touches, in all nodes of its plans. */
  rowsTouchedBy(ask: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

export function watchDatabase(url: string): WatchedDb {
  const asked: CompiledQuery[] = [];
  const db: Db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
    log: (event) => void asked.push(event.query),
  });
  return {
    db,
    async rowsTouchedBy(ask) {
      asked.length = 0;
      await ask();
      let touched = 0;
      for (const query of [...asked]) {
        const explain = { ...query, sql: `explain (analyze, format json) ${query.sql}` };
        const { rows } = await db.executeQuery<{ 'QUERY PLAN': { Plan: Plan }[] }>(explain);
        touched += rowsIn(rows[0]?.['QUERY PLAN'][0]?.Plan);
      }
      return touched;
    },
    close: () => db.destroy(),
  };
}

interface Plan {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

function rowsIn(plan: Plan | undefined): number {
  if (plan === undefined) return 0;
  const own = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  return (plan.Plans ?? []).reduce((sum, inner) => sum + rowsIn(inner), own);
}
