import pg from 'pg';

/**
 * What a backup asks the database, and what a restore tells it. Both hold one session throughout (a snapshot, COPY), so
 * that they speak to it directly and not through the pool.
 */
export type Session = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface SavedTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Texts of times, numbers and bytes that read back the same on any server. */
const PORTABLE = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
  set extra_float_digits = 1; set bytea_output = 'hex'; set statement_timeout = 0`;

/** Opens the snapshot in which everything of a backup is read. */
export async function beginSnapshot(session: Session): Promise<void> {
  await session(PORTABLE);
  await session('begin isolation level repeatable read, read only');
}

/** Our tables, each after those that it refers to. The migrations' own are made anew by a restore. */
export async function savedTables(session: Session): Promise<SavedTable[]> {
  const tables = await session<SavedTable>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname not like 'kysely\\_migration%'
     group by c.oid order by c.relname`,
  );
  const references = await session<{ from: string; to: string }>(
    `select f.relname as from, t.relname as to from pg_constraint k
     join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
     where k.contype = 'f' and f.oid <> t.oid and f.relnamespace = current_schema()::regnamespace`,
  );
  await session(`lock table ${tables.map((table) => pg.escapeIdentifier(table.name)).join(', ')} in access share mode`);
  return inOrderOfReference(tables, references);
}

/** Parents first. Throws when tables refer to each other in a circle, which no order of copying can satisfy. */
function inOrderOfReference(
  tables: readonly SavedTable[],
  references: readonly { readonly from: string; readonly to: string }[],
): SavedTable[] {
  const done = new Set<string>();
  const ordered: SavedTable[] = [];
  while (ordered.length < tables.length) {
    const free = tables.filter((table) => {
      const parents = references.filter(({ from, to }) => from === table.name && to !== table.name);
      return !done.has(table.name) && parents.every(({ to }) => done.has(to));
    });
    if (free.length === 0) {
      const stuck = tables.filter((table) => !done.has(table.name)).map((table) => table.name);
      throw new Error(`These tables refer to each other in a circle and can't be backed up: ${stuck.join(', ')}`);
    }
    for (const table of free) {
      done.add(table.name);
      ordered.push(table);
    }
  }
  return ordered;
}

/** Where sequences stand; null where none was drawn. Read after the snapshot began, so never behind its rows. */
export async function sequenceValues(session: Session): Promise<Record<string, string | null>> {
  const rows = await session<{ name: string; value: string | null }>(
    `select sequencename as name, last_value::text as value from pg_sequences
     where schemaname = current_schema() order by sequencename`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

export async function appliedMigrations(session: Session): Promise<string[]> {
  const rows = await session<{ name: string }>('select name from kysely_migration order by name');
  return rows.map((row) => row.name);
}

/** The months, `2025-03`, that have a partition of the ledger. */
export async function partitionMonths(session: Session): Promise<string[]> {
  const rows = await session<{ month: string }>(
    `select replace(substr(c.relname, 11), '_', '-') as month from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'execution'::regclass and c.relname ~ '^execution_\\d{4}_\\d{2}$' order by 1`,
  );
  return rows.map((row) => row.month);
}

/** A page of the jobs' export, each as one JSON text, in the order of faces and numbers. */
export async function exportedJobs(
  session: Session,
  after: { readonly face: string; readonly number: number },
  limit: number,
): Promise<{ face: string; number: number; job: string }[]> {
  return session(
    `select face, number::float8 as number, json_build_object('id', id, 'face', face, 'number', number, 'name', name,
       'description', description, 'enabled', enabled, 'schedule', schedule, 'action', action, 'policy', policy,
       'variables', variables, 'tags', tags, 'extra', extra, 'created_by', created_by, 'created_at', created_at)::text as job
     from job where deleted_at is null and (face, number) > ($1, $2) order by job.face, job.number limit $3`,
    [after.face, after.number, limit],
  );
}

/** COPY of a partitioned table needs a query; the rest takes it too. */
export function copyOut({ name, columns }: SavedTable): string {
  return `copy (select ${listed(columns)} from ${pg.escapeIdentifier(name)}) to stdout`;
}

export function copyIn({ name, columns }: SavedTable): string {
  return `copy ${pg.escapeIdentifier(name)} (${listed(columns)}) from stdin`;
}

/** How many tables the database holds, ours or others'. */
export async function tableCount(session: Session): Promise<number> {
  const rows = await session<{ tables: number }>(
    `select count(*)::int as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'`,
  );
  return rows[0]?.tables ?? 0;
}

/**
 * Begins the one transaction of a restore; what migrations may have put into tables gives way to the backup. Triggers
 * rest, since what they would keep up to date is in the backup itself.
 */
export async function beginRestore(session: Session, tables: readonly SavedTable[]): Promise<void> {
  await session(PORTABLE);
  await session('begin');
  const names = tables.map((table) => pg.escapeIdentifier(table.name));
  await session(`truncate ${names.join(', ')}`);
  for (const name of names) await session(`alter table ${name} disable trigger user`);
}

export async function endRestore(
  session: Session,
  tables: readonly SavedTable[],
  sequences: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const table of tables) await session(`alter table ${pg.escapeIdentifier(table.name)} enable trigger user`);
  await setSequences(session, sequences);
  await session('commit');
}

async function setSequences(session: Session, values: Readonly<Record<string, string | null>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    if (value !== null) await session('select setval($1::regclass, $2)', [pg.escapeIdentifier(name), value]);
  }
}

function listed(columns: readonly string[]): string {
  return columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}
