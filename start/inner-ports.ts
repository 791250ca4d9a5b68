import { openChildren } from './process/children.ts';
import type { EmbeddedSettings } from './embedded-settings.ts';
import { type Home, savedPorts, savePorts } from './home.ts';
import { chooseNatsPort } from './nats/nats-port.ts';
import { innerPorts } from './ports.ts';
import type { TemporalPorts } from './temporal/temporal-flags.ts';
import { canAdoptTemporal } from './temporal/temporal-server.ts';

export interface InnerPorts extends TemporalPorts {
  postgres: number;
  nats: number;
}

const TEMPORAL_PORTS = ['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'] as const;

/**
 * The ports of the servers that only we talk to: the saved ones where they are free or held by what we shall adopt.
 * A Postgres that is adopted tells its own port later.
 */
export async function chooseInnerPorts(home: Home, settings: EmbeddedSettings): Promise<InnerPorts> {
  const saved = savedPorts(home);
  const temporal = adoptableTemporalPorts(home, settings, saved);
  const inner = temporal
    ? { ...temporal, ...(await innerPorts(['postgres'], saved)) }
    : await innerPorts(['postgres', ...TEMPORAL_PORTS], saved);
  const chosen = { ...inner, nats: await chooseNatsPort(home, settings, saved['nats']) };
  savePorts(home, { ...chosen });
  return chosen;
}

function adoptableTemporalPorts(
  home: Home,
  settings: EmbeddedSettings,
  saved: Record<string, number>,
): TemporalPorts | undefined {
  if (!TEMPORAL_PORTS.every((name) => name in saved)) return undefined;
  const [temporal = 0, temporalUi = 0, temporalHttp = 0, temporalMetrics = 0] = TEMPORAL_PORTS.map(
    (name) => saved[name],
  );
  const ports = { temporal, temporalUi, temporalHttp, temporalMetrics };
  const server = { ports, databaseFile: home.temporalDatabase, namespace: settings.temporalNamespace };
  return canAdoptTemporal({ ...server, children: openChildren(home.children) }) ? ports : undefined;
}
