import { setTimeout as sleep } from 'node:timers/promises';
import { openChildren } from './process/children.ts';
import type { EmbeddedSettings } from './embedded-settings.ts';
import { forkPart, type PartStep } from './process/forked-part.ts';
import { type Home, savePorts } from './home.ts';
import type { InnerPorts } from './inner-ports.ts';
import { ensureNatsBinary } from './nats/nats-binary.ts';
import { startNatsServer } from './nats/nats-server.ts';
import { startPostgres } from './postgres/postgres-server.ts';
import type { Report } from './report.ts';
import type { RunningPart } from './process/running-part.ts';
import { type PartAddresses, serviceEnvironment } from './service-environment.ts';
import { type KeptPart, keepRunning } from './process/supervisor.ts';
import { ensureTemporalBinary } from './temporal/temporal-binary.ts';
import { startTemporal } from './temporal/temporal-server.ts';

export interface PartsOptions {
  env: NodeJS.ProcessEnv;
  settings: EmbeddedSettings;
  home: Home;
  ports: InnerPorts;
  jwtSecret: string;
  report: Report;
  /** Our own entry point, which children are forked from. */
  entry: string;
}

export interface EmbeddedParts {
  /** What the service needs: these may start side by side. */
  servers: KeptPart[];
  /** What the service can do without for a while: nothing waits for it, and its start may fail. Null: one is given. */
  nats: KeptPart | null;
  /** API and worker, which start when the servers are up. */
  service: KeptPart;
  addresses: PartAddresses;
}

const DATABASE = 'almanac';
/** Beyond the worker's drain: API, brokers and pools close too. */
const SERVICE_CLOSE_MS = 10_000;
const BROKER_GRACE_MS = 3_000;

const systemClock = {
  now: () => performance.now(),
  wait: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** Tells how each part of this start is launched; a part whose address is given is not there. */
export function embeddedParts(options: PartsOptions): EmbeddedParts {
  const { env, settings, home, ports, jwtSecret, report, entry } = options;
  const children = openChildren(home.children);
  const addresses: PartAddresses = {
    databaseUrl: settings.databaseUrl ?? '',
    temporalAddress: settings.temporalAddress ?? `127.0.0.1:${ports.temporal}`,
    temporalUiUrl: settings.temporalAddress ? settings.temporalUiUrl : `http://127.0.0.1:${ports.temporalUi}`,
    mqttUrl: settings.mqttUrl ?? `mqtt://127.0.0.1:${settings.mqttPort}`,
    natsUrl: settings.natsUrl ?? `nats://127.0.0.1:${ports.nats}`,
  };

  async function postgres(stopping: AbortSignal): Promise<RunningPart> {
    const place = { home: home.folder, database: DATABASE, port: ports.postgres, logFile: home.log('postgres') };
    const part = await startPostgres({ ...place, stopping });
    addresses.databaseUrl = part.url;
    ports.postgres = part.port;
    savePorts(home, { ...ports });
    return part;
  }

  async function temporal(stopping: AbortSignal): Promise<RunningPart> {
    const binary = await ensureTemporalBinary({ env, report, entry, stopping });
    const state = { databaseFile: home.temporalDatabase, logFile: home.log('temporal'), children };
    const onSlow = (message: string) => report.say(message);
    return startTemporal({ ...state, binary, ports, namespace: settings.temporalNamespace, stopping, onSlow });
  }

  async function nats(stopping: AbortSignal): Promise<RunningPart> {
    const binary = await ensureNatsBinary({ env, report, stopping });
    const state = { storeFolder: home.nats, logFile: home.log('nats'), children };
    return startNatsServer({ ...state, binary, port: ports.nats, stopping });
  }

  const onStep = (step: PartStep) => report.part(step.name, step.detail, step.tookMs);
  const fork = { entry, children, onStep };
  const mqtt = (stopping: AbortSignal) =>
    forkPart({ ...fork, name: 'mqtt', command: ['broker'], env, graceMs: BROKER_GRACE_MS, stopping });
  const service = (stopping: AbortSignal) => {
    const serviceEnv = serviceEnvironment(env, { settings, home, addresses, jwtSecret });
    const command = ['service', '--migrate'];
    const graceMs = settings.drainSeconds * 1000 + SERVICE_CLOSE_MS;
    return forkPart({ ...fork, name: 'service', command, env: serviceEnv, graceMs, stopping });
  };

  const kept = (name: string, launch: (stopping: AbortSignal) => Promise<RunningPart>) =>
    keepRunning(name, launch, { clock: systemClock, report });
  return {
    servers: [
      ...(settings.databaseUrl ? [] : [kept('postgres', postgres)]),
      ...(settings.temporalAddress ? [] : [kept('temporal', temporal)]),
      ...(settings.mqttUrl ? [] : [kept('mqtt', mqtt)]),
    ],
    nats: settings.natsUrl ? null : kept('nats', nats),
    service: kept('service', service),
    addresses,
  };
}
