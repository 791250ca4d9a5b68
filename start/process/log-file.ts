import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

const ROTATE_ABOVE_BYTES = 10_000_000;

/** Opens a server's log for appending and gives its descriptor to `use`; a big one is moved to `.1` first. */
export function withLogFile<T>(file: string, use: (descriptor: number) => T): T {
  if (existsSync(file) && statSync(file).size > ROTATE_ABOVE_BYTES) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, 'a', 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The size of a log now: what is written after it belongs to the next try. */
export function logSize(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** What was written to a log since it had `from` bytes, at most its last `lines` lines. */
export function logSince(file: string, from: number, lines: number): string {
  if (!existsSync(file)) return '';
  const text = readFileSync(file).subarray(from).toString('utf8').trimEnd();
  return text.split('\n').slice(-lines).join('\n');
}
