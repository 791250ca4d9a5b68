import { sql, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';

const MARK = /^\s*\/\* prepared: (\w+) \*\//;

/**
 * Begins a statement that each connection parses and plans once only: for those that run at every fire or run, where that
 * is a sixth of their cost or more. The text must always be the same for a `name`, and one plan must fit all its parameters.
 */
export function prepared(name: string) {
  return sql.raw(`/* prepared: ${name} */`);
}

/** Hears how long a statement of a name took, whatever came of it. Called at every fire: it must only count. */
export type OnStatement = (name: string, tookMs: number) => void;

/** The pool as Kysely uses it; what begins with `prepared` goes to Postgres as a statement of that name. */
export function withPrepared(pool: pg.Pool, onStatement?: OnStatement): PostgresPool {
  return {
    connect: async () => named(await pool.connect(), onStatement),
    end: () => pool.end(),
  };
}

function named(client: pg.PoolClient, onStatement: OnStatement | undefined): PostgresPoolClient {
  const query = (text: string, values: unknown[]) => {
    const name = MARK.exec(text)?.[1];
    if (name === undefined) return client.query({ text, values });
    const beganMs = performance.now();
    const answer = client.query({ name, text, values });
    return onStatement === undefined ? answer : answer.finally(() => onStatement(name, performance.now() - beganMs));
  };
  // Kysely's type has a second form, for cursors, which nobody uses here.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release() };
}
