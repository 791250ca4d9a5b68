import { rename, unlink, type FileHandle } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Sandbox } from '../../activities/deps.ts';
import { sandboxPathFault } from '../../domain/sandbox-path.ts';
import { orAborted } from '../or-aborted.ts';
import { findFiles } from './find-files.ts';
import { Folder, refused } from './folder.ts';
import { checkPlain, openPlain, removeSame, writeWhole } from './plain-file.ts';

const COPY_BYTES = 262_144;

/** Opens `SANDBOX_DIR`, making it where it is not there (DECISIONS section 5, file). */
export function openSandbox(root: string): Sandbox {
  mkdirSync(root, { recursive: true, mode: 0o750 });

  /** Goes down to the folder of a file, no link followed, and holds it open while `work` works in it. */
  async function inFolderOf<T>(
    path: string,
    make: boolean,
    work: (folder: Folder, name: string) => Promise<T>,
  ): Promise<T> {
    const parts = partsOf(path);
    const name = parts.pop() ?? '';
    let folder = await Folder.root(root);
    try {
      for (const [i, part] of parts.entries()) {
        if (make) await folder.make(part);
        const inner = await folder.enter(part, parts.slice(0, i + 1).join('/'));
        await folder.close();
        folder = inner;
      }
      return await work(folder, name);
    } finally {
      await folder.close();
    }
  }

  return {
    async find(pattern, signal) {
      partsOf(pattern);
      const folder = await Folder.root(root);
      try {
        return await findFiles(folder, pattern, signal);
      } finally {
        await folder.close();
      }
    },

    write: (path, chunks, signal) =>
      inFolderOf(path, true, async (folder, name) => {
        let bytes = 0;
        await checkPlain(folder, name, path);
        await writeWhole(folder, name, path, async (file) => {
          for await (const chunk of stoppable(chunks, signal)) {
            await file.writeFile(chunk);
            bytes += Buffer.byteLength(chunk);
          }
          return true;
        });
        return bytes;
      }),

    rename: (path, newName) =>
      inFolderOf(path, false, async (folder, name) => {
        const file = await openPlain(folder, name, path, 'read');
        try {
          if (await checkPlain(folder, onlyName(newName), newName)) throw refused(newName, 'is there already');
          await rename(await folder.at(name), await folder.at(newName));
        } finally {
          await file.close();
        }
      }),

    move: (path, newName, how, signal) =>
      inFolderOf(path, false, async (folder, name) => {
        const file = await openPlain(folder, name, path, how.then === 'truncate' ? 'change' : 'read');
        try {
          const copy = async (to: FileHandle) => {
            const copied = await copyAll(file, to, how.gzip, signal);
            // What is still written to may not be removed.
            return how.then === 'truncate' || (await file.stat()).size === copied;
          };
          if (!(await writeWhole(folder, onlyName(newName), newName, copy))) return false;
          if (how.then === 'truncate') await file.truncate(0);
          else await removeSame(folder, name, path, file);
          return true;
        } finally {
          await file.close();
        }
      }),

    remove: (path) =>
      inFolderOf(path, false, async (folder, name) => {
        if (await checkPlain(folder, name, path)) await unlink(await folder.at(name));
      }),
  };
}

function partsOf(path: string): string[] {
  const fault = sandboxPathFault(path);
  if (fault !== null) throw refused(path.slice(0, 200), fault);
  return path.split('/');
}

function onlyName(name: string): string {
  if (partsOf(name).length > 1) throw refused(name, 'lies in another folder');
  return name;
}

/** Copies from the beginning to the end; answers with the bytes read. */
async function copyAll(from: FileHandle, to: FileHandle, gzip: boolean, signal: AbortSignal): Promise<number> {
  let copied = 0;
  // Streams of a held file close it or keep it open for ever, whichever is not wanted: it is read and written by hand.
  async function* content() {
    const buffer = Buffer.alloc(COPY_BYTES);
    for (;;) {
      const { bytesRead } = await from.read(buffer, 0, buffer.length, copied);
      if (bytesRead === 0) return;
      copied += bytesRead;
      yield Buffer.from(buffer.subarray(0, bytesRead));
    }
  }
  const write = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await to.writeFile(chunk);
  };
  if (gzip) await pipeline(content, createGzip(), write, { signal });
  else await pipeline(content, write, { signal });
  return copied;
}

/** The same chunks; rejects at once when the signal aborts, even while the next one is waited for. */
async function* stoppable<T>(chunks: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orAborted(signal, source.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // It may be waiting itself: it ends when that does, and nobody waits for it.
    void source.return?.()?.catch(() => undefined);
  }
}
