import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface PostgresAddress {
  port: number;
  user: string;
  password: string;
  database: string;
}

export function postgresUrl(address: PostgresAddress): string {
  const { user, password, port, database } = address;
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Connects once, within `withinMs`, and runs `use`; the connection is closed in any case. */
export async function withConnection<T>(
  url: string,
  use: (client: pg.Client) => Promise<T>,
  withinMs = 5_000,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: withinMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Resolves when the server answers; `check` throws when waiting has become pointless. */
export async function answeringPostgres(url: string, check: () => void): Promise<void> {
  for (;;) {
    check();
    try {
      return await withConnection(url, async (client) => void (await client.query('select 1')));
    } catch (error) {
      if (isWrongPassword(error)) throw wrongPassword();
      await sleep(30);
    }
  }
}

/** It has answered before: it is only slow then. */
const SLOW_ANSWER_MS = 30_000;

/** Creates the database unless it is there. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const create = async (client: pg.Client) => {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  };
  await withConnection(serverUrl, create, SLOW_ANSWER_MS);
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '28P01';
}

function wrongPassword(): Error {
  return new Error(
    'the embedded Postgres refuses the password that stands in the home folder (postgres-password): ' +
      'restore that file, or delete the home folder to begin anew',
  );
}
