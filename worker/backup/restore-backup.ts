import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Migrator } from 'kysely';
import type pg from 'pg';
import { connect, type Db } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { beginRestore, endRestore, tableCount, type Session } from '../../db/queries/backup.ts';
import { ensurePartitions } from '../../db/queries/partitions.ts';
import { openSession } from '../database-session.ts';
import {
  MANIFEST,
  manifestSchema,
  SUMMARY,
  summarySchema,
  tableOf,
  type Manifest,
  type Summary,
} from './archive-format.ts';
import { TableCopies } from './table-copies.ts';
import { readTar, type TarEntry } from './tar.ts';

export interface Restored {
  readonly madeAt: string;
  readonly tables: number;
  readonly rows: number;
  readonly jobs: number;
  /** Migrations that came after the backup and were applied to it. */
  readonly migrated: readonly string[];
}

/**
 * Puts a backup into an empty database: checks its checksum, makes the schema that it was made from, copies every table in
 * one transaction, compares the rows, then brings the schema up to date. Throws with a sentence that says what to do.
 */
export async function restoreBackup(given: {
  archive: string;
  databaseUrl: string;
  now: number;
  log: (message: string) => void;
}): Promise<Restored> {
  const { archive, databaseUrl, now, log } = given;
  await verifyChecksum(archive);
  log('The checksum is right');
  const onError = () => undefined;
  const { db } = connect({
    url: databaseUrl,
    max: 2,
    applicationName: 'almanac-restore',
    statementTimeoutMs: 0,
    onError,
  });
  const failed = new AbortController();
  const target = await openSession(databaseUrl, 'almanac-restore', failed.signal);
  try {
    await refuseUnlessEmpty(target.session);
    const entries = readTar(createReadStream(archive).pipe(createGunzip()));
    const manifest = await readManifest(entries);
    await migrateTo(db, manifest);
    log(`The schema of ${manifest.made_at} stands`);
    const summary = await copyAll(target.client, target.session, manifest, entries);
    const migrated = await migrate(db, now);
    await target.session('analyze');
    const rows = Object.values(summary.rows).reduce((a, b) => a + b, 0);
    return { madeAt: manifest.made_at, tables: manifest.tables.length, rows, jobs: summary.jobs, migrated };
  } catch (error) {
    // A COPY that is under way can't be ended politely.
    failed.abort();
    throw error;
  } finally {
    await target.close();
    await db.destroy();
  }
}

async function verifyChecksum(archive: string): Promise<void> {
  const said = await readFile(`${archive}.sha256`, 'utf8').catch(() => {
    throw new Error(`${archive}.sha256 can't be read: the checksum must lie beside the archive`);
  });
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  if (said.trim().split(/\s+/)[0] === hash.digest('hex')) return;
  throw new Error(`${archive} is damaged: its checksum is not the one in ${archive}.sha256. Take another backup.`);
}

async function refuseUnlessEmpty(session: Session): Promise<void> {
  const tables = await tableCount(session);
  if (tables === 0) return;
  throw new Error(
    `The database holds ${tables} tables already, and a restore needs an empty one, so that nothing is overwritten: ` +
      'make one (createdb almanac_restored) and name it in DATABASE_URL, or name a new home in ALMANAC_HOME',
  );
}

async function readManifest(entries: AsyncGenerator<TarEntry>): Promise<Manifest> {
  const first = await entries.next();
  if (first.done === true || first.value.name !== MANIFEST) throw new Error('This is no backup of Almanac');
  const parsed = manifestSchema.safeParse(JSON.parse(first.value.data.toString('utf8')));
  if (!parsed.success)
    throw new Error(`The backup can't be read: ${parsed.error.issues[0]?.message ?? 'unknown form'}`);
  const unknown = parsed.data.migrations.filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length === 0) return parsed.data;
  throw new Error(`The backup was made by a newer version (${unknown.join(', ')}): restore it with that version`);
}

async function migrateTo(db: Db, manifest: Manifest): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
  const last = manifest.migrations.at(-1) ?? '';
  const { error } = await migrator.migrateTo(last);
  if (error !== undefined) throw error instanceof Error ? error : new Error('A migration failed', { cause: error });
  for (const month of manifest.partition_months) await ensurePartitions(db, Date.parse(`${month}-01T00:00:00Z`));
}

async function copyAll(
  client: pg.Client,
  session: Session,
  manifest: Manifest,
  entries: AsyncGenerator<TarEntry>,
): Promise<Summary> {
  await beginRestore(session, manifest.tables);
  const copies = new TableCopies(client, manifest.tables);
  let summary: Summary | null = null;
  for await (const { name, data } of entries) {
    const table = tableOf(name);
    if (table !== null) await copies.add(table, data);
    if (name === SUMMARY) summary = summarySchema.parse(JSON.parse(data.toString('utf8')));
  }
  await copies.finish();
  compare(copies.rows, summary);
  await endRestore(session, manifest.tables, manifest.sequences);
  return summary;
}

function compare(rows: Readonly<Record<string, number>>, summary: Summary | null): asserts summary is Summary {
  if (summary === null) throw new Error('The backup is cut off: its summary is missing');
  for (const [table, saved] of Object.entries(summary.rows)) {
    if (rows[table] !== saved) throw new Error(`${table} has ${rows[table] ?? 0} rows where ${saved} were saved`);
  }
}
