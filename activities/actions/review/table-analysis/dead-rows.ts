import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { percent } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { MOST, TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  readonly is_off: boolean;
}

/** Rows that vacuum has not taken away, and tables where it may not. */
export const deadRows: Check = {
  name: 'dead rows',
  targets: ['tables', 'performance'],
  async run(scope) {
    const rows = await scope.database.query<Row>(
      `select ${TABLE_NAME} as name, s.n_live_tup::float8 as live, s.n_dead_tup::float8 as dead,
          coalesce(c.reloptions @> array['autovacuum_enabled=false'] or c.reloptions @> array['autovacuum_enabled=off'], false) as is_off
        from pg_catalog.pg_stat_user_tables s join pg_catalog.pg_class c on c.oid = s.relid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where ${USER_TABLES} order by s.n_dead_tup desc`,
      targetsOf(scope),
    );
    const many = rows.filter(({ live, dead }) => dead >= 1000 && dead > 0.2 * (live + dead)).slice(0, MOST);
    const off = rows.filter(({ is_off: isOff }) => isOff).slice(0, MOST);
    return { found: [...many.map(dying), ...off.map(unvacuumed)] };
  },
};

function dying({ name, live, dead }: Row): Found {
  const share = dead / (live + dead);
  return {
    code: 'dead_rows',
    severity: share > 0.5 && dead > 100_000 ? 'critical' : 'warning',
    object: name,
    title: words('Много мёртвых строк', 'Many dead rows'),
    evidence: words(
      `Мёртвых ${dead}, живых ${live} (${percent(share).ru})`,
      `${dead} dead, ${live} live (${percent(share).en})`,
    ),
    advice: words(
      'Очистите таблицу и сделайте autovacuum чаще; проверьте, не держит ли её долгая транзакция',
      'Vacuum it, let autovacuum come more often, and look for a long transaction that holds it back',
    ),
    sql: `VACUUM (ANALYZE) ${name};\nALTER TABLE ${name} SET (autovacuum_vacuum_scale_factor = 0.05);`,
    measure: dead,
  };
}

function unvacuumed({ name }: Row): Found {
  return {
    code: 'autovacuum_disabled',
    severity: 'warning',
    object: name,
    title: words('autovacuum выключен для таблицы', 'autovacuum is off for the table'),
    evidence: words('autovacuum_enabled = false', 'autovacuum_enabled = false'),
    advice: words('Верните autovacuum', 'Let autovacuum work'),
    sql: `ALTER TABLE ${name} RESET (autovacuum_enabled);`,
    measure: null,
  };
}
