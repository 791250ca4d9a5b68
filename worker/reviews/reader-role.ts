import { randomBytes } from 'node:crypto';
import type { PgSession } from './pg-session.ts';
import { scramVerifier } from './scram-verifier.ts';

/** Of other databases: reads statistics and data. Of the service's own: no secrets (DECISIONS section 9). */
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
  readonly is_restricted: boolean;
}

export async function standingOf(session: PgSession): Promise<Standing> {
  const [standing] = await session.query<Standing>(`
    select current_user::text as user, current_database()::text as database,
      current_setting('server_version') as version, current_setting('server_version_num')::int as version_number,
      r.rolsuper as is_superuser, r.rolcreaterole or r.rolsuper as may_create_roles,
      pg_is_in_recovery() as is_replica,
      to_regclass('public.api_key') is not null and to_regclass('public.job_state') is not null as is_own,
      -- Nothing that reaches beyond tables: the server's files and programs, replication, other people's sessions.
      not (r.rolsuper or r.rolcreaterole or r.rolreplication or pg_has_role(r.oid, 'pg_read_server_files', 'member')
        or pg_has_role(r.oid, 'pg_write_server_files', 'member')
        or pg_has_role(r.oid, 'pg_execute_server_program', 'member')) as is_restricted
    from pg_catalog.pg_roles r where r.rolname = current_user`);
  if (standing === undefined) throw new Error('The database does not know its own user.');
  return standing;
}

/** Makes the reader, or sets it right: its password, and what it may read. One at a time in a cluster. */
export async function provision(admin: PgSession, reader: string, password: string, standing: Standing): Promise<void> {
  const verifier = scramVerifier(password, randomBytes(16));
  await admin.query('begin');
  try {
    await admin.query(`select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '15s', true)`);
    await admin.query('select pg_advisory_xact_lock($1::bigint)', [LOCK_KEY]);
    const [there] = await admin.query('select from pg_catalog.pg_roles where rolname = $1', [reader]);
    const verb = there === undefined ? 'create' : 'alter';
    const rights = standing.is_superuser ? 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls' : 'nocreatedb nocreaterole';
    await admin.query(`${verb} role ${reader} login ${rights} connection limit 50 password '${verifier}'`);
    await admin.query(`alter role ${reader} set default_transaction_read_only = on`);
    await admin.query(`grant pg_monitor to ${reader}`);
    if (standing.is_own) await grantOwn(admin, reader);
    else if (standing.version_number >= 140_000) await grantAll(admin, reader);
    await admin.query('commit');
  } catch (error) {
    await admin.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** May be refused where the user may make roles and not pass on reading; statistics are then all that is read. */
async function grantAll(admin: PgSession, reader: string): Promise<void> {
  await admin.query('savepoint granting');
  try {
    await admin.query(`grant pg_read_all_data to ${reader}`);
  } catch {
    await admin.query('rollback to savepoint granting');
  }
}

interface Grant {
  readonly statement: string;
}

/** Grants and revokes that bring the reader of our own database to what it should have; none where all is right. */
const OWN_GRANTS = `
  with withheld as (
    select key as table_name, jsonb_array_elements_text(value) as column_name from jsonb_each($2::jsonb)
  ), columns as (
    select c.oid, c.relname, a.attname, a.attnum,
      exists (select from withheld w where w.column_name = a.attname::text
        and (w.table_name = c.relname::text
          or exists (select from pg_inherits i join pg_class p on p.oid = i.inhparent
            where i.inhrelid = c.oid and p.relname::text = w.table_name))) as is_withheld
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  )
  select format('grant select (%s) on public.%I to %I',
    string_agg(quote_ident(attname), ', ' order by attnum), relname, $1) as statement
  from columns
  where not is_withheld and not has_column_privilege($1, oid, attnum, 'select')
  group by relname
  union all
  select format('revoke select (%s) on public.%I from %I',
    string_agg(quote_ident(attname), ', ' order by attnum), relname, $1)
  from columns
  where is_withheld and has_column_privilege($1, oid, attnum, 'select')
  group by relname`;

export async function ownGrants(admin: PgSession, reader: string): Promise<string[]> {
  const rows = await admin.query<Grant>(OWN_GRANTS, [reader, JSON.stringify(WITHHELD)]);
  return rows.map(({ statement }) => statement);
}

export async function grantOwn(admin: PgSession, reader: string): Promise<void> {
  for (const statement of await ownGrants(admin, reader)) await admin.query(statement);
  await admin.query(`grant usage on schema public to ${reader}`);
}

/** What an administrator may run where the service may not. */
export function provisioningSql(reader: string, isOwn: boolean): string {
  const read = isOwn ? '' : `\nGRANT pg_read_all_data TO ${reader};`;
  return `CREATE ROLE ${reader} LOGIN PASSWORD '…';\nGRANT pg_monitor TO ${reader};${read}`;
}
