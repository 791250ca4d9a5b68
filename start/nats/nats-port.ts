import { openChildren } from '../process/children.ts';
import type { EmbeddedSettings } from '../embedded-settings.ts';
import type { Home } from '../home.ts';
import { freeInnerPort, requireFreePort, takePort } from '../ports.ts';
import { canAdoptNats } from './nats-server.ts';

const NATS_PORT = 4222;

/**
 * Where the embedded NATS server listens: on NATS_PORT, which must be free then; else on the usual port, or another one
 * where that is taken (a system's own server holds it), the same as the last time where it can be had.
 */
export async function chooseNatsPort(home: Home, settings: EmbeddedSettings, saved?: number): Promise<number> {
  const isOurs = (port: number) =>
    canAdoptNats({ port, storeFolder: home.nats, children: openChildren(home.children) });
  const isUsable = async (port: number) => isOurs(port) || (await takePort(port));
  const { natsPort: wanted } = settings;
  if (wanted !== undefined) {
    if (!isOurs(wanted)) await requireFreePort(wanted, '127.0.0.1', 'NATS_PORT');
    return wanted;
  }
  // One that was left running is adopted where it is.
  if (saved !== undefined && isOurs(saved)) return saved;
  for (const port of [NATS_PORT, saved]) if (port !== undefined && (await isUsable(port))) return port;
  return freeInnerPort();
}
