import { WebSocket } from 'ws';
import { until, type RunningWeb } from '../http/running-web.ts';

export const SOCKET_PATH = '/api/v1/scheduler/ws';

export interface SocketMessage {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly execution?: string };
  readonly id?: string;
}

/** A client of the event stream. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** All but the answers to `ready`. */
  readonly messages: SocketMessage[];
  closed(): { code: number; reason: string } | null;
  say(message: unknown): void;
  /** Resolves when the service has answered: it is authenticated, and all sent before has arrived. Returns the position. */
  ready(): Promise<string | undefined>;
}

const clients: SocketClient[] = [];

export async function openSocket(
  at: RunningWeb,
  headers: Record<string, string> = {},
  path = SOCKET_PATH,
): Promise<SocketClient> {
  const socket = new WebSocket(`${at.url.replace('http', 'ws')}${path}`, { headers });
  const messages: SocketMessage[] = [];
  const pongs: SocketMessage[] = [];
  let closed: { code: number; reason: string } | null = null;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as SocketMessage;
    (message.event === 'pong' ? pongs : messages).push(message);
  });
  socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  const client: SocketClient = {
    ...{ socket, messages },
    closed: () => closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async ready() {
      const before = pongs.length;
      this.say({ type: 'ping' });
      await until(() => pongs.length > before);
      return pongs.at(-1)?.id;
    },
  };
  clients.push(client);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return client;
}

export async function closeOf(client: SocketClient): Promise<{ code: number; reason: string }> {
  await until(() => client.closed() !== null);
  return client.closed() ?? { code: 0, reason: '' };
}

/** For `afterEach`: no socket stays, whatever became of its test. */
export async function endSockets(): Promise<void> {
  for (const { socket } of clients) socket.terminate();
  await until(() =>
    clients.every((client) => client.closed() !== null || client.socket.readyState === client.socket.CLOSED),
  );
  clients.length = 0;
}
