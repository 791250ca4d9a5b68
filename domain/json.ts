/** Any JSON value, as it travels in payloads, parameters and results. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

const NUL = String.fromCharCode(0);

/**
 * Text that Postgres and every client can hold: NUL and lone surrogates are replaced, the one place where this is
 * done (DESIGN section 3, "Poison"). Works through objects and arrays; everything else passes untouched.
 */
export function cleanJson<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.includes(NUL) || !value.isWellFormed() ? mend(value) : value;
  if (Array.isArray(value)) return value.map(clean);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [mend(k), clean(v)]));
  }
  return value;
}

function mend(text: string): string {
  return text.toWellFormed().replaceAll(NUL, '�');
}
