import { sql, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';

const MARK = /^\s*\/\* prepared: (\w+) \*\//;

/**
 * Begins a statement that each connection parses and plans once only: for those that run at every fire, where that is
 * a sixth of their cost. The text must always be the same for a `name`, and one plan must fit all its parameters.
 */
export function prepared(name: string) {
  return sql.raw(`/* prepared: ${name} */`);
}

/** The pool as Kysely uses it; what begins with `prepared` goes to Postgres as a statement of that name. */
export function withPrepared(pool: pg.Pool): PostgresPool {
  return {
    connect: async () => named(await pool.connect()),
    end: () => pool.end(),
  };
}

function named(client: pg.PoolClient): PostgresPoolClient {
  const query = (text: string, values: unknown[]) => {
    const name = MARK.exec(text)?.[1];
    return client.query(name === undefined ? { text, values } : { name, text, values });
  };
  // Kysely's type has a second form, for cursors, which nobody uses here.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release() };
}
