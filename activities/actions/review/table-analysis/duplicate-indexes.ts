import type { Check } from '../check.ts';
import { size } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { MOST, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly kept: string;
  readonly bytes: number;
}

/** The same columns in the same way; the one that a constraint needs is kept, else the older one. */
const DUPLICATES = `
  with indexes as (
    select x.*, format('%I.%I', n.nspname, i.relname) as name, i.relam,
      x.indisprimary or x.indisunique or exists (select from pg_catalog.pg_constraint k where k.conindid = x.indexrelid) as is_needed
    from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
    join pg_catalog.pg_class c on c.oid = x.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where x.indisvalid and ${USER_TABLES}
  )
  select b.name, min(a.name) as kept, pg_relation_size(b.indexrelid)::float8 as bytes
  from indexes a join indexes b on a.indrelid = b.indrelid and a.indexrelid <> b.indexrelid and a.relam = b.relam
    and a.indkey::text = b.indkey::text and a.indclass::text = b.indclass::text and a.indoption::text = b.indoption::text
    and a.indcollation::text = b.indcollation::text
    and coalesce(pg_get_expr(a.indexprs, a.indrelid), '') = coalesce(pg_get_expr(b.indexprs, b.indrelid), '')
    and coalesce(pg_get_expr(a.indpred, a.indrelid), '') = coalesce(pg_get_expr(b.indpred, b.indrelid), '')
  where not b.is_needed and (a.is_needed or a.indexrelid < b.indexrelid)
  group by b.name, b.indexrelid order by 3 desc limit ${MOST}`;

export const duplicateIndexes: Check = {
  name: 'duplicate indexes',
  targets: ['tables', 'performance'],
  async run(scope) {
    const rows = await scope.database.query<Row>(DUPLICATES, targetsOf(scope));
    return {
      found: rows.map(({ name, kept, bytes }) => {
        const taken = size(bytes);
        return {
          code: 'duplicate_index',
          severity: 'warning' as const,
          object: name,
          title: words('Индекс повторяет другой', 'The index repeats another'),
          evidence: words(`То же, что ${kept}; размер ${taken.ru}`, `The same as ${kept}; ${taken.en}`),
          advice: words('Удалите повтор', 'Drop the repetition'),
          sql: `DROP INDEX CONCURRENTLY ${name};`,
          measure: bytes,
        };
      }),
    };
  },
};
