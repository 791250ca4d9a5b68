import type { Scope } from '../check.ts';

/** `$1` of the statements below: the target tables, or null for all. */
export const targetsOf = ({ targetTables }: Scope): [readonly string[] | null] => [
  targetTables === null || targetTables.length === 0 ? null : targetTables,
];

/** Condition on `c` (pg_class) and `n` (its pg_namespace): tables of users, among the targets. */
export const USER_TABLES = `
  n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'
  and ($1::text[] is null or c.oid in (select to_regclass(target) from unnest($1::text[]) as target))`;

/** A table's name as it is written in SQL. */
export const TABLE_NAME = `format('%I.%I', n.nspname, c.relname)`;

/** How many findings one check gives at most. */
export const MOST = 50;
