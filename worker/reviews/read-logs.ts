import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { words, type LogFormat, type LogTexts } from '../../activities/actions/review/reviewed-database.ts';
import type { ReviewConnection } from './connection.ts';
import { isAnswer, sqlStateOf } from './failures.ts';
import type { ReaderSession } from './reader-session.ts';

/** A part of a log is read in pieces, so that no answer is large. */
const PIECE_BYTES = 2 ** 20;

/** The ends of the newest logs: from the configured path, else through the database's own functions. */
export async function readLogs(
  connection: ReviewConnection,
  session: ReaderSession,
  bytes: number,
  stop: AbortSignal,
): Promise<LogTexts> {
  try {
    const files = connection.logPath === null ? await serverFiles(session, stop) : await localFiles(connection.logPath);
    if (files.length === 0) return { texts: null, lacking: noLogs('there are no log files') };
    return { texts: await ends(files, bytes, stop), lacking: null };
  } catch (error) {
    stop.throwIfAborted();
    const code = sqlStateOf(error);
    if (code === null || (connection.logPath === null && !isAnswer(error))) throw error;
    return { texts: null, lacking: noLogs(code) };
  }
}

interface LogFile {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  read(offset: number, length: number): Promise<Buffer>;
}

/** Where one file is written in several formats, the one that says most is read. */
async function ends(files: readonly LogFile[], most: number, stop: AbortSignal) {
  const format = (['json', 'csv', 'stderr'] as const).find((each) => files.some(({ name }) => formatOf(name) === each));
  const newest = files.filter(({ name }) => formatOf(name) === format).sort((a, b) => b.modifiedAt - a.modifiedAt);
  const texts: { format: LogFormat; text: string }[] = [];
  let left = most;
  for (const file of newest) {
    if (left <= 0) break;
    stop.throwIfAborted();
    const length = Math.min(left, file.bytes);
    const text = await wholeLines(file, file.bytes - length, length);
    texts.unshift({ format: formatOf(file.name), text });
    left -= length;
  }
  return texts;
}

async function wholeLines(file: LogFile, from: number, length: number): Promise<string> {
  const pieces: Buffer[] = [];
  for (let offset = from; offset < from + length; offset += PIECE_BYTES) {
    pieces.push(await file.read(offset, Math.min(PIECE_BYTES, from + length - offset)));
  }
  const text = Buffer.concat(pieces).toString('utf8');
  // Begun in the middle, the first line is none.
  return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

function formatOf(name: string): LogFormat {
  if (name.endsWith('.csv')) return 'csv';
  return name.endsWith('.json') ? 'json' : 'stderr';
}

interface ServerFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: string;
  readonly modified: number;
}

/**
 * `pg_ls_logdir` needs pg_monitor, `pg_read_binary_file` more than a reader should have: what the reader may not, the
 * connection's own user reads, by these two statements only and in a read-only transaction.
 */
async function serverFiles({ reader, admin }: ReaderSession, stop: AbortSignal): Promise<LogFile[]> {
  const listed = await admin.query<ServerFile>(`
    select name, current_setting('log_directory') || '/' || name as path, size::text as bytes,
      extract(epoch from modification)::float8 as modified
    from pg_ls_logdir() order by modification desc limit 50`);
  const source = (await mayRead(reader)) ? reader : admin;
  return listed.map(({ name, path, bytes, modified }) => ({
    name,
    bytes: Number(bytes),
    modifiedAt: modified,
    async read(offset, length) {
      stop.throwIfAborted();
      const [row] = await source.query<{ piece: Buffer }>('select pg_read_binary_file($1, $2, $3) as piece', [
        path,
        offset,
        length,
      ]);
      return row?.piece ?? Buffer.alloc(0);
    },
  }));
}

async function mayRead(reader: ReaderSession['reader']): Promise<boolean> {
  const [row] = await reader.query<{ may: boolean }>(
    `select has_function_privilege('pg_read_binary_file(text, bigint, bigint)', 'execute') as may`,
  );
  return row?.may === true;
}

async function localFiles(path: string): Promise<LogFile[]> {
  const found = await stat(path);
  const names = found.isDirectory() ? (await readdir(path)).filter((name) => /\.(log|csv|json)$/.test(name)) : [''];
  return Promise.all(
    names.map(async (name) => {
      const file = name === '' ? path : join(path, name);
      const { size, mtimeMs } = await stat(file);
      return {
        name: file,
        bytes: size,
        modifiedAt: mtimeMs,
        async read(offset: number, length: number) {
          const handle = await open(file);
          try {
            const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
            return buffer.subarray(0, bytesRead);
          } finally {
            await handle.close();
          }
        },
      };
    }),
  );
}

function noLogs(reason: string): { what: ReturnType<typeof words>; sql: string } {
  return {
    what: words(
      `Журналы прочитать нельзя (${reason}): включите logging_collector и дайте права ниже, или укажите log_path в REVIEW_CONNECTIONS`,
      `The logs can not be read (${reason}): turn on logging_collector and grant the rights below, or give log_path in REVIEW_CONNECTIONS`,
    ),
    sql: [
      'ALTER SYSTEM SET logging_collector = on; -- pg_ctl restart',
      'GRANT pg_monitor TO <user>;',
      'GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint) TO <user>;',
    ].join('\n'),
  };
}
