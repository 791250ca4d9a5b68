import type { RawBuilder } from 'kysely';
import { sql } from '../connect.ts';

/** The columns of a revision; `json` ones travel as text. */
export const REVISION_COLUMNS = {
  ...{ job_id: 'uuid', revision: 'integer', at: 'timestamptz', by: 'text', change: 'text', spec: 'json' },
  by_roles: 'text[]',
} as const;
export const AUDIT_COLUMNS = {
  ...{ actor: 'text', face: 'text', action: 'text', job_id: 'uuid', execution_id: 'uuid', before: 'json' },
  ...{ after: 'json', reason: 'text', correlation_id: 'text' },
} as const;

/**
 * An insert of rows that travel as one JSON text: with a parameter for each value Postgres takes several times as long.
 * `instead` gives columns another value than the row's own.
 */
export function insertAll<Columns extends Readonly<Record<string, string>>>(
  table: string,
  columns: Columns,
  rows: readonly { readonly [Column in keyof Columns]?: unknown }[],
  instead: { readonly [Column in keyof Columns]?: RawBuilder<unknown> } = {},
) {
  const names = Object.keys(columns);
  const shape = names.map(
    (name) => sql`${sql.ref(name)} ${sql.raw(columns[name] === 'json' ? 'text' : (columns[name] ?? ''))}`,
  );
  const values = names.map(
    (name) => instead[name] ?? (columns[name] === 'json' ? sql`${sql.ref(name)}::jsonb` : sql.ref(name)),
  );
  return sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
    select ${sql.join(values)} from json_to_recordset(${JSON.stringify(rows)}::json) as t (${sql.join(shape)})`;
}
