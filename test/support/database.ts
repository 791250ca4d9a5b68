import type pg from 'pg';
import { connect, type Db } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { createDatabase } from './servers.ts';

export interface TestDatabase {
  readonly db: Db;
  readonly pool: pg.Pool;
  readonly url: string;
  /** Another pool on the same database, as another process would have; closed with it. */
  another(): Db;
  close(): Promise<void>;
}

/** A migrated database of its own. */
export async function openDatabase(now = Date.now()): Promise<TestDatabase> {
  const url = await createDatabase();
  const open = () =>
    connect({ url, max: 15, applicationName: 'test', statementTimeoutMs: 60_000, onError: () => undefined });
  const { db, pool } = open();
  await migrate(db, now);
  const others: Db[] = [];
  return {
    db,
    pool,
    url,
    another() {
      const other = open().db;
      others.push(other);
      return other;
    },
    async close() {
      await Promise.all([db, ...others].map((each) => each.destroy()));
    },
  };
}
