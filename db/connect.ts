import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { withPrepared, type OnStatement } from './prepared.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
export type Tx = Transaction<Database>;
/** A connection, inside or outside of a transaction. */
export type Executor = Kysely<Database>;

const types = new pg.TypeOverrides();
// bigint: counts and sequences, far below 2^53. timestamptz: milliseconds since the epoch, the domain's Instant.
types.setTypeParser(20, Number);
types.setTypeParser(1184, (text: string) => Date.parse(text));

/** Opens a pool. `statementTimeoutMs` bounds every statement; `onError` hears of idle connections that break. */
export function connect(options: {
  url: string;
  max: number;
  applicationName: string;
  statementTimeoutMs?: number;
  onError: (error: Error) => void;
  /** Hears how long each named statement took. */
  onStatement?: OnStatement;
}): { db: Db; pool: pg.Pool } {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    keepAlive: true,
    types,
  });
  pool.on('error', options.onError);
  hearLent(pool);
  return {
    db: new Kysely<Database>({ dialect: new PostgresDialect({ pool: withPrepared(pool, options.onStatement) }) }),
    pool,
  };
}

/**
 * While a connection is lent nobody else hears that it breaks, and an error that nobody hears ends the process. Its
 * borrower learns of it by its next statement, which rejects.
 */
export function hearLent(pool: pg.Pool): void {
  pool.on('connect', (client) => void client.on('error', () => undefined));
}

/** Deadlocks and serialization failures are retried with the whole transaction (DESIGN section 3, "Claims"). */
const RETRIED = new Set(['40P01', '40001']);

/** Runs a transaction, again when Postgres asks for it. `work` must have no effects beside the database. */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>, tries = 5): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt >= tries || !RETRIED.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

/**
 * Reads by several statements that all see the same instant: what ends meanwhile would be in one and not in the other,
 * or in both. The statements go one after another, over one connection.
 */
export function atOneInstant<T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);
}

/** Classes 22 (data exception), 23 (constraint) and 54 (program limit). */
const VALUE_REFUSED = /^(2[23]|54)/;

/**
 * Whether a value itself is at fault, so that trying again is in vain and only parting a batch helps (DESIGN section 3,
 * "Poison"): Postgres refuses it, or it can't even be written for it (a cycle, a bigint, what is no UUID).
 */
export function isValueRefused(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && VALUE_REFUSED.test(code);
}

/** The time of Postgres: leases are judged by it alone (DESIGN section 3, "Time"). */
export async function databaseNow(db: Executor): Promise<number> {
  const { rows } = await sql<{ now: number }>`select clock_timestamp() as now`.execute(db);
  return rows[0]?.now ?? Number.NaN;
}

export { sql };
