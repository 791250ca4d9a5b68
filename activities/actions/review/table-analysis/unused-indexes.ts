import type { Check } from '../check.ts';
import { size } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { MOST, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly table: string;
  readonly bytes: number;
}

/** Indexes that nothing has read and no constraint needs. */
const UNUSED = `
  select format('%I.%I', n.nspname, i.relname) as name, format('%I.%I', n.nspname, c.relname) as "table",
    pg_relation_size(i.oid)::float8 as bytes
  from pg_catalog.pg_stat_user_indexes s join pg_catalog.pg_index x on x.indexrelid = s.indexrelid
  join pg_catalog.pg_class i on i.oid = s.indexrelid join pg_catalog.pg_class c on c.oid = s.relid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where s.idx_scan = 0 and not x.indisunique and not x.indisexclusion and not x.indisreplident and x.indisvalid
    and pg_relation_size(i.oid) >= 262144 and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.oid)
    and ${USER_TABLES}
  order by 3 desc limit ${MOST}`;

export const unusedIndexes: Check = {
  name: 'unused indexes',
  targets: ['tables', 'performance'],
  async run(scope) {
    const rows = await scope.database.query<Row>(UNUSED, targetsOf(scope));
    return {
      found: rows.map(({ name, table, bytes }) => {
        const taken = size(bytes);
        return {
          code: 'unused_index',
          severity: 'notice' as const,
          object: name,
          title: words('Индексом никто не пользуется', 'Nobody uses the index'),
          evidence: words(`Таблица ${table}, чтений 0, размер ${taken.ru}`, `Table ${table}, 0 scans, ${taken.en}`),
          advice: words(
            'Проверьте и на репликах и за полный месяц; затем удалите: он замедляет каждую запись',
            'Check replicas and a whole month too, then drop it: it slows every write',
          ),
          sql: `DROP INDEX CONCURRENTLY ${name};`,
          measure: bytes,
        };
      }),
    };
  },
};
