import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';
import { portHolder, takenPortMessage } from './port-holder.ts';

// Below every system's ephemeral range: an outgoing connection can't take the port of a server that restarts,
// nor can a client that retries connect to itself.
const LOWEST_INNER_PORT = 17_000;
const INNER_PORTS = 14_000;

/** Whether this process could listen there now. */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Refuses to go on when a port that users rely on is taken, and names who holds it. */
export async function requireFreePort(port: number, host: string, variable: string): Promise<void> {
  if (await isPortFree(port, host)) return;
  throw new Error(takenPortMessage(port, variable, portHolder(port)));
}

/** The ports that this process has given out. */
const reservations = new Map<number, Socket>();

/**
 * Reserves a port of the loopback for as long as this process lives; false where it is taken or reserved. A server binds
 * its port seconds after it was found free: until then the UDP port of that number, which nobody needs, keeps it from
 * others of ours.
 */
export async function takePort(port: number): Promise<boolean> {
  if (!(await reserve(port))) return false;
  if (await isPortFree(port, '127.0.0.1')) return true;
  release(port);
  return false;
}

function reserve(port: number): Promise<boolean> {
  if (reservations.has(port)) return Promise.resolve(true);
  const socket = createSocket('udp4');
  reservations.set(port, socket);
  return new Promise((resolve) => {
    socket.once('error', () => {
      release(port);
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.unref();
      resolve(true);
    });
  });
}

function release(port: number): void {
  reservations.get(port)?.close();
  reservations.delete(port);
}

/** A free port on the loopback for a server that only we talk to; none is given out twice. */
export async function freeInnerPort(): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const port = LOWEST_INNER_PORT + Math.floor(Math.random() * INNER_PORTS);
    if (!reservations.has(port) && (await takePort(port))) return port;
  }
  throw new Error(`no free port between ${LOWEST_INNER_PORT} and ${LOWEST_INNER_PORT + INNER_PORTS} on 127.0.0.1`);
}

/** The wanted ports where they can still be had, others where not; all different. */
export async function innerPorts<Name extends string>(
  names: readonly Name[],
  wanted: Partial<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const chosen: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const saved = wanted[name];
    if (saved !== undefined && (await takePort(saved))) chosen[name] = saved;
  }
  for (const name of names) chosen[name] ??= await freeInnerPort();
  return chosen as Record<Name, number>;
}
