/** The little of POSIX tar (ustar) that a backup needs: plain files, small enough to be held one at a time. */
const BLOCK = 512;
const MAX_ENTRY_BYTES = 32 * 1_048_576;

export interface TarEntry {
  readonly name: string;
  readonly data: Buffer;
}

/** A file as tar holds it: its header, its bytes, and zeros up to a whole block. */
export function tarEntry({ name, data }: TarEntry, modifiedAt: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number) => header.write(text, at, 'latin1');
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0');
  if (Buffer.byteLength(name) > 100) throw new Error(`"${name}" is too long a name for a tar archive`);
  put(name, 0);
  put(octal(0o600, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(data.length, 12), 124);
  put(octal(Math.floor(modifiedAt / 1000), 12), 136);
  put('        ', 148);
  put('0', 156);
  put('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 7)}\u0000 `, 148);
  return Buffer.concat([header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)]);
}

/** What ends an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** Reads the files of an archive one after another. Throws when it is cut off or no such archive. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  async function take(bytes: number): Promise<Buffer> {
    const parts = [held];
    for (let have = held.length; have < bytes;) {
      const next = await chunks.next();
      if (next.done === true) throw new Error('the archive is cut off');
      parts.push(next.value);
      have += next.value.length;
    }
    const whole = Buffer.concat(parts);
    held = whole.subarray(bytes);
    return whole.subarray(0, bytes);
  }
  for (;;) {
    const header = await take(BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const text = (from: number, to: number) => header.toString('latin1', from, to).replace(/\0.*$/s, '');
    const size = parseInt(text(124, 136), 8);
    if (text(257, 262) !== 'ustar' || !(size >= 0 && size <= MAX_ENTRY_BYTES))
      throw new Error('it is no archive of ours');
    const data = await take(size);
    await take((BLOCK - (size % BLOCK)) % BLOCK);
    yield { name: text(0, 100), data };
  }
}
