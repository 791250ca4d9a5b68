import type { HttpBindings } from '@hono/node-server';
import { isIP } from 'node:net';

/** The address at the other end of the socket: never what a header claims (DECISIONS section 2). */
export function peerAddress(bindings: HttpBindings): string {
  const address = bindings.incoming.socket.remoteAddress ?? 'unknown';
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Whether a request was made on this very machine by its own user. A proxy here speaks for others, and so does a web
 * page of another origin (or behind a rebound name) in a browser here: both come from loopback, and neither counts.
 */
export function isFromThisMachine(bindings: HttpBindings): boolean {
  const { headers } = bindings.incoming;
  if (!isLoopback(peerAddress(bindings)) || PROXY_HEADERS.some((name) => headers[name] !== undefined)) return false;
  const host = headers.host ?? '';
  if (!isLoopbackHost(host)) return false;
  const { origin } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}
