import { embeddedParts } from '../embedded-parts.ts';
import { embeddedSettings } from '../embedded-settings.ts';
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

/** What the download or the build of a Temporal server is forked from. */
const entry = new URL('../dist/main.js', new URL('..', import.meta.url)).pathname;

/**
 * Runs the Postgres and the Temporal server that are not given, beside the program and supervised. Throws where another
 * process runs its own on the same home.
 */
export async function startEmbeddedServers(settings: Readonly<Record<string, string>>): Promise<EmbeddedServers> {
  const env = { ...readEnvironment([]).values, ...settings, MQTT_URL: 'none', NATS_URL: 'none' };
  const parsed = embeddedSettings({ ...env, DATABASE_URL: settings['DATABASE_URL'] ?? '', TEMPORAL_ADDRESS: settings['TEMPORAL_ADDRESS'] ?? '' });
  const home = openHome(parsed.home);
  const lock = takePidLock(home.lock);
  if (!lock.held) {
    throw new Error(
      `Process ${lock.pid} runs an Almanac on ${home.folder}: give databaseUrl and temporalAddress to join it, or another home`,
    );
  }
  const report = jsonReport((line) => void process.stderr.write(`${line}\n`), Date.now);
  const quiet = { ...report, say: () => undefined, part: () => undefined };
  const ports = await chooseInnerPorts(home, parsed);
  const parts = embeddedParts({ env, settings: parsed, home, ports, jwtSecret: '', report: quiet, entry });
  const stop = async () => {
    for (const server of parts.servers.toReversed()) await server.stop();
    lock.release();
  };
  try {
    await Promise.all(parts.servers.map((server) => server.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { databaseUrl: parts.addresses.databaseUrl, temporalAddress: parts.addresses.temporalAddress, stop };
}
