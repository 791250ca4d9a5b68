import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Backups } from '../../activities/deps.ts';
import { openSession } from '../database-session.ts';
import { dump, type DumpProgress } from './dump.ts';

const ARCHIVE = /^almanac-\d{8}T\d{9}Z\.tar\.gz$/;
const PART = /^almanac-\d{8}T\d{9}Z\.tar\.gz\.part$/;
/** What a killed process left half-made is removed by the next backup, once it is this old. */
const ABANDONED_MS = 86_400_000;

/** Makes backups in `folder`, which is for this user alone: they hold everything that the database does. */
export function openBackups(settings: { databaseUrl: string; folder: string; now: () => number }): Backups {
  const { databaseUrl, folder, now } = settings;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    async make(options, signal) {
      const { keep } = options;
      const log = (message: string) => options.log(message);
      const madeAt = now();
      const archive = join(folder, `almanac-${new Date(madeAt).toISOString().replace(/[-:.]/g, '')}.tar.gz`);
      const part = `${archive}.part`;
      const progress: DumpProgress = { rows: {}, jobs: 0 };
      const { sha256, bytes } = await written(part, madeAt, progress, log, signal).catch(async (error: unknown) => {
        await rm(part, { force: true });
        throw error;
      });
      // `sha256sum -c` reads it; first, so that no archive stands without it.
      await writeFile(`${archive}.sha256`, `${sha256}  ${basename(archive)}\n`, { mode: 0o600, flush: true });
      await rename(part, archive);
      const removed = await prune(folder, keep, now());
      const rows = Object.values(progress.rows).reduce((a, b) => a + b, 0);
      return { archive, sha256, bytes, tables: Object.keys(progress.rows).length, rows, removed };
    },
  };

  async function written(
    part: string,
    madeAt: number,
    progress: DumpProgress,
    log: (message: string) => void,
    signal: AbortSignal,
  ): Promise<{ sha256: string; bytes: number }> {
    const file = await open(part, 'wx', 0o600);
    const hash = createHash('sha256');
    let bytes = 0;
    const write = async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        await file.writeFile(chunk);
      }
    };
    try {
      const source = await openSession(databaseUrl, 'almanac-backup', signal);
      try {
        const tar = dump(source, { now: madeAt, log }, progress);
        await pipeline(tar, createGzip(), write, { signal });
      } finally {
        await source.close();
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest('hex'), bytes };
  }
}

/** Removes all but the newest backups, and what is left of those that were never finished. Returns the archives' names. */
async function prune(folder: string, keep: number, now: number): Promise<string[]> {
  const names = await readdir(folder);
  for (const name of names.filter((one) => PART.test(one))) {
    const { mtimeMs } = await stat(join(folder, name));
    if (now - mtimeMs > ABANDONED_MS) await rm(join(folder, name), { force: true });
  }
  const old = names
    .filter((name) => ARCHIVE.test(name))
    .sort()
    .reverse()
    .slice(keep);
  for (const name of old) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.sha256`), { force: true });
  }
  return old;
}
