import { Socket } from 'node:net';
import pg from 'pg';
import { cancelRequest } from './cancel-request.ts';

const CONNECT_MS = 10_000;
/** After a cancel request the server has this long to say so; then the connection is cut. */
const CANCEL_MS = 3000;

/** Answers in the text that Postgres writes: what becomes of it is decided where the type is known. */
const AS_TEXT = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

export interface PgSession {
  readonly client: pg.Client;
  /** By the extended protocol, which carries one statement only. Values are texts; rows are arrays. */
  rows(text: string, values?: readonly unknown[]): Promise<pg.QueryArrayResult<(string | null)[]>>;
  /** By the extended protocol, with the driver's types. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  bytesRead(): number;
  cancel(): Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  cut(): void;
  close(): Promise<void>;
}

/** What pg reads and its types do not know. */
interface Extended {
  readonly queryMode: 'extended';
}
interface Keys {
  readonly processID: number;
  readonly secretKey: number;
}

/** A session of its own. Aborting cancels its statement, and cuts it off where that does not help. */
export async function openPgSession(
  config: {
    readonly url: string;
    readonly user?: string;
    readonly password?: string;
    readonly applicationName: string;
  },
  signal: AbortSignal,
): Promise<PgSession> {
  signal.throwIfAborted();
  const socket = new Socket();
  const url = new URL(config.url);
  if (config.user !== undefined) url.username = encodeURIComponent(config.user);
  if (config.password !== undefined) url.password = encodeURIComponent(config.password);
  const client = new pg.Client({
    connectionString: url.href,
    application_name: config.applicationName,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    stream: () => socket,
  });
  // Its queries reject by themselves; without a listener the event would end the process.
  client.on('error', () => undefined);
  let connected = false;
  const cancel = async () => {
    const { processID: processId, secretKey } = client as unknown as Keys;
    await cancelRequest({ host: client.host, port: client.port }, { processId, secretKey });
  };
  const stop = () => {
    if (!connected) {
      socket.destroy();
      return;
    }
    void cancel();
    setTimeout(() => socket.destroy(), CANCEL_MS).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    connected = true;
    signal.throwIfAborted();
  } catch (error) {
    signal.removeEventListener('abort', stop);
    socket.destroy();
    throw error;
  }
  return {
    client,
    async rows(text, values = []) {
      const query: pg.QueryArrayConfig & Extended = {
        text,
        values: [...values],
        rowMode: 'array',
        types: AS_TEXT,
        queryMode: 'extended',
      };
      return client.query<(string | null)[]>(query);
    },
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const query: pg.QueryConfig & Extended = { text, values: [...values], queryMode: 'extended' };
      return (await client.query(query)).rows as Row[];
    },
    bytesRead: () => socket.bytesRead,
    cancel,
    cut: () => socket.destroy(),
    async close() {
      signal.removeEventListener('abort', stop);
      // Whatever it still does is stopped: a session is ended, never handed on.
      const ended = client.end().catch(() => undefined);
      const cut = setTimeout(() => socket.destroy(), CANCEL_MS);
      await ended;
      clearTimeout(cut);
      socket.destroy();
    },
  };
}
