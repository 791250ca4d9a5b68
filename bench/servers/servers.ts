import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../start/env.ts';
import { innerPorts } from '../../start/ports.ts';
import { startPostgres } from '../../start/postgres/postgres-server.ts';
import { humanReport } from '../../start/report.ts';
import { ensureTemporalBinary } from '../../start/temporal/temporal-binary.ts';
import { startTemporal } from '../../start/temporal/temporal-server.ts';
import { PROGRAM } from './program.ts';
import { startMqttBroker } from './broker.ts';

/** The servers of one measurement, fresh: the same that `npm start` runs, with the same settings. */
export interface Servers {
  /** A folder for whatever the measurement needs; it goes with the servers. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly mqttUrl: string;
  readonly broker: string;
  readonly pids: { readonly temporal: number; readonly postgres: number; readonly broker: number };
}

const DATABASE = 'almanac';

/** Starts Postgres, Temporal (file-backed) and an MQTT broker, hands them to `use`, and ends them again. */
export async function withServers<T>(use: (servers: Servers) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
  // Postgres runs as another user where root starts it: shut, the data would be put elsewhere and stay there.
  chmodSync(folder, 0o711);
  const stops: (() => Promise<void>)[] = [];
  try {
    const servers = await startAll(folder, stops);
    return await use(servers);
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAll(folder: string, stops: (() => Promise<void>)[]): Promise<Servers> {
  const home = join(folder, 'home');
  mkdirSync(home);
  const names = ['postgres', 'mqtt', 'temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'] as const;
  const ports = await innerPorts(names, {});
  const logFile = (name: string) => join(folder, `${name}.log`);
  const postgres = await startPostgres({
    home,
    port: ports.postgres,
    logFile: logFile('postgres'),
    database: DATABASE,
  });
  stops.push(() => postgres.stop());
  const binary = await temporalBinary();
  const temporal = await startTemporal({
    binary,
    ports,
    logFile: logFile('temporal'),
    databaseFile: join(folder, 'temporal.db'),
  });
  stops.push(() => temporal.stop());
  const broker = await startMqttBroker({ folder, port: ports.mqtt });
  stops.push(() => broker.stop());
  return {
    folder,
    databaseUrl: postgres.url,
    temporalAddress: `127.0.0.1:${ports.temporal}`,
    mqttUrl: `mqtt://127.0.0.1:${ports.mqtt}`,
    broker: broker.name,
    pids: { temporal: temporal.pid, postgres: postgres.pid, broker: broker.pid },
  };
}

function temporalBinary(): Promise<string> {
  const report = humanReport((line) => console.error(line));
  return ensureTemporalBinary({ env: readEnvironment([]).values, report, entry: PROGRAM });
}
