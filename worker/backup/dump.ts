import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  appliedMigrations,
  beginSnapshot,
  copyOut,
  exportedJobs,
  partitionMonths,
  savedTables,
  sequenceValues,
  type SavedTable,
  type Session,
} from '../../db/queries/backup.ts';
import { dataName, FORMAT, MANIFEST, SUMMARY, type Manifest, type Summary } from './archive-format.ts';
import { TAR_END, tarEntry, type TarEntry } from './tar.ts';

/** A table is cut into pieces of about this size: tar must know a file's size before its bytes. */
const PIECE_BYTES = 4 * 1_048_576;
const JOBS_IN_PIECE = 500;

export interface DumpProgress {
  readonly rows: Record<string, number>;
  jobs: number;
}

/**
 * The whole database as a tar stream, read in one snapshot (LIBRARIES.md section 3, point 6). `progress` is filled as it
 * goes. Never holds more than a piece.
 */
export async function* dump(
  source: { client: pg.Client; session: Session },
  about: { now: number; log: (message: string) => void },
  progress: DumpProgress,
): AsyncGenerator<Buffer> {
  const { client, session } = source;
  const file = (entry: TarEntry) => tarEntry(entry, about.now);
  await beginSnapshot(session);
  const tables = await savedTables(session);
  yield file(json(MANIFEST, await manifestOf(session, tables, about.now)));
  for (const table of tables) {
    progress.rows[table.name] = 0;
    for await (const { entry, rows } of tablePieces(client, table)) {
      if (entry !== null) yield file(entry);
      progress.rows[table.name] = rows;
    }
    about.log(`Saved ${table.name}, ${progress.rows[table.name]} rows`);
  }
  for await (const entry of jobPieces(session, progress)) yield file(entry);
  yield file(json(SUMMARY, { rows: { ...progress.rows }, jobs: progress.jobs } satisfies Summary));
  await session('commit');
  yield TAR_END;
}

async function manifestOf(session: Session, tables: readonly SavedTable[], now: number): Promise<Manifest> {
  const [server] = await session<{ version: string }>("select current_setting('server_version') as version");
  return {
    format: FORMAT,
    made_at: new Date(now).toISOString(),
    server_version: server?.version ?? '',
    migrations: await appliedMigrations(session),
    partition_months: await partitionMonths(session),
    tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
    sequences: await sequenceValues(session),
  };
}

/** A table's COPY text in pieces; the last item tells its rows. */
async function* tablePieces(
  client: pg.Client,
  table: SavedTable,
): AsyncGenerator<{ entry: TarEntry | null; rows: number }> {
  const stream = client.query(copyTo(copyOut(table)));
  let piece = 0;
  let chunks: Buffer[] = [];
  let bytes = 0;
  const taken = (): TarEntry => {
    const data = Buffer.concat(chunks);
    piece += 1;
    [chunks, bytes] = [[], 0];
    return { name: dataName(table.name, piece), data };
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= PIECE_BYTES) yield { entry: taken(), rows: 0 };
  }
  yield { entry: bytes > 0 ? taken() : null, rows: stream.rowCount };
}

async function* jobPieces(session: Session, progress: DumpProgress): AsyncGenerator<TarEntry> {
  let after = { face: '', number: 0 };
  for (let piece = 1; ; piece += 1) {
    const page = await exportedJobs(session, after, JOBS_IN_PIECE);
    const last = page.at(-1);
    if (last === undefined) return;
    const data = Buffer.from(`{"jobs":[\n${page.map((row) => row.job).join(',\n')}\n]}\n`);
    yield { name: `jobs/${String(piece).padStart(6, '0')}.json`, data };
    progress.jobs += page.length;
    after = { face: last.face, number: last.number };
  }
}

function json(name: string, value: unknown): TarEntry {
  return { name, data: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) };
}
