import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type Account, canEnter, canRun, postgresAccount } from '../../start/postgres/account.ts';
import { postgresBinaries } from '../../start/postgres/postgres-binaries.ts';
import { postgresDataFolder } from '../../start/postgres/postgres-data.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Nobody of this machine: neither owner nor group of anything here. */
const STRANGER: Account = { uid: 54_321, gid: 54_321 };

let open: string;
beforeEach(() => {
  open = tempFolder('place-');
  chmodSync(open, 0o755);
});

test('a folder can be entered where every folder above it can be passed through', () => {
  const inner = join(open, 'shut', 'inner');
  mkdirSync(inner, { recursive: true });
  expect(canEnter(inner, STRANGER)).toBe(true);
  chmodSync(join(open, 'shut'), 0o700);
  expect(canEnter(inner, STRANGER)).toBe(false);
  const owner = statSync(open);
  expect(canEnter(inner, { uid: owner.uid, gid: owner.gid })).toBe(true);
});

test('a file can be run where it may be read and run, by the bits of owner, group or others', () => {
  const file = join(open, 'program');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  expect(canRun(file, STRANGER)).toBe(false);
  chmodSync(file, 0o755);
  expect(canRun(file, STRANGER)).toBe(true);
  chmodSync(file, 0o705);
  expect(canRun(file, { uid: STRANGER.uid, gid: statSync(file).gid })).toBe(false);
});

test('data lie in the home when Postgres runs as ourselves', () => {
  expect(postgresDataFolder(open, undefined)).toBe(join(open, 'postgres'));
});

test('data lie in the home when it can be opened for passing through, and only that', () => {
  const home = join(open, 'home');
  mkdirSync(home, { mode: 0o700 });
  expect(postgresDataFolder(home, STRANGER)).toBe(join(home, 'postgres'));
  expect(statSync(home).mode & 0o777).toBe(0o711);
});

test('data of a home below a shut folder lie in the shared folder, under a name that the home keeps', () => {
  const home = join(open, 'shut', 'home');
  mkdirSync(home, { recursive: true });
  chmodSync(join(open, 'shut'), 0o700);
  const shared = join(open, 'shared');
  const folder = postgresDataFolder(home, STRANGER, shared);
  expect(folder.startsWith(join(shared, 'data-'))).toBe(true);
  expect(postgresDataFolder(home, STRANGER, shared)).toBe(folder);
  expect(readFileSync(join(home, 'postgres-data'), 'utf8').trim()).toBe(folder);
});

test('binaries out of reach are copied to where Postgres’ user can run them', (context) => {
  const account = postgresAccount();
  if (!account) return needs(context, 'it needs root: only then Postgres runs as another user');
  const installed = join(postgresBinaries(undefined).postgres, '..', '..', '..');
  const packageFolder = join(open, 'shut', 'package');
  cpSync(installed, packageFolder, { recursive: true, verbatimSymlinks: true });
  rmSync(join(packageFolder, 'native', 'lib', 'libpq.so.5'));
  chmodSync(join(open, 'shut'), 0o700);
  chmodSync(join(packageFolder, 'native', 'bin', 'postgres'), 0o700);

  const sharedFolder = join(open, 'shared');
  const { postgres } = postgresBinaries(account, { packageFolder, sharedFolder });

  expect(postgres.startsWith(sharedFolder)).toBe(true);
  const version = execFileSync(postgres, ['--version'], { cwd: '/', uid: account.uid, gid: account.gid });
  expect(String(version)).toContain('(PostgreSQL) 18.');
  expect(postgresBinaries(account, { packageFolder, sharedFolder }).postgres).toBe(postgres);
});

test('links that npm did not make are made', () => {
  const installed = join(postgresBinaries(undefined).postgres, '..', '..', '..');
  const packageFolder = join(open, 'package');
  cpSync(installed, packageFolder, { recursive: true, verbatimSymlinks: true });
  const link = join(packageFolder, 'native', 'lib', 'libpq.so.5');
  rmSync(link);
  postgresBinaries(undefined, { packageFolder });
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(existsSync(link)).toBe(true);
});
