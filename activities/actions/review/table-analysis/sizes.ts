import type { Json } from '../../../../domain/json.ts';
import type { Check } from '../check.ts';
import { TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

/** The largest tables, as facts. */
export const sizes: Check = {
  name: 'sizes',
  targets: ['tables'],
  async run(scope) {
    const tables = await scope.database.query<Json>(
      `select ${TABLE_NAME} as "table", pg_total_relation_size(c.oid)::float8 as total_bytes,
          pg_relation_size(c.oid)::float8 as heap_bytes, pg_indexes_size(c.oid)::float8 as index_bytes,
          coalesce(s.n_live_tup, 0)::float8 as live_rows, coalesce(s.n_dead_tup, 0)::float8 as dead_rows
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_stat_user_tables s on s.relid = c.oid
        where c.relkind in ('r', 'm') and ${USER_TABLES}
        order by 2 desc limit ${scope.detailed ? 50 : 10}`,
      targetsOf(scope),
    );
    return { found: [], facts: { tables } };
  },
};
