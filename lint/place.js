import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** A file's path from the root of the project with forward slashes, or null where it lies outside. */
export function placeOf(file) {
  const path = relative(ROOT, file).split(sep).join('/');
  return path.startsWith('..') ? null : path;
}
