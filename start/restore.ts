import { existsSync } from 'node:fs';
import { restoreBackup } from '../worker/backup/restore-backup.ts';
import { openHome } from './home.ts';
import { freeInnerPort } from './ports.ts';
import { startPostgres } from './postgres/postgres-server.ts';
import { takePidLock } from './process/pid-lock.ts';

const USAGE = 'restore <archive.tar.gz>';
/** As the embedded start calls it. */
const DATABASE = 'almanac';

/**
 * The command `restore`: puts a backup into the empty database of `DATABASE_URL`; without one, into the database of an
 * embedded start that does not run, which is made when the home is new. Returns the exit code.
 */
export async function runRestore(
  [archive]: readonly string[],
  given: { databaseUrl: string | undefined; home: string; now: number; say: (line: string) => void },
): Promise<number> {
  if (archive === undefined) throw new Error(`which backup? Use: ${USAGE}`);
  if (!existsSync(archive)) throw new Error(`there is no file ${archive}`);
  const { databaseUrl, home, now, say } = given;
  const restore = async (url: string) => {
    const restored = await restoreBackup({ archive, databaseUrl: url, now, log: say });
    const { madeAt, tables, rows, jobs, migrated } = restored;
    say(`Restored ${rows} rows of ${tables} tables, ${jobs} jobs, as of ${madeAt}`);
    if (migrated.length > 0) say(`Brought up to date by ${migrated.join(', ')}`);
  };
  if (databaseUrl === undefined) await withEmbeddedDatabase(home, restore);
  else await restore(databaseUrl);
  return 0;
}

async function withEmbeddedDatabase(path: string, work: (url: string) => Promise<void>): Promise<void> {
  const home = openHome(path);
  const lock = takePidLock(home.lock);
  if (!lock.held) {
    throw new Error(`Almanac runs in ${home.folder}: stop it first, or name another home in ALMANAC_HOME`);
  }
  try {
    const place = { home: home.folder, database: DATABASE, logFile: home.log('postgres') };
    const postgres = await startPostgres({ ...place, port: await freeInnerPort() });
    try {
      await work(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    lock.release();
  }
}
