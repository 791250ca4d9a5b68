import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';
import { MOST, TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly constraint: string;
  readonly columns: string;
  readonly rows: number;
}

/** Every delete above reads the whole table below, where no index begins with the key's columns. */
const UNINDEXED = `
  select ${TABLE_NAME} as name, k.conname::text as constraint, greatest(c.reltuples, s.n_live_tup)::float8 as rows,
    (select string_agg(quote_ident(a.attname), ', ' order by p.at) from unnest(k.conkey) with ordinality as p(attnum, at)
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = p.attnum) as columns
  from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_stat_user_tables s on s.relid = c.oid
  where k.contype = 'f' and greatest(c.reltuples, s.n_live_tup) >= 1000 and ${USER_TABLES}
    and not exists (select from pg_catalog.pg_index x where x.indrelid = c.oid and x.indisvalid and x.indpred is null
      and (string_to_array(x.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey)
  order by 3 desc limit ${MOST}`;

export const foreignKeys: Check = {
  name: 'foreign keys',
  targets: ['tables', 'performance'],
  async run(scope) {
    const found = await scope.database.query<Row>(UNINDEXED, targetsOf(scope));
    return {
      found: found.map(({ name, constraint, columns, rows }) => ({
        code: 'missing_index',
        severity: 'warning' as const,
        object: `${name}.${constraint}`,
        title: words('Внешний ключ без индекса', 'A foreign key without an index'),
        evidence: words(`${name} (${columns}), строк ${rows}`, `${name} (${columns}), ${rows} rows`),
        advice: words(
          'Добавьте индекс: удаление в главной таблице читает эту целиком',
          'Add an index: a delete in the referenced table reads this one whole',
        ),
        sql: `CREATE INDEX CONCURRENTLY ON ${name} (${columns});`,
        measure: rows,
      })),
    };
  },
};
