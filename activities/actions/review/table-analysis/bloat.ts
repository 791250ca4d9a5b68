import type { Check } from '../check.ts';
import { percent, size } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { MOST, TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly bytes: number;
  readonly wasted: number;
}

const LEAST_WASTED = 8 * 2 ** 20;

/**
 * An estimate from statistics alone, without reading the table: pages that the rows would need against those that there
 * are. Only where statistics of every column can be read, or it would see bloat where it sees nothing.
 */
const BLOAT = `
  with measured as (
    select c.oid, ${TABLE_NAME} as name, c.relpages, c.reltuples,
      sum((1 - s.null_frac) * s.avg_width) as width,
      count(s.attname) = (select count(*) from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as is_known,
      coalesce((select option_value::float8 from pg_options_to_table(c.reloptions) where option_name = 'fillfactor'), 100) / 100 as fill
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and not s.inherited
    where c.relkind = 'r' and c.relpages > 128 and c.reltuples >= 0 and ${USER_TABLES}
    group by c.oid, n.nspname, c.relname, c.relpages, c.reltuples, c.reloptions
  ), estimated as (
    select name, relpages::float8 * 8192 as bytes,
      greatest(0, relpages - ceil(reltuples * (ceil((24 + width) / 8) * 8 + 4) / (8168 * fill))) * 8192::float8 as wasted
    from measured where is_known
  )
  select name, bytes, wasted from estimated where wasted >= ${LEAST_WASTED} and wasted > bytes * 0.5
  order by wasted desc limit ${MOST}`;

export const bloat: Check = {
  name: 'bloat',
  targets: ['tables', 'performance'],
  async run(scope) {
    const rows = await scope.database.query<Row>(BLOAT, targetsOf(scope));
    return {
      found: rows.map(({ name, bytes, wasted }) => {
        const [all, lost, share] = [size(bytes), size(wasted), percent(wasted / bytes)];
        return {
          code: 'table_bloat',
          severity: wasted > 2 ** 30 ? ('warning' as const) : ('notice' as const),
          object: name,
          title: words('Таблица раздута', 'The table is bloated'),
          evidence: words(
            `Из ${all.ru} пусто около ${lost.ru} (${share.ru}, оценка)`,
            `Of ${all.en} about ${lost.en} are empty (${share.en}, an estimate)`,
          ),
          advice: words(
            'Сожмите таблицу в тихое время: VACUUM FULL закрывает её на всё время, pg_repack почти не закрывает',
            'Rewrite it in a quiet hour: VACUUM FULL locks it all the while, pg_repack hardly does',
          ),
          sql: `VACUUM (FULL, ANALYZE) ${name};`,
          measure: wasted,
        };
      }),
    };
  },
};
