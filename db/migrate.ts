import { Migrator } from 'kysely';
import type { Db } from './connect.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { ensurePartitions } from './queries/partitions.ts';

/**
 * Brings the schema up to date; safe to run from several processes at once (Kysely's lock). Forward only.
 * Returns the names of the migrations that it ran.
 */
export async function migrate(db: Db, now: number): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('A migration failed', { cause: error });
  await ensurePartitions(db, now);
  return (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName);
}
