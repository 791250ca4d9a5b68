import { Socket } from 'node:net';
import pg from 'pg';
import type { Session } from '../db/queries/backup.ts';

/** A session of its own, beside the pool and its limits. Aborting cuts it off at once, whatever it is doing. */
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
  try {
    await client.connect();
  } catch (error) {
    signal.removeEventListener('abort', cut);
    cut();
    throw error;
  }
  return {
    client,
    session: async <Row>(text: string, values: readonly unknown[] = []) => {
      const result = values.length === 0 ? await client.query(text) : await client.query(text, [...values]);
      return result.rows as Row[];
    },
    async close() {
      signal.removeEventListener('abort', cut);
      if (signal.aborted) cut();
      else await client.end().catch(cut);
    },
  };
}
