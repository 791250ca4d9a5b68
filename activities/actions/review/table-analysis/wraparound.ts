import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { percent } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { TABLE_NAME, targetsOf, USER_TABLES } from './user-tables.ts';

interface Row {
  readonly name: string;
  readonly age: number;
  readonly limit: number;
}

/** Postgres stops writing a little before this age (docs, 24.1.5 Preventing Transaction ID Wraparound Failures). */
const LAST_AGE = 2_146_483_647;
const CRITICAL = 0.7;
const WARNING = 0.4;

export const wraparound: Check = {
  name: 'wraparound',
  targets: ['tables', 'performance'],
  async run(scope) {
    const rows = await scope.database.query<Row>(
      `select ${TABLE_NAME} as name, age(c.relfrozenxid)::float8 as age, current_setting('autovacuum_freeze_max_age')::float8 as limit
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and ${USER_TABLES} order by 2 desc limit 10`,
      targetsOf(scope),
    );
    const oldest = rows[0];
    const found = rows.filter(({ age, limit }) => age > Math.max(limit * 1.5, LAST_AGE * WARNING)).map(ageing);
    return { found, ...(oldest !== undefined && { facts: { oldest: { table: oldest.name, age: oldest.age } } }) };
  },
};

function ageing({ name, age, limit }: Row): Found {
  const share = age / LAST_AGE;
  return {
    code: 'wraparound',
    severity: share > CRITICAL ? 'critical' : 'warning',
    object: name,
    title: words('Возраст транзакций подходит к пределу', 'Transaction ids near their limit'),
    evidence: words(
      `Возраст ${age} — ${percent(share).ru} предела; autovacuum_freeze_max_age = ${limit}`,
      `Age ${age}, ${percent(share).en} of the limit; autovacuum_freeze_max_age = ${limit}`,
    ),
    advice: words(
      'Заморозьте таблицу и найдите, что мешает autovacuum: долгие транзакции, слоты, подготовленные транзакции',
      'Freeze it, and find what holds autovacuum back: long transactions, slots, prepared transactions',
    ),
    sql: `VACUUM (FREEZE) ${name};`,
    measure: age,
  };
}
