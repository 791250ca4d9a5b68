import pg from 'pg';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A connection that died without a word is found by asking it something. */
const PROBE_EVERY_MS = 20_000;

/** One connection that is never shared and comes back by itself: for what lives in a session (LISTEN, session locks). */
export interface DedicatedConnection {
  connected(): boolean;
  /** Rejects while the connection is away. */
  query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface DedicatedOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Run on each new session before it counts as connected. */
  readonly prepare: (client: pg.Client) => Promise<unknown>;
  readonly onNotification: (payload: string) => void;
  readonly onState: (state: 'connected' | 'lost', error?: Error) => void;
}

/** Opens it, and anew with growing waits whenever it breaks, until it is stopped. */
export function dedicateConnection(options: DedicatedOptions): DedicatedConnection {
  let current: pg.Client | null = null;
  let ready = false;
  let stopped = false;
  let waitMs = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    const client = new pg.Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: LONGEST_WAIT_MS,
      query_timeout: LONGEST_WAIT_MS,
      keepAlive: true,
    });
    current = client;
    client.on('error', (error) => lose(client, error));
    client.on('end', () => lose(client));
    client.on('notification', ({ payload }) => current === client && options.onNotification(payload ?? ''));
    try {
      await client.connect();
      await options.prepare(client);
    } catch (error) {
      lose(client, error as Error);
      return;
    }
    if (current !== client) return;
    ready = true;
    waitMs = FIRST_WAIT_MS;
    options.onState('connected');
    probeLater(client);
  }

  function lose(client: pg.Client, error?: Error): void {
    if (current !== client || stopped) return;
    current = null;
    ready = false;
    clearTimeout(timer);
    client.end().catch(() => undefined);
    options.onState('lost', error);
    timer = setTimeout(() => void open(), waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  function probeLater(client: pg.Client): void {
    timer = setTimeout(() => {
      client.query('select 1').then(
        () => current === client && !stopped && probeLater(client),
        (error: unknown) => lose(client, error as Error),
      );
    }, PROBE_EVERY_MS);
  }

  void open();
  return {
    connected: () => ready,
    async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
      if (current === null || !ready) throw new Error('The connection to Postgres is away');
      return (await current.query<Row>(text, [...values])).rows;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      ready = false;
      await current?.end().catch(() => undefined);
    },
  };
}
