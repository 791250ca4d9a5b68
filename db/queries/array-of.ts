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

/** An instant as Postgres reads it. */
export function timeText(instant: number | null | undefined): string | null {
  return instant == null ? null : new Date(instant).toISOString();
}

function plain(value: string | number | null): string | number {
  return value ?? 'NULL';
}

function quoted(value: string | number | null): string {
  return value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}
