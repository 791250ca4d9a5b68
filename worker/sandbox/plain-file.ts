import { randomUUID } from 'node:crypto';
import { constants, lstat, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { refused, type Folder } from './folder.ts';

const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Opens a plain file with one name only, no link followed; it is what was checked, whatever its name stands for later. */
export async function openPlain(
  folder: Folder,
  name: string,
  shown: string,
  how: 'read' | 'change',
): Promise<FileHandle> {
  const mode = how === 'read' ? O_RDONLY : O_RDWR;
  // Opening a pipe would wait for its other end.
  const handle = await open(await folder.at(name), mode | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? refused(shown, 'is a link') : error;
  });
  const found = await handle.stat();
  if (found.isFile() && found.nlink === 1) return handle;
  await handle.close();
  throw refused(shown, found.isFile() ? 'has a second name' : 'is no plain file');
}

/** Refuses a name that stands for anything but a plain file, or nothing. Answers whether there is one. */
export async function checkPlain(folder: Folder, name: string, shown: string): Promise<boolean> {
  const found = await lstat(await folder.at(name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found !== null && !found.isFile()) throw refused(shown, 'is a link, or no plain file');
  return found !== null;
}

/** Removes the name of a file, unless it stands for another one by now. */
export async function removeSame(folder: Folder, name: string, shown: string, held: FileHandle): Promise<void> {
  const path = await folder.at(name);
  const [mine, found] = await Promise.all([held.stat(), lstat(path)]);
  if (mine.ino !== found.ino || mine.dev !== found.dev) throw refused(shown, 'was exchanged');
  await unlink(path);
}

/** Makes a file under a passing name, and gives it its own once `fill` is done: whole, or not at all. `false`: not at all. */
export async function writeWhole(
  folder: Folder,
  name: string,
  shown: string,
  fill: (file: FileHandle) => Promise<boolean>,
): Promise<boolean> {
  const passing = `.almanac-${randomUUID()}.part`;
  const file = await open(await folder.at(passing), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o640);
  let done = false;
  try {
    if (!(await fill(file))) return false;
    await file.sync();
    await checkPlain(folder, name, shown);
    const [mine, found] = await Promise.all([file.stat(), lstat(await folder.at(passing))]);
    if (mine.ino !== found.ino) throw refused(shown, 'was exchanged');
    await rename(await folder.at(passing), await folder.at(name));
    done = true;
    return true;
  } finally {
    await file.close();
    if (!done) await unlink(await folder.at(passing)).catch(() => undefined);
  }
}
