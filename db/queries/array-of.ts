import { cleanJson } from '../../domain/json.ts';
import { sql } from '../connect.ts';

/** What an array may hold; of `text` each element is quoted, of the others none needs to be. */
export type ElementType = 'uuid' | 'timestamptz' | 'int' | 'bigint' | 'text';

/**
 * An array as a parameter, for `unnest`. Its text is made here, since the driver takes several times as long over each
 * element. One that holds nulls only goes as the empty array, which `unnest` fills up with nulls.
 */
export function arrayOf(type: ElementType, values: readonly (string | number | null)[]) {
  const isEmpty = values.every((value) => value === null);
  const text = isEmpty ? '{}' : `{${values.map(type === 'text' ? quoted : plain).join(',')}}`;
  return sql`${text}::${sql.raw(type)}[]`;
}

let lastTime = { instant: Number.NaN, text: '' };

/** An instant as Postgres reads it. Those of a batch are mostly the same one. */
export function timeText(instant: number | null | undefined): string | null {
  if (instant == null) return null;
  if (instant !== lastTime.instant) lastTime = { instant, text: new Date(instant).toISOString() };
  return lastTime.text;
}

/** What JSON.stringify writes for characters that Postgres can't hold: NUL and lone surrogates. */
const UNCLEAN = /\\u(0000|d[89a-f])/;

/** A value as JSON text that Postgres can hold; hardly ever does anything have to be mended. */
export function jsonText(value: unknown): string | null {
  if (value === null) return null;
  const text = JSON.stringify(value);
  return UNCLEAN.test(text) ? JSON.stringify(cleanJson(value)) : text;
}

function plain(value: string | number | null): string | number {
  return value ?? 'NULL';
}

function quoted(value: string | number | null): string {
  return value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}
