import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';
import { MOST, TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly rows: number;
  readonly scans: number;
  readonly index_scans: number;
  readonly read: number;
}

/** Large tables that are read whole more often than through an index. */
export const sequentialScans: Check = {
  name: 'sequential scans',
  targets: ['tables', 'performance'],
  async run(scope) {
    const found = await scope.database.query<Row>(
      `select ${TABLE_NAME} as name, s.n_live_tup::float8 as rows, s.seq_scan::float8 as scans,
          coalesce(s.idx_scan, 0)::float8 as index_scans, s.seq_tup_read::float8 as read
        from pg_catalog.pg_stat_user_tables s join pg_catalog.pg_class c on c.oid = s.relid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where s.n_live_tup > 10000 and s.seq_scan >= 20 and s.seq_scan > coalesce(s.idx_scan, 0)
          and s.seq_tup_read / s.seq_scan > 5000 and ${USER_TABLES}
        order by s.seq_tup_read desc limit ${MOST}`,
      targetsOf(scope),
    );
    return {
      found: found.map(({ name, rows, scans, index_scans: indexed, read }) => ({
        code: 'sequential_scans',
        severity: read > 1e9 ? ('critical' as const) : ('warning' as const),
        object: name,
        title: words('Большую таблицу читают целиком', 'A large table is read whole'),
        evidence: words(
          `Строк ${rows}, полных чтений ${scans}, по индексу ${indexed}, прочитано строк ${read}`,
          `${rows} rows, ${scans} sequential scans, ${indexed} by index, ${read} rows read`,
        ),
        advice: words(
          'Найдите условия этих запросов (query_analysis) и добавьте индекс по ним',
          'Find the conditions of these queries (query_analysis), and add an index on them',
        ),
        sql: `CREATE INDEX CONCURRENTLY ON ${name} (…);`,
        measure: read,
      })),
    };
  },
};
