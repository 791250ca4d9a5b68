import type { Scope } from '../check.ts';

/** One normalised statement, with what it cost since its counters began. Times in milliseconds. */
export interface Statement {
  readonly id: string;
  readonly query: string;
  readonly calls: number;
  readonly total_ms: number;
  readonly mean_ms: number;
  readonly rows: number;
  readonly temp_bytes: number;
  readonly hit_blocks: number;
  readonly read_blocks: number;
}

/** Kept for the next review to compare with. */
export interface Counted {
  readonly id: string;
  readonly calls: number;
  readonly total_ms: number;
}

/** Null where the extension is not there; the schema it stands in otherwise. */
export async function extensionSchema({ database }: Scope): Promise<string | null> {
  const [row] = await database.query<{ schema: string }>(
    `select quote_ident(n.nspname) as schema from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements'`,
  );
  return row?.schema ?? null;
}

/** The statements of this database, but for those of reviews; the most expensive first. */
export async function readStatements(scope: Scope, schema: string, most: number): Promise<Statement[]> {
  return scope.database.query<Statement>(
    `select s.queryid::text as id, left(min(s.query), 2000) as query, sum(s.calls)::float8 as calls,
        sum(s.total_exec_time)::float8 as total_ms, (sum(s.total_exec_time) / greatest(sum(s.calls), 1))::float8 as mean_ms,
        sum(s.rows)::float8 as rows, (sum(s.temp_blks_read + s.temp_blks_written) * 8192)::float8 as temp_bytes,
        sum(s.shared_blks_hit)::float8 as hit_blocks, sum(s.shared_blks_read)::float8 as read_blocks
      from ${schema}.pg_stat_statements s
      where s.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
        and s.userid not in (select oid from pg_catalog.pg_roles where rolname like 'almanac\\_reviewer%')
        and s.queryid is not null and s.calls > 0
      group by s.queryid order by sum(s.total_exec_time) desc limit $1`,
    [most],
  );
}
