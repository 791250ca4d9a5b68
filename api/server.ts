import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { createWebApp, type WebAppDeps } from './web-app.ts';

export interface ServerDeps extends Omit<WebAppDeps, 'isServing'> {
  readonly listenOn: { readonly host: string; readonly port: number; readonly extraPorts: readonly number[] };
  /** How long a client may take to send its headers; 10 s where nothing is said. */
  readonly headersWithinMs?: number;
}

export interface WebServer {
  /** Listens; resolves with the addresses, the main one first. Rejects when the main port can't be had. */
  listen(): Promise<string[]>;
  /** From now on `/ready` says 503; requests are still answered. Part of `close`. */
  stopServing(): void;
  /** Accepts nothing new, finishes what is under way for at most `graceMs`, says goodbye to sockets. */
  close(graceMs: number): Promise<void>;
}

/** A client that sends its request slower than this is cut off, and costs no more than a socket until then. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 60_000;
const IDLE_FOR_MS = 120_000;
const KEEP_ALIVE_MS = 30_000;
const LONGEST_MESSAGE_BYTES = 16_384;
const SOCKETS_GO_WITHIN_MS = 2_000;

/** The API's web servers: one application on the main port, and on the extra ones that are free. */
export function createServer(deps: ServerDeps): WebServer {
  let serving = true;
  const { app, sockets } = createWebApp({ ...deps, isServing: () => serving });
  const servers: Server[] = [];

  const headersTimeout = deps.headersWithinMs ?? HEADERS_WITHIN_MS;

  async function open(port: number): Promise<string> {
    const server = createAdaptorServer({
      fetch: app.fetch,
      serverOptions: {
        headersTimeout,
        requestTimeout: REQUEST_WITHIN_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: headersTimeout / 5,
      },
      websocket: { server: upgrades() },
    }) as Server;
    server.setTimeout(IDLE_FOR_MS);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, deps.listenOn.host, resolve);
    });
    servers.push(server);
    return urlOf(server.address() as AddressInfo);
  }

  return {
    async listen() {
      const { port, extraPorts } = deps.listenOn;
      const urls = [await open(port)];
      for (const extra of extraPorts) {
        try {
          urls.push(await open(extra));
        } catch (error) {
          deps.log.warn({ error, port: extra }, `The extra port ${extra} can't be had; the API goes on without it`);
        }
      }
      return urls;
    },
    stopServing() {
      serving = false;
    },
    async close(graceMs) {
      serving = false;
      await Promise.all([
        sockets.close(Math.min(graceMs, SOCKETS_GO_WITHIN_MS)),
        ...servers.map((s) => shut(s, graceMs)),
      ]);
    },
  };
}

/** node-server's own type of it differs from ws's in nothing but how it writes optional fields. */
function upgrades(): WebSocketServerLike {
  const server = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE_BYTES, perMessageDeflate: false });
  return server as unknown as WebSocketServerLike;
}

/** Stops accepting, lets requests finish, and closes connections as they fall idle; after the grace, all of them. */
async function shut(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const end = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(end);
}

/** The address as a person on this machine would open it. */
function urlOf({ address, port, family }: AddressInfo): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
