import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ReviewConnection } from '../worker/reviews/connection.ts';
import { openReviews } from '../worker/reviews/open-reviews.ts';
import { loadConfig } from './config.ts';
import { readEnvironment, type Environment } from './env.ts';
import { openHome, savedPorts } from './home.ts';
import { postgresUrl } from './postgres/postgres-connect.ts';
import { POSTGRES_USER, postgresPassword } from './postgres/postgres-data.ts';
import { VARIABLE_NAMES } from './variables.ts';

const TEST_MS = 20_000;
/** As the embedded start calls it. */
const DATABASE = 'almanac';

/** The command `connections`: what reviews may read, and whether each can be read now. 0 where all can. */
export async function runConnections(
  say: (line: string) => void,
  environment: Environment = readEnvironment(VARIABLE_NAMES),
): Promise<number> {
  const config = loadConfig(withDatabase(environment), { api: false, worker: false });
  const connections = config.actions.reviewConnections;
  const tested = await Promise.all(connections.map(async (connection) => test(connection, connections)));
  for (const { line } of tested) say(line);
  return tested.every(({ works }) => works) ? 0 : 1;
}

/** Without `DATABASE_URL`: the database of the embedded start, where there is one. */
function withDatabase(environment: Environment): Environment {
  const { values } = environment;
  const folder = resolve(values['ALMANAC_HOME'] ?? '.almanac');
  if (values['DATABASE_URL'] !== undefined || !existsSync(join(folder, 'postgres-password'))) return environment;
  const port = savedPorts(openHome(folder))['postgres'];
  if (port === undefined) return environment;
  const address = { port, user: POSTGRES_USER, password: postgresPassword(folder), database: DATABASE };
  return { ...environment, values: { ...values, ALMANAC_MODE: 'embedded', DATABASE_URL: postgresUrl(address) } };
}

async function test(
  { id, name }: ReviewConnection,
  connections: readonly ReviewConnection[],
): Promise<{ line: string; works: boolean }> {
  const about = `${String(id).padStart(4)}  ${name}: `;
  try {
    const told = await openReviews(connections).within(id, TEST_MS, new AbortController().signal, (database) => {
      const { database: on, version, role, lacking } = database;
      const missing = lacking.map(({ what, sql }) => `\n      ${what.en}${sql === null ? '' : `\n${sql}`}`);
      return Promise.resolve(`works: PostgreSQL ${version}, database ${on}, read as ${role}${missing.join('')}`);
    });
    return { line: `${about}${told}`, works: true };
  } catch (error) {
    return { line: `${about}${error instanceof Error ? error.message : String(error)}`, works: false };
  }
}
