import { existsSync } from 'node:fs';
import { constants, lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionFailure } from '../../activities/actions/handler.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
/** Where the system offers it, names are looked up in the open folder itself, which no rename can change. */
const ANCHORED = existsSync('/proc/self/fd');

/** A folder that is held open. */
export class Folder {
  readonly #handle: FileHandle;
  readonly #path: string;

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** Opens the sandbox itself, which the configuration names and which may be reached by links. */
  static async root(path: string): Promise<Folder> {
    const real = await realpath(path);
    return new Folder(await open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), real);
  }

  /** Opens a folder in this one; rejects with `SandboxRefused` at a link, with ENOENT where there is none. */
  async enter(name: string, shown: string): Promise<Folder> {
    try {
      return new Folder(await open(await this.at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW), join(this.#path, name));
    } catch (error) {
      throw isNoFolder(error) ? refused(shown, 'is a link, or no folder') : error;
    }
  }

  async make(name: string): Promise<void> {
    await mkdir(await this.at(name), { mode: 0o750 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }

  /** The path by which a name in this folder is reached; only its last part can be a link. */
  async at(name: string): Promise<string> {
    if (ANCHORED) return `/proc/self/fd/${this.#handle.fd}/${name}`;
    const [held, found] = await Promise.all([this.#handle.stat(), lstat(this.#path)]);
    if (held.ino !== found.ino || held.dev !== found.dev || (await realpath(this.#path)) !== this.#path) {
      throw refused(this.#path, 'was exchanged');
    }
    return join(this.#path, name);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

export function refused(path: string, why: string): ActionFailure {
  return new ActionFailure('SandboxRefused', `"${path}" ${why}: only plain files inside the sandbox may be touched.`, {
    retryable: false,
  });
}

function isNoFolder(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ELOOP' || code === 'ENOTDIR' || code === 'EMLINK';
}
