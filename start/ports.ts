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

/** A free port on the loopback for a server that only we talk to, none of `taken`. */
export async function freeInnerPort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const port = LOWEST_INNER_PORT + Math.floor(Math.random() * INNER_PORTS);
    if (!taken.has(port) && (await isPortFree(port, '127.0.0.1'))) return port;
  }
  throw new Error(`no free port between ${LOWEST_INNER_PORT} and ${LOWEST_INNER_PORT + INNER_PORTS} on 127.0.0.1`);
}

/** The wanted ports where they are still free, others where not; all different. */
export async function innerPorts<Name extends string>(
  names: readonly Name[],
  wanted: Partial<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const taken = new Set<number>(Object.values<number | undefined>(wanted).filter((port) => port !== undefined));
  const chosen: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const saved = wanted[name];
    const port = saved !== undefined && (await isPortFree(saved, '127.0.0.1')) ? saved : await freeInnerPort(taken);
    taken.add(port);
    chosen[name] = port;
  }
  return chosen as Record<Name, number>;
}
