import { Socket } from 'node:net';
import pg from 'pg';
import type { Session } from '../../db/queries/backup.ts';

/** A session of its own, for what lasts longer than the pool's statements may. Aborting cuts it off at once. */
export async function openSession(
  url: string,
  applicationName: string,
  signal: AbortSignal,
): Promise<{ client: pg.Client; session: Session; close(): Promise<void> }> {
  signal.throwIfAborted();
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    stream: () => socket,
  });
  // Its queries reject by themselves; without a listener the event would end the process.
  client.on('error', () => undefined);
  const cut = () => socket.destroy();
  signal.addEventListener('abort', cut, { once: true });
  await client.connect();
  return {
    client,
    session: async <Row>(text: string, values: readonly unknown[] = []) => {
      const result = values.length === 0 ? await client.query(text) : await client.query(text, [...values]);
      return result.rows as Row[];
    },
    async close() {
      signal.removeEventListener('abort', cut);
      if (signal.aborted) socket.destroy();
      else await client.end().catch(() => undefined);
    },
  };
}
