import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';
import { MOST, TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly rows: number;
  readonly changed: number;
  readonly analyzed: string | null;
}

/** Tables that changed by half since the planner last looked at them. */
export const staleStatistics: Check = {
  name: 'statistics',
  targets: ['tables', 'performance'],
  async run(scope) {
    const found = await scope.database.query<Row>(
      `select ${TABLE_NAME} as name, s.n_live_tup::float8 as rows, s.n_mod_since_analyze::float8 as changed,
          greatest(s.last_analyze, s.last_autoanalyze)::text as analyzed
        from pg_catalog.pg_stat_user_tables s join pg_catalog.pg_class c on c.oid = s.relid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where s.n_mod_since_analyze >= 5000 and s.n_mod_since_analyze > 0.5 * s.n_live_tup and ${USER_TABLES}
        order by s.n_mod_since_analyze desc limit ${MOST}`,
      targetsOf(scope),
    );
    return {
      found: found.map(({ name, rows, changed, analyzed }) => ({
        code: 'stale_statistics',
        severity: 'warning' as const,
        object: name,
        title: words('Статистика устарела', 'Statistics are stale'),
        evidence: words(
          `Строк ${rows}, изменено ${changed} с ${analyzed ?? 'создания'}`,
          `${rows} rows, ${changed} changed since ${analyzed ?? 'the table was made'}`,
        ),
        advice: words('Обновите статистику', 'Renew the statistics'),
        sql: `ANALYZE ${name};`,
        measure: changed,
      })),
    };
  },
};
