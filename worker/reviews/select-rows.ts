import { ActionFailure } from '../../activities/actions/handler.ts';
import { firstWord, statementFault } from '../../domain/reviews/statement.ts';
import { jsonOfPg } from '../../domain/reviews/pg-value.ts';
import type { Json } from '../../domain/json.ts';
import type { QueryRows } from '../../domain/reviews/report.ts';
import { isAnswer, sqlStateOf } from './failures.ts';
import type { PgSession } from './pg-session.ts';
import type { ReaderSession } from './reader-session.ts';

/** What a statement may send before it is cut off: the driver holds an answer whole. */
const MOST_READ = 32 * 2 ** 20;
const LOOK_EVERY_MS = 20;

/** Runs one statement of a user's. The transaction is read-only, and the extended protocol takes one statement only. */
export async function selectRows(
  session: ReaderSession,
  text: string,
  most: { readonly rows: number; readonly bytes: number },
  stop: AbortSignal,
): Promise<QueryRows> {
  if (!session.isHarmless) throw refused('needs a role that can only read, and there is none on this connection');
  const fault = statementFault(text);
  if (fault !== null) throw refused(fault);
  const { reader } = session;
  const watch = watchBytes(reader);
  try {
    const answer = await fetchRows(reader, text, most.rows + 1);
    const types = await typeNames(reader, answer.fields);
    const columns = answer.fields.map(({ name, dataTypeID }) => ({ name, type: types.get(dataTypeID) ?? 'unknown' }));
    const kept = keptRows(answer, most);
    return { columns, rows: kept, row_count: kept.length, truncated: kept.length < answer.rows.length };
  } catch (error) {
    stop.throwIfAborted();
    if (watch.isOver())
      throw refused(`sends more than ${MOST_READ / 2 ** 20} MB: select less of it, or shorter values`);
    if (!isAnswer(error)) throw error;
    const code = sqlStateOf(error);
    throw new ActionFailure('QueryFailed', `The database refused custom_sql (${code}): ${(error as Error).message}`, {
      retryable: code === '55P03' || code === '57014' || code === '40001',
    });
  } finally {
    watch.end();
  }
}

/** What no cursor takes; both give few rows. */
const UNCURSED = new Set(['show', 'explain']);

type Answer = Awaited<ReturnType<PgSession['rows']>>;

/** Through a cursor, which takes a query that reads and nothing else, and fetches no more than is kept. */
async function fetchRows(reader: PgSession, text: string, count: number): Promise<Answer> {
  if (UNCURSED.has(firstWord(text) ?? '')) return reader.rows(text);
  await reader.rows(`declare review_rows no scroll cursor for ${text}`);
  return reader.rows(`fetch forward ${count} from review_rows`);
}

function keptRows(answer: Answer, most: { readonly rows: number; readonly bytes: number }): Json[][] {
  const kept: Json[][] = [];
  let bytes = 0;
  for (const row of answer.rows.slice(0, most.rows)) {
    bytes += row.reduce((sum, value) => sum + (value === null ? 4 : Buffer.byteLength(value)), 0);
    if (bytes > most.bytes) break;
    kept.push(row.map((value, at) => jsonOfPg(value, answer.fields[at]?.dataTypeID ?? 0)));
  }
  return kept;
}

async function typeNames(reader: PgSession, fields: Answer['fields']): Promise<Map<number, string>> {
  const ids = [...new Set(fields.map(({ dataTypeID }) => dataTypeID))];
  const found = await reader.query<{ oid: number; name: string }>(
    'select t as oid, pg_catalog.format_type(t::oid, null) as name from unnest($1::int8[]) as t',
    [ids],
  );
  return new Map(found.map(({ oid, name }) => [Number(oid), name]));
}

/** Looks how much has come, and stops a statement that sends too much. */
function watchBytes(session: PgSession): { isOver(): boolean; end(): void } {
  const from = session.bytesRead();
  let over = false;
  const timer = setInterval(() => {
    if (over || session.bytesRead() - from < MOST_READ) return;
    over = true;
    void session.cancel();
    session.cut();
  }, LOOK_EVERY_MS);
  return { isOver: () => over, end: () => clearInterval(timer) };
}

function refused(why: string): ActionFailure {
  return new ActionFailure('QueryRefused', `custom_sql ${why}; nothing was run.`, { retryable: false });
}
