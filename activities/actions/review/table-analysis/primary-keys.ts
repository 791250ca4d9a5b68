import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';
import { MOST, TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

/** Without one rows can't be told apart, nor replicated logically. */
export const primaryKeys: Check = {
  name: 'primary keys',
  targets: ['tables'],
  isDetail: true,
  async run(scope) {
    const rows = await scope.database.query<{ name: string }>(
      `select ${TABLE_NAME} as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p' and ${USER_TABLES}
          and not exists (select from pg_catalog.pg_index x where x.indrelid = c.oid and (x.indisprimary or x.indisunique))
          and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        order by 1 limit ${MOST}`,
      targetsOf(scope),
    );
    return {
      found: rows.map(({ name }) => ({
        code: 'no_primary_key',
        severity: 'notice' as const,
        object: name,
        title: words('У таблицы нет ключа', 'The table has no key'),
        evidence: words(
          'Нет ни первичного ключа, ни уникального индекса',
          'There is neither a primary key nor a unique index',
        ),
        advice: words('Добавьте первичный ключ', 'Add a primary key'),
        sql: `ALTER TABLE ${name} ADD PRIMARY KEY (…);`,
        measure: null,
      })),
    };
  },
};
