import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, canEnter, ordinaryOwner } from './account.ts';
import { keptPrivate } from '../private-file.ts';
import { type PostgresBinaries, SHARED_FOLDER } from './postgres-binaries.ts';

export const POSTGRES_USER = 'almanac';

/**
 * Where the data of a home lies: inside it, or, where Postgres' user can't get there, below the shared folder under a
 * name that stands in the home, so that deleting the home resets it (DECISIONS section 8).
 */
export function postgresDataFolder(home: string, account: Account | undefined, sharedFolder = SHARED_FOLDER): string {
  const pointer = join(home, 'postgres-data');
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  if (!account || canEnter(home, account)) return join(home, 'postgres');
  if (canEnter(dirname(home), account)) {
    // Root's home folder may be passed through, not listed; each file in it is shut by itself.
    chmodSync(home, 0o711);
    return join(home, 'postgres');
  }
  return keptPrivate(pointer, () => join(sharedFolder, `data-${randomBytes(8).toString('hex')}`));
}

/** The password of the database's owner, made once, kept in the home folder (LIBRARIES.md section 3, point 5). */
export function postgresPassword(home: string): string {
  return keptPrivate(join(home, 'postgres-password'), () => randomBytes(24).toString('base64url'));
}

/** Creates the cluster where there is none, all or nothing, and gives the folder to the account that runs it. */
export async function ensureCluster(
  folder: string,
  options: { binaries: PostgresBinaries; account: Account | undefined; password: string },
): Promise<void> {
  const { binaries, account, password } = options;
  if (existsSync(join(folder, 'PG_VERSION'))) {
    if (account && !ordinaryOwner(folder)) giveTo(folder, account);
    return;
  }
  const half = `${folder}.new`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  mkdirSync(half, { mode: 0o700 });
  const passwordFile = `${half}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) [half, passwordFile].forEach((path) => chownSync(path, account.uid, account.gid));
  try {
    await promisify(execFile)(binaries.initdb, initdbArguments(half, passwordFile), { cwd: '/', ...account });
    renameSync(half, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initdbArguments(folder: string, passwordFile: string): string[] {
  // The builtin provider has C.UTF-8 on every platform; the C library of some has not.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${POSTGRES_USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  return ['-D', folder, ...access, ...locale, '--no-instructions'];
}

/** A folder that was copied or restored by root is given to Postgres' user, with all that is in it. */
function giveTo(folder: string, account: Account): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, entry), account.uid, account.gid);
  }
  chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
}
