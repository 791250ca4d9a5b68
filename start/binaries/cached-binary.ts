import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitForPidLock } from '../process/pid-lock.ts';
import type { BinaryOptions, BinarySource } from './binary-source.ts';
import { isExecutable } from './on-path.ts';

/** A program that is kept in our cache: its file's name, what people call it, and what helps where it can't be had. */
export interface KeptBinary<Options extends BinaryOptions> {
  readonly name: string;
  readonly label: string;
  /** Tried in this order. */
  readonly sources: readonly BinarySource<Options>[];
  readonly remedy: string;
}

export function cachedPath(env: NodeJS.ProcessEnv, name: string): string {
  return join(cacheFolder(env), name);
}

/** The program from our cache, fetched into it first where it is not there. Throws with what to install. */
export async function cachedBinary<Options extends BinaryOptions>(
  kept: KeptBinary<Options>,
  options: Options,
): Promise<string> {
  const cache = cacheFolder(options.env);
  const cached = cachedPath(options.env, kept.name);
  if (isExecutable(cached)) return cached;
  mkdirSync(cache, { recursive: true });
  const lock = await waitForPidLock(join(cache, `${kept.name}.lock`), {
    onWait: (pid) => options.report.say(`waiting for pid ${pid}, which is getting the ${kept.label} already`),
    stopping: options.stopping,
  });
  try {
    if (!isExecutable(cached)) await fetchInto(cached, kept, options);
    return cached;
  } finally {
    lock.release();
  }
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'almanac');
}

/** What is fetched appears in the cache whole or not at all: it is made in a folder beside and moved. */
async function fetchInto<Options extends BinaryOptions>(
  cached: string,
  { label, sources, remedy }: KeptBinary<Options>,
  options: Options,
): Promise<void> {
  const folder = `${cached}.new`;
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
  throw new Error(`there is no ${label} on this machine: ${problems.join('; ')}. ${remedy}`);
}
