import { lstat, readdir } from 'node:fs/promises';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { SandboxFile } from '../../activities/deps.ts';
import { fitsPart, isWild } from '../../domain/sandbox-path.ts';
import type { Folder } from './folder.ts';

/** Entries that one search looks at. */
const MAX_ENTRIES = 100_000;

/** Files below a folder that fit a pattern, no link followed; what fits and is a link or no plain file is named apart. */
export async function findFiles(
  root: Folder,
  pattern: string,
  signal: AbortSignal,
): Promise<{ files: SandboxFile[]; refused: string[] }> {
  const files = new Map<string, SandboxFile>();
  const refused = new Set<string>();
  let seen = 0;

  async function search(folder: Folder, parts: readonly string[], above: string): Promise<void> {
    const [part = '', ...rest] = parts;
    if (part === '**') {
      await search(folder, rest.length === 0 ? ['*'] : rest, above);
      for (const entry of await entriesOf(folder))
        if (entry.isDirectory()) await descend(folder, entry.name, parts, above);
      return;
    }
    if (!isWild(part)) {
      if (rest.length === 0) await add(folder, part, above, false);
      else await descend(folder, part, rest, above);
      return;
    }
    for (const entry of await entriesOf(folder)) {
      if (!fitsPart(part, entry.name)) continue;
      if (rest.length === 0) await add(folder, entry.name, above, true);
      else if (entry.isDirectory()) await descend(folder, entry.name, rest, above);
      else if (entry.isSymbolicLink()) refused.add(above + entry.name);
    }
  }

  async function entriesOf(folder: Folder) {
    signal.throwIfAborted();
    const entries = await readdir(await folder.at('.'), { withFileTypes: true });
    seen += entries.length;
    if (seen <= MAX_ENTRIES) return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const message = `"${pattern}" looks through more than ${MAX_ENTRIES} entries: give a narrower pattern.`;
    throw new ActionFailure('TooManyFiles', message, { retryable: false });
  }

  async function descend(folder: Folder, name: string, rest: readonly string[], above: string): Promise<void> {
    const inner = await ifThere(folder.enter(name, above + name));
    if (inner === null) return;
    try {
      await search(inner, rest, `${above}${name}/`);
    } finally {
      await inner.close();
    }
  }

  async function add(folder: Folder, name: string, above: string, oneOfMany: boolean): Promise<void> {
    const entry = await ifThere(lstat(await folder.at(name)));
    if (entry === null || (entry.isDirectory() && oneOfMany)) return;
    const path = above + name;
    // A second name of the file may lie outside.
    if (!entry.isFile() || entry.nlink > 1) refused.add(path);
    else files.set(path, { path, bytes: entry.size, modifiedAt: entry.mtimeMs });
  }

  await search(root, pattern.split('/'), '');
  return { files: [...files.values()], refused: [...refused] };
}

/** Null for what is not there, or not any more. */
async function ifThere<T>(looking: Promise<T>): Promise<T | null> {
  return looking.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
