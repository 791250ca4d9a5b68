import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writePrivate } from './private-file.ts';

/** The folder with everything of one embedded Almanac; deleting it resets all (DECISIONS section 8). */
export interface Home {
  folder: string;
  lock: string;
  children: string;
  ports: string;
  secret: string;
  token: string;
  temporalDatabase: string;
  sandbox: string;
  /** JetStream's store. */
  nats: string;
  log(name: string): string;
}

/** Opens the home folder, making it for this user alone where it is new. Throws when it is not ours to write. */
export function openHome(path: string): Home {
  const folder = resolve(path);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o700);
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new Error(
      `ALMANAC_HOME ${folder} can't be written by this user: give it to this user, or set ALMANAC_HOME to another folder`,
    );
  }
  for (const name of ['logs', 'sandbox', 'temporal', 'nats'])
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  return {
    folder,
    lock: join(folder, 'start.lock'),
    children: join(folder, 'children.json'),
    ports: join(folder, 'ports.json'),
    secret: join(folder, 'secret'),
    token: join(folder, 'token'),
    temporalDatabase: join(folder, 'temporal', 'temporal.db'),
    sandbox: join(folder, 'sandbox'),
    nats: join(folder, 'nats'),
    log: (name) => join(folder, 'logs', `${name}.log`),
  };
}

/** The inner ports that earlier starts chose. */
export function savedPorts(home: Home): Record<string, number> {
  if (!existsSync(home.ports)) return {};
  return JSON.parse(readFileSync(home.ports, 'utf8')) as Record<string, number>;
}

export function savePorts(home: Home, ports: Record<string, number>): void {
  writePrivate(home.ports, JSON.stringify(ports));
}
