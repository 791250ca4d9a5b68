import type { Json } from '../json.ts';

const BOOLEAN = 16;
const JSON_TYPES = new Set([114, 3802]);
/** Decimal digits that a double always keeps. */
const EXACT_DIGITS = 15;
/** int8, int2, int4, oid, float4, float8, numeric. */
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 1700]);

/**
 * A value as Postgres writes it, as JSON that means the same: true and false, numbers where a double holds every digit of
 * them, JSON as it is, and text for all else (times, big numbers, arrays, bytes).
 */
export function jsonOfPg(text: string | null, typeId: number): Json {
  if (text === null) return null;
  if (typeId === BOOLEAN) return text === 't';
  if (JSON_TYPES.has(typeId)) return parsed(text);
  if (!NUMBERS.has(typeId)) return text;
  const number = Number(text);
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '').length;
  return Number.isFinite(number) && (digits <= EXACT_DIGITS || typeId === 701) ? number : text;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
