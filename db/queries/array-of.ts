import { isoTime } from '../../domain/iso-time.ts';
import { cleanJson } from '../../domain/json.ts';
import { sql } from '../connect.ts';
import { binaryArray, type Cell, type ElementType } from './binary-array.ts';

/** One column of rows that go to Postgres together. */
export type Column = readonly [name: string, type: ElementType, values: readonly Cell[]];

/** An array as a parameter, for `unnest` or `any`. `unnest` fills one that holds nulls only up beside longer ones. */
export function arrayOf(type: ElementType, values: readonly Cell[]) {
  return sql`${binaryArray(type, values)}::${sql.raw(type)}[]`;
}

/**
 * Rows as a table `t` with these columns, for `from`. A column of one value throughout goes as that value: of a clock's
 * tick most do. The first is the key, and holds no null.
 */
export function tableOf(columns: readonly Column[]) {
  const parts = columns.map(([name, type, values], i) => {
    const cell = sql.raw(`u.${name}`);
    if (i === 0) return { array: arrayOf(type, values), cell };
    const isOne = values.every((value) => value === values[0]);
    const one = sql`${isOne ? asText(type, values[0] ?? null) : null}::${sql.raw(type)}`;
    return { array: arrayOf(type, isOne ? [] : values), cell: sql`coalesce(${cell}, ${one}) as ${sql.raw(name)}` };
  });
  const names = sql.raw(columns.map(([name]) => name).join(', '));
  return sql`(select ${sql.join(parts.map(({ cell }) => cell))}
    from unnest(${sql.join(parts.map(({ array }) => array))}) as u (${names})) as t`;
}

function asText(type: ElementType, value: Cell): Cell {
  return type === 'timestamptz' && value !== null ? isoTime(Number(value)) : value;
}

/** What JSON.stringify writes for characters that Postgres can't hold: NUL and lone surrogates. */
const UNCLEAN = /\\u(0000|d[89a-f])/;

/** A value as JSON text that Postgres can hold; hardly ever does anything have to be mended. */
export function jsonText(value: unknown): string | null {
  if (value === null) return null;
  const text = JSON.stringify(value);
  return UNCLEAN.test(text) ? JSON.stringify(cleanJson(value)) : text;
}
