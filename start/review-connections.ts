import { join } from 'node:path';
import type { ReviewConnection } from '../worker/reviews/connection.ts';
import type { Values } from './config.ts';
import { reasonOf, type Environment, type WrongVariable } from './env.ts';
import { reviewAddress } from './structures.ts';

type Entry = Values['REVIEW_CONNECTIONS'][string];

/** The service's own database, unless `REVIEW_CONNECTIONS` gives that id to another (DECISIONS section 5). */
const OWN_ID = '1';

/** The connections with their addresses; what is wrong is named, and never with an address. */
export function reviewConnectionsOf(
  values: Values,
  environment: Environment,
): { connections: ReviewConnection[]; wrong: WrongVariable[] } {
  const wrong: WrongVariable[] = [];
  const given = Object.entries(values.REVIEW_CONNECTIONS).flatMap(([id, entry]): ReviewConnection[] => {
    const address = addressOf(entry, environment);
    if ('fault' in address) {
      wrong.push({ name: 'REVIEW_CONNECTIONS', message: `is wrong: ${id}.${address.fault}` });
      return [];
    }
    const { name, memory_gb: memoryGb = null, cpus = null, log_path: logPath = null } = entry;
    return [{ id: Number(id), name, url: address.url, memoryGb, cpus, logPath }];
  });
  const own = Object.hasOwn(values.REVIEW_CONNECTIONS, OWN_ID) ? [] : [ownConnection(values)];
  return { connections: [...own, ...given].sort((a, b) => a.id - b.id), wrong };
}

function ownConnection({ DATABASE_URL: url, ALMANAC_MODE: mode, ALMANAC_HOME: home }: Values): ReviewConnection {
  const logPath = mode === 'embedded' ? join(home, 'logs', 'postgres.log') : null;
  return { id: Number(OWN_ID), name: 'almanac', url, memoryGb: null, cpus: null, logPath };
}

function addressOf(entry: Entry, environment: Environment): { url: string } | { fault: string } {
  if (entry.url !== undefined) return { url: entry.url };
  const [field, found] =
    entry.url_env === undefined
      ? fromFile(entry.url_file ?? '', environment)
      : fromVariable(entry.url_env, environment.values);
  if (found === null) return { fault: field };
  const parsed = reviewAddress.safeParse(found);
  return parsed.success ? { url: parsed.data } : { fault: `${field}: ${parsed.error.issues[0]?.message ?? ''}` };
}

function fromVariable(name: string, values: Environment['values']): [string, string | null] {
  const url = values[name];
  return url === undefined ? [`url_env: names ${name}, which is not set`, null] : ['url_env', url];
}

function fromFile(path: string, environment: Environment): [string, string | null] {
  try {
    return ['url_file', environment.readText(path).trim()];
  } catch (error) {
    return [`url_file: names ${path}, which can't be read (${reasonOf(error)})`, null];
  }
}
