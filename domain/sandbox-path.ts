/**
 * Paths and patterns below `SANDBOX_DIR` (DECISIONS section 5, file). What stands here refuses by the text alone; the
 * sandbox itself refuses links and swaps, which text can't show.
 */
const MAX_LENGTH = 1024;
const MAX_NAME_BYTES = 255;

/** A sentence about why `path` may not be used inside the sandbox, or null. `*`, `?` and `**` pass as in any name. */
export function sandboxPathFault(path: string): string | null {
  if (path === '') return 'must name a file below the sandbox';
  if (path.length > MAX_LENGTH) return `may have at most ${MAX_LENGTH} characters`;
  if (hasControl(path)) return 'may not hold control characters';
  if (path.includes('\\')) return 'may not hold a backslash: separate folders by "/"';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'may not be absolute: give a path below the sandbox';
  for (const part of path.split('/')) {
    if (part === '..') return 'may not hold "..": nothing outside of the sandbox can be reached';
    if (part === '' || part === '.') return 'may not hold empty parts or "."';
    if (new TextEncoder().encode(part).length > MAX_NAME_BYTES) return `names may have at most ${MAX_NAME_BYTES} bytes`;
  }
  return null;
}

function hasControl(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\u007f');
}

/** Whether a part of a pattern stands for more than one name. */
export function isWild(part: string): boolean {
  return part.includes('*') || part.includes('?');
}

/** Whether a name fits one part of a pattern: `*` is any text, `?` one character; neither begins a hidden name. */
export function fitsPart(part: string, name: string): boolean {
  if (name.startsWith('.') && !part.startsWith('.')) return false;
  const [pattern, text] = [[...part], [...name]];
  let [p, t] = [0, 0];
  // Where the last `*` stood, and up to where it has eaten: going back to it alone keeps the time to part × name.
  let [star, eaten] = [-1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      [star, eaten] = [p, t];
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      eaten += 1;
      [p, t] = [star + 1, eaten];
    } else {
      return false;
    }
  }
  return pattern.slice(p).every((character) => character === '*');
}
