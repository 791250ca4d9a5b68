import { type EmbeddedParts, embeddedParts } from '../embedded-parts.ts';
import { embeddedSettings } from '../embedded-settings.ts';
import { ENTRY } from '../entry.ts';
import { readEnvironment } from '../env.ts';
import { openHome } from '../home.ts';
import { chooseInnerPorts } from '../inner-ports.ts';
import { takePidLock } from '../process/pid-lock.ts';
import { jsonReport } from '../report.ts';

export interface EmbeddedServers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  stop(): Promise<void>;
}

/** Brokers are the program's own affair: a library starts none. */
const NO_BROKER = 'none';

/**
 * Runs the Postgres and the Temporal server that the settings do not name, beside the program and supervised. Throws
 * where another process runs its own on the same home.
 */
export async function startEmbeddedServers(settings: Readonly<Record<string, string>>): Promise<EmbeddedServers> {
  const { DATABASE_URL = '', TEMPORAL_ADDRESS = '' } = settings;
  // PATH and the caches' folders are the machine's; addresses of another service there are not meant for this one.
  const env = { ...readEnvironment([]).values, ...settings, DATABASE_URL, TEMPORAL_ADDRESS };
  const parsed = { ...embeddedSettings(env), mqttUrl: NO_BROKER, natsUrl: NO_BROKER };
  const home = openHome(parsed.home);
  const lock = takePidLock(home.lock);
  if (!lock.held) {
    throw new Error(
      `Process ${lock.pid} runs an Almanac on ${home.folder}: give databaseUrl and temporalAddress to join it, or another home`,
    );
  }
  let parts: EmbeddedParts | undefined;
  const stop = async () => {
    for (const server of parts?.servers.toReversed() ?? []) await server.stop();
    lock.release();
  };
  try {
    const ports = await chooseInnerPorts(home, parsed);
    parts = embeddedParts({ env, settings: parsed, home, ports, jwtSecret: '', report: warningsOnly(), entry: ENTRY });
    await Promise.all(parts.servers.map((server) => server.start()));
    const { databaseUrl, temporalAddress } = parts.addresses;
    return { databaseUrl, temporalAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function warningsOnly() {
  const report = jsonReport((line) => void process.stderr.write(`${line}\n`), Date.now);
  return { ...report, say: () => undefined, part: () => undefined };
}
