import { ActionFailure } from '../../activities/actions/handler.ts';
import type { ReviewedDatabase, Reviews } from '../../activities/actions/review/reviewed-database.ts';
import type { ReviewConnection } from './connection.ts';
import { reachFailure } from './failures.ts';
import { machineOf } from './machine.ts';
import { readLogs } from './read-logs.ts';
import { openReader, type ReaderSession } from './reader-session.ts';
import { runQuery } from './run-query.ts';
import { selectRows } from './select-rows.ts';

/** Reviews read through sessions of their own, opened for each and ended after it (DECISIONS section 9). */
export function openReviews(connections: readonly ReviewConnection[]): Reviews {
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  return {
    async within(connectionId, timeoutMs, signal, work) {
      const connection = byId.get(connectionId);
      if (connection === undefined) throw unknown(connectionId, [...byId.keys()]);
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(overTime(timeoutMs)), timeoutMs);
      const stop = AbortSignal.any([signal, limit.signal]);
      try {
        return await inSession(connection, timeoutMs, stop, work);
      } catch (error) {
        // Whatever the database said of it, it was stopped for this.
        stop.throwIfAborted();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function inSession<T>(
  connection: ReviewConnection,
  timeoutMs: number,
  stop: AbortSignal,
  work: (database: ReviewedDatabase) => Promise<T>,
): Promise<T> {
  const session = await openReader(connection, stop).catch((error: unknown) => {
    throw reachFailure(connection, error);
  });
  try {
    await beginReading(session, timeoutMs).catch((error: unknown) => {
      throw reachFailure(connection, error);
    });
    return await work(databaseOf(connection, session, stop));
  } finally {
    // Nothing is ever committed. A session that was stopped may not answer any more.
    if (!stop.aborted) await session.reader.query('rollback').catch(() => undefined);
    await session.close();
  }
}

/** Set where they are known; the first is of PostgreSQL 14. */
const SETTINGS = (timeoutMs: number): Readonly<Record<string, string>> => ({
  client_connection_check_interval: '2s',
  statement_timeout: `${timeoutMs}ms`,
  lock_timeout: '500ms',
  idle_in_transaction_session_timeout: `${timeoutMs + 60_000}ms`,
  default_transaction_read_only: 'on',
});

async function beginReading({ reader, admin }: ReaderSession, timeoutMs: number): Promise<void> {
  const settings = JSON.stringify(SETTINGS(timeoutMs));
  for (const session of new Set([reader, admin])) {
    await session.query(
      `select set_config(name, wanted.value, false)
        from pg_settings join jsonb_each_text($1::jsonb) as wanted(key, value) on wanted.key = name`,
      [settings],
    );
  }
  await reader.query('begin transaction isolation level read committed, read only');
  // A snapshot once taken, the transaction can't be made to write any more.
  await reader.query('select 1');
}

function databaseOf(connection: ReviewConnection, session: ReaderSession, stop: AbortSignal): ReviewedDatabase {
  const { standing, role, lacking, reader } = session;
  return {
    connection: { id: connection.id, name: connection.name },
    database: standing.database,
    version: standing.version,
    versionNumber: standing.version_number,
    role,
    lacking,
    machine: machineOf(connection),
    query: (text, values) => runQuery(reader, text, values, stop),
    select: (text, most) => selectRows(session, text, most, stop),
    readLogs: (bytes) => readLogs(connection, session, bytes, stop),
  };
}

function unknown(id: number, known: readonly number[]): ActionFailure {
  const message = `There is no connection ${id}; there are ${known.join(', ')}. Add it to REVIEW_CONNECTIONS and restart the worker.`;
  return new ActionFailure('UnknownConnection', message, { retryable: false });
}

function overTime(timeoutMs: number): ActionFailure {
  const message = `The review ran past its query_timeout of ${timeoutMs / 1000} s and was stopped; nothing was changed.`;
  return new ActionFailure('QueryTimeout', message, { retryable: true });
}
