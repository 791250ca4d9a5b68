import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user of this machine whom a server runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Who is to run Postgres when root starts it, which it refuses to run as: `postgres`, else `nobody` (LIBRARIES.md
 * section 3, point 1). `undefined`: we are an ordinary user and run it ourselves.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = namedAccount('postgres') ?? namedAccount('nobody');
  if (account) return account;
  throw new Error(
    'Postgres does not run as root, and there is no user postgres or nobody: add one, or set DATABASE_URL',
  );
}

/** The owner of an entry, unless that is root. */
export function ordinaryOwner(path: string): Account | undefined {
  const owner = statSync(path, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

/** Whether the account may enter `folder`, through every folder above it. */
export function canEnter(folder: string, account: Account): boolean {
  const above = dirname(folder);
  return allows(folder, account, 0o1) && (above === folder || canEnter(above, account));
}

/** Whether the account may read and run the file. */
export function canRun(file: string, account: Account): boolean {
  return allows(file, account, 0o5) && canEnter(dirname(file), account);
}

function allows(path: string, account: Account, bits: number): boolean {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return false;
  const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
  return ((entry.mode >> shift) & bits) === bits;
}

function namedAccount(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  // macOS writes nobody as -2, of which the kernel knows only the unsigned form.
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}
