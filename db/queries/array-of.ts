import { cleanJson } from '../../domain/json.ts';
import { sql } from '../connect.ts';

/** What an array may hold; of `text` each element is quoted, of the others none needs to be. */
export type ElementType = 'uuid' | 'timestamptz' | 'int' | 'bigint' | 'text' | 'json';

/** One column of rows that go to Postgres together. */
export type Column = readonly [name: string, type: ElementType, values: readonly (string | number | null)[]];

/**
 * An array as a parameter, for `unnest`. Its text is made here, since the driver takes several times as long over each
 * element. One that holds nulls only goes as the empty array, which `unnest` fills up with nulls.
 */
export function arrayOf(type: ElementType, values: readonly (string | number | null)[]) {
  if (type === 'json')
    return sql`string_to_array(${values.map((value) => value ?? '').join(UNIT)}, ${sql.lit(UNIT)}, '')`;
  const isEmpty = values.every((value) => value === null);
  const text = isEmpty ? '{}' : `{${values.map(type === 'text' ? quoted : plain).join(',')}}`;
  return sql`${text}::${sql.raw(type)}[]`;
}

/** Stands between texts of JSON, which hold no such character: Postgres cuts there sooner than it reads quotes. */
const UNIT = '\u001f';

/**
 * Rows as a table `t` with these columns, for `from`. A column of one value throughout goes as that value: of a clock's
 * tick most do. The first is the key, and holds no null.
 */
export function tableOf(columns: readonly Column[]) {
  const parts = columns.map(([name, type, values], i) => {
    const cell = sql.raw(`u.${name}`);
    if (i === 0) return { array: arrayOf(type, values), cell };
    const isOne = values.every((value) => value === values[0]);
    const one = sql`${isOne ? (values[0] ?? null) : null}::${sql.raw(type === 'json' ? 'text' : type)}`;
    return { array: arrayOf(type, isOne ? [] : values), cell: sql`coalesce(${cell}, ${one}) as ${sql.raw(name)}` };
  });
  const names = sql.raw(columns.map(([name]) => name).join(', '));
  return sql`(select ${sql.join(parts.map(({ cell }) => cell))}
    from unnest(${sql.join(parts.map(({ array }) => array))}) as u (${names})) as t`;
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
