import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { waitForPidLock } from '../process/pid-lock.ts';
import { buildTemporal } from './temporal-build.ts';
import { downloadTemporal } from './temporal-download.ts';
import type { TemporalSource, TemporalSourceOptions } from './temporal-source.ts';

const OLDEST_SERVER = [1, 29];

/**
 * The `temporal` program: from PATH, from our cache, by the SDK's download, or built with Go (LIBRARIES.md section 2).
 * Throws with what to install when there is no way.
 */
export async function ensureTemporalBinary(options: TemporalSourceOptions): Promise<string> {
  const onPath = await usableOnPath(options);
  if (onPath) return onPath;
  const cache = join(options.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'almanac');
  const cached = join(cache, 'temporal');
  if (isExecutable(cached)) return cached;
  mkdirSync(cache, { recursive: true });
  const lock = await waitForPidLock(join(cache, 'temporal.lock'), {
    onWait: (pid) => options.report.say(`waiting for pid ${pid}, which is getting the Temporal server already`),
    stopping: options.stopping,
  });
  try {
    if (!isExecutable(cached)) await fetchInto(cache, cached, options);
    return cached;
  } finally {
    lock.release();
  }
}

/** What is fetched appears in the cache whole or not at all: it is made in a folder beside and moved. */
async function fetchInto(cache: string, cached: string, options: TemporalSourceOptions): Promise<void> {
  const folder = join(cache, 'temporal.new');
  const sources: TemporalSource[] = [downloadTemporal, buildTemporal];
  const problems: string[] = [];
  try {
    for (const source of sources) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const fetched = await source(folder, options);
      options.stopping?.throwIfAborted();
      if ('path' in fetched) return renameSync(fetched.path, cached);
      problems.push(fetched.problem);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  throw new Error(
    `there is no Temporal server on this machine: ${problems.join('; ')}. Install Go 1.24 or later, or the Temporal CLI ` +
      '(`temporal`) on PATH, or set TEMPORAL_ADDRESS to a running server',
  );
}

async function usableOnPath({ env, report }: TemporalSourceOptions): Promise<string | undefined> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const path = folders.map((folder) => join(folder, 'temporal')).find(isExecutable);
  if (path === undefined) return undefined;
  const version = await serverVersion(path);
  if (version && isRecent(version)) return path;
  report.warn(
    `${path} carries Temporal server ${version ?? 'of an unknown version'}, and 1.29 is needed: using another`,
  );
  return undefined;
}

async function serverVersion(path: string): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)(path, ['--version']).catch(() => ({ stdout: '' }));
  return /Server (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_SERVER;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
