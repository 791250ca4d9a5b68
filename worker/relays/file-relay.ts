import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RelayState } from '../../domain/relays.ts';
import type { RelayDriver } from './relay-driver.ts';

/** A relay that is a state file holding `on` or `off`: the embedded default, and a seam for whatever watches files. */
export function fileRelay(path: string): RelayDriver {
  async function read(): Promise<RelayState | null> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 'off';
      throw error;
    });
    const word = text.trim();
    return word === 'on' || word === 'off' ? word : null;
  }
  return {
    read,
    async write(state, _executionId, signal) {
      await mkdir(dirname(path), { recursive: true });
      const fresh = `${path}.${randomUUID()}.new`;
      try {
        // Whole or not at all: who watches the file never reads half a word.
        await writeFile(fresh, `${state}\n`, { flush: true, signal });
        signal.throwIfAborted();
        await rename(fresh, path);
      } catch (error) {
        await rm(fresh, { force: true });
        throw error;
      }
      return read();
    },
  };
}
