import { randomBytes } from 'node:crypto';
import type { PgSession } from './pg-session.ts';
import { scramVerifier } from './scram-verifier.ts';

/** Of other databases: reads statistics and tables. Of the service's own: no secrets (DECISIONS section 9). */
export const READER = 'almanac_reviewer';
export const OWN_READER = 'almanac_reviewer_own';

/** Tables and columns of an Almanac database that hold secrets, or may: credentials in actions, stored answers. */
const WITHHELD: Readonly<Record<string, readonly string[]>> = {
  api_key: ['hash'],
  idempotency: ['request_hash', 'headers', 'body'],
  job: ['action', 'variables'],
  job_revision: ['spec'],
  execution: ['result', 'error', 'logs', 'attempts', 'parameters'],
  audit: ['before', 'after'],
  bulk: ['detail'],
  notification: ['body'],
};

const LOCK_KEY = 7_216_531_904;

/** What the session's user is, and whose database it is. */
export interface Standing {
  readonly user: string;
  readonly database: string;
  readonly version: string;
  readonly version_number: number;
  readonly is_superuser: boolean;
  readonly may_create_roles: boolean;
  readonly is_replica: boolean;
  readonly is_own: boolean;
  /** Our own database could know what its statements cost, and does not. */
  readonly wants_statements: boolean;
  readonly is_restricted: boolean;
}

export async function standingOf(session: PgSession): Promise<Standing> {
  const [standing] = await session.query<Standing>(`
    select current_user::text as user, current_database()::text as database,
      current_setting('server_version') as version, current_setting('server_version_num')::int as version_number,
      r.rolsuper as is_superuser, r.rolcreaterole or r.rolsuper as may_create_roles,
      pg_is_in_recovery() as is_replica,
      to_regclass('public.api_key') is not null and to_regclass('public.job_state') is not null as is_own,
      r.rolsuper and current_setting('shared_preload_libraries') like '%pg_stat_statements%' and not exists
        (select from pg_catalog.pg_extension where extname = 'pg_stat_statements') as wants_statements,
      -- Nothing that reaches beyond tables: the server's files and programs, replication, other people's sessions.
      not (r.rolsuper or r.rolcreaterole or r.rolreplication or pg_has_role(r.oid, 'pg_read_server_files', 'member')
        or pg_has_role(r.oid, 'pg_write_server_files', 'member')
        or pg_has_role(r.oid, 'pg_execute_server_program', 'member')) as is_restricted
    from pg_catalog.pg_roles r where r.rolname = current_user`);
  if (standing === undefined) throw new Error('The database does not know its own user.');
  return standing;
}

export async function isThere(admin: PgSession, reader: string): Promise<boolean> {
  return (await admin.query('select from pg_catalog.pg_roles where rolname = $1', [reader])).length > 0;
}

/** Makes the reader, or sets its password and its bounds right. */
export async function makeReader(
  admin: PgSession,
  reader: string,
  password: string,
  standing: Standing,
): Promise<void> {
  const verifier = scramVerifier(password, randomBytes(16));
  const rights = standing.is_superuser
    ? 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls'
    : 'nocreatedb nocreaterole';
  await alone(admin, async () => {
    const verb = (await isThere(admin, reader)) ? 'alter' : 'create';
    await admin.query(`${verb} role ${reader} login ${rights} connection limit 50 password '${verifier}'`);
    await admin.query(`alter role ${reader} set default_transaction_read_only = on`);
    await admin.query(`grant pg_monitor to ${reader}`);
  });
}

/** Lets the reader read what it should and does not yet, and our own database know what its statements cost. */
export async function grantMissing(admin: PgSession, reader: string, standing: Standing): Promise<void> {
  const wantsStatements = standing.is_own && standing.wants_statements;
  if (!wantsStatements && (await missingGrants(admin, reader, standing)).length === 0) return;
  await alone(admin, async () => {
    if (wantsStatements) await admin.query('create extension if not exists pg_stat_statements');
    for (const statement of await missingGrants(admin, reader, standing)) await admin.query(statement);
  });
}

/** In a transaction that waits for nobody for long, and beside no other of its kind in this database. */
async function alone(admin: PgSession, work: () => Promise<void>): Promise<void> {
  await admin.query('begin');
  try {
    await admin.query(`select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '15s', true)`);
    await admin.query('select pg_advisory_xact_lock($1::bigint)', [LOCK_KEY]);
    await work();
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback').catch(() => undefined);
    throw error;
  }
}

interface Grant {
  readonly statement: string;
}

/**
 * What brings the reader to what it should have; nothing where all is right. Tables are granted one by one, because
 * `pg_read_all_data` reads pg_authid too, the passwords. `$1` the reader, `$2` what is withheld, `$3` whether this is our own
 * database: its views are left out, as they would show what their tables withhold.
 */
const GRANTS = `
  with withheld as (
    select key as table_name, jsonb_array_elements_text(value) as column_name from jsonb_each($2::jsonb)
  ), tables as (
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, coalesce(p.relname, c.relname)::text as kind
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_inherits i on i.inhrelid = c.oid left join pg_catalog.pg_class p on p.oid = i.inhparent
    where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and pg_has_role(c.relowner, 'usage')
      and c.relkind = any (case when $3::boolean then '{r,p}' else '{r,p,v,m,f}' end::"char"[])
  ), columns as (
    select t.oid, t.name, a.attname, a.attnum, w.column_name is not null as is_withheld
    from tables t join withheld any_of on any_of.table_name = t.kind
    join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join withheld w on w.table_name = t.kind and w.column_name = a.attname::text
    group by t.oid, t.name, a.attname, a.attnum, w.column_name
  )
  select format('grant usage on schema %I to %I', nspname, $1::text) as statement
  from pg_catalog.pg_namespace
  where nspname not like 'pg\\_%' and nspname <> 'information_schema' and pg_has_role(nspowner, 'usage')
    and not has_schema_privilege($1::name, oid, 'usage')
  union all
  select format('grant select on %s to %I', name, $1::text) from tables
  where not has_table_privilege($1::name, oid, 'select') and not exists (select from withheld w where w.table_name = kind)
  union all
  select format('grant select (%s) on %s to %I', string_agg(quote_ident(attname), ', ' order by attnum), name, $1::text)
  from columns where not is_withheld and not has_column_privilege($1::name, oid, attnum, 'select') group by name
  union all
  select format('revoke select (%s) on %s from %I', string_agg(quote_ident(attname), ', ' order by attnum), name, $1::text)
  from columns where is_withheld and has_column_privilege($1::name, oid, attnum, 'select') group by name`;

async function missingGrants(admin: PgSession, reader: string, { is_own: isOwn }: Standing): Promise<string[]> {
  const rows = await admin.query<Grant>(GRANTS, [reader, JSON.stringify(isOwn ? WITHHELD : {}), isOwn]);
  return rows.map(({ statement }) => statement);
}

/** What an administrator may run where the service may not. */
export function provisioningSql(reader: string): string {
  return [
    `CREATE ROLE ${reader} LOGIN PASSWORD '…';`,
    `GRANT pg_monitor TO ${reader};`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader};`,
    `-- REVIEW_CONNECTIONS: postgres://${reader}:…`,
  ].join('\n');
}
