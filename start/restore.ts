import { existsSync } from 'node:fs';
import { restoreBackup } from '../worker/backup/restore-backup.ts';

const USAGE = 'almanac restore <archive.tar.gz>, with DATABASE_URL naming an empty database';

/** The command `restore`: puts a backup into the empty database of `DATABASE_URL`. Returns the exit code. */
export async function runRestore(
  [archive]: readonly string[],
  given: { databaseUrl: string | undefined; now: number; say: (line: string) => void },
): Promise<number> {
  if (archive === undefined) throw new Error(`which backup? Use: ${USAGE}`);
  if (!existsSync(archive)) throw new Error(`there is no file ${archive}`);
  if (given.databaseUrl === undefined) throw new Error(`DATABASE_URL is not set. Use: ${USAGE}`);
  const { databaseUrl, now, say } = given;
  const restored = await restoreBackup({ archive, databaseUrl, now, log: say });
  const { madeAt, tables, rows, jobs, migrated } = restored;
  say(`Restored ${rows} rows of ${tables} tables, ${jobs} jobs, as of ${madeAt}`);
  if (migrated.length > 0) say(`Brought up to date by ${migrated.join(', ')}`);
  return 0;
}
