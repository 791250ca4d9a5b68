import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';
import { MOST, targetsOf, USER_TABLES } from './user-tables.ts';

/** What a CREATE INDEX CONCURRENTLY that failed leaves behind: kept up by every write, used by no query. */
export const invalidIndexes: Check = {
  name: 'invalid indexes',
  targets: ['tables', 'performance'],
  async run(scope) {
    const rows = await scope.database.query<{ name: string }>(
      `select format('%I.%I', n.nspname, i.relname) as name
        from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
        join pg_catalog.pg_class c on c.oid = x.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where not x.indisvalid and i.relkind = 'i' and ${USER_TABLES}
          and not exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.oid)
        limit ${MOST}`,
      targetsOf(scope),
    );
    return {
      found: rows.map(({ name }) => ({
        code: 'invalid_index',
        severity: 'warning' as const,
        object: name,
        title: words('Индекс недействителен', 'The index is invalid'),
        evidence: words('indisvalid = false, и никто его не строит', 'indisvalid = false, and nobody builds it'),
        advice: words('Постройте его заново или удалите', 'Build it anew, or drop it'),
        sql: `REINDEX INDEX CONCURRENTLY ${name};`,
        measure: null,
      })),
    };
  },
};
