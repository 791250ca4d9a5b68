const cache = new Map();

/**
 * The leading part of a path, package or module name that a pattern of the table stands for, or null where it does not fit:
 * `api/faces/*` stands for `api/faces/gateway` in `api/faces/gateway/routes.ts`.
 */
export function partFitting(pattern, name) {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
    regex = new RegExp(`^${source}(?=/|$)`);
    cache.set(pattern, regex);
  }
  return regex.exec(name)?.[0] ?? null;
}

export const fitsAny = (patterns, name) => patterns.some((pattern) => partFitting(pattern, name) !== null);
