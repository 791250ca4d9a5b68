import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { freeInnerPort } from '../../start/ports.ts';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server that keeps what it hears, and answers each path as it was told to: 204 where nothing was said. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  at(path: string): Received[];
  /** Answers the next requests on a path so, one after another, the last one for ever. */
  answer(path: string, ...answers: ((response: ServerResponse) => void)[]): void;
  /** Refuses connections until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers = new Map<string, ((response: ServerResponse) => void)[]>();
  let server: Server;
  const open = async (port: number): Promise<void> => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const path = request.url ?? '';
        received.push({ path, headers: request.headers, body });
        const queue = answers.get(path) ?? [];
        const next = queue.length > 1 ? queue.shift() : queue[0];
        if (next === undefined) response.writeHead(204).end();
        else next(response);
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const port = await freeInnerPort();
  await open(port);
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    at: (path) => received.filter((one) => one.path === path),
    answer: (path, ...given) => void answers.set(path, given),
    goAway: close,
    comeBack: () => open(port),
    close: () => close().catch(() => undefined),
  };
}

export function status(code: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(code, headers).end('because');
}
