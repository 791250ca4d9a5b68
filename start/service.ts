import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { TemporalEngine } from '../api/engine/temporal-engine.ts';
import { connect } from '../db/connect.ts';
import { migrate as migrateDatabase } from '../db/migrate.ts';
import { createIdSource } from '../domain/ids.ts';
import { openNats } from '../worker/nats/open-nats.ts';
import { sampleUsage } from '../worker/process-usage.ts';
import { startApiPart } from './api-part.ts';
import { loadConfig, type Config, type Parts } from './config.ts';
import { readEnvironment } from './env.ts';
import { startHealthPart } from './health-part.ts';
import { registerThisProcess } from './instance.ts';
import { createLog, writtenOut } from './log.ts';
import { secretsOf } from './log/secrets-of.ts';
import { createProcessMetrics } from './metrics/process-metrics.ts';
import { RESTART_ASKED } from './process/supervisor.ts';
import { temporalLogger } from './temporal-log.ts';
import { VARIABLE_NAMES } from './variables.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { startWorkerPart } from './worker-part.ts';

export interface RunningService {
  readonly ready: { readonly apiUrl: string };
  stop(): Promise<void>;
}

/** Runs API, worker or both in this process. Throws when the configuration is wrong or a dependency can't be reached. */
export async function runService(parts: Parts): Promise<RunningService> {
  const config = loadConfig(readEnvironment(VARIABLE_NAMES), parts);
  const log = logOf(config);
  for (const note of config.notes) log.info({}, note);
  const metrics = createProcessMetrics();
  const { db } = connect({
    url: config.database.url,
    max: config.database.poolSize,
    applicationName: config.service.name,
    onError: (error) => log.warn({ error }, 'A database connection broke'),
    onStatement: (name, tookMs) => metrics.onStatement(name, tookMs),
  });
  const usage = sampleUsage(() => performance.now());
  const instance = await registerThisProcess(db, config, parts);
  const ids = createIdSource({ slot: instance.slot, now: () => Date.now(), random: Math.random });
  if (parts.worker) Runtime.install({ logger: temporalLogger(log) });
  const { connection, client } = await connectTemporal(config, parts);
  const engine = new TemporalEngine({ client, eager: parts.worker, monotonicMs: () => performance.now() });

  const fail = (error: unknown) => {
    log.fatal({ error }, 'The service can not go on and ends; the supervisor starts it anew');
    void writtenOut(log).then(() => process.exit(RESTART_ASKED));
  };
  // As a supervisor does it: the process stops gracefully, and its exit code asks for a new one.
  const requestRestart = (reason: string) => {
    log.warn({ reason }, 'A restart is asked for');
    process.exitCode = RESTART_ASKED;
    process.kill(process.pid, 'SIGTERM');
  };
  const nats = openNats(config.nats, log);
  const tracing = await openTracing(config, log);
  const made = { nats, metrics, tracing, config, log, db, ids, engine, instanceId: instance.id };
  const given = { ...made, usage: () => usage.latest() };
  const worker =
    connection instanceof NativeConnection
      ? await startWorkerPart({ ...given, connection, client, requestRestart })
      : null;
  worker?.worker.ended.catch(fail);
  const api = parts.api ? await startApiPart({ ...given, mqtt: worker?.mqtt ?? null }) : null;
  const health = api ?? (await startHealthPart({ ...given, mqtt: worker?.mqtt ?? null }));
  instance.startBeating(
    () => ({ load: worker?.worker.load() ?? 0, usage: usage.latest() }),
    fail,
    () => metrics.keepCounts(db),
  );

  return {
    ready: { apiUrl: api?.url ?? '' },
    // LIBRARIES.md section 4: the API first, then the worker's drain, then what both stood on.
    async stop() {
      health.stopServing();
      usage.stop();
      const steps = [
        () => instance.drain(),
        () => health.stop(),
        () => worker?.stop(),
        () => nats.close(),
        () => tracing?.close(),
        () => metrics.keepCounts(db),
        () => instance.stop(),
        () => connection.close(),
        () => db.destroy(),
      ];
      for (const step of steps) {
        try {
          await step();
        } catch (error) {
          log.warn({ error }, 'A part did not stop cleanly; the stop goes on');
        }
      }
      await writtenOut(log);
    },
  };
}

/** Brings the schema up to date; several may do so at once. */
export async function migrate(): Promise<void> {
  const config = loadConfig(readEnvironment(VARIABLE_NAMES), { api: false, worker: false });
  const log = logOf(config);
  const { db } = connect({
    url: config.database.url,
    max: 2,
    applicationName: `${config.service.name}-migrate`,
    statementTimeoutMs: 0,
    onError: (error) => log.warn({ error }, 'A database connection broke'),
  });
  try {
    const done = await migrateDatabase(db, Date.now());
    for (const name of done) log.info({ migration: name }, 'Migrated');
  } finally {
    await db.destroy();
    await writtenOut(log);
  }
}

function logOf(config: Config) {
  const { name } = config.service;
  return createLog({ name, level: config.log.level, pretty: process.stdout.isTTY, secrets: secretsOf(config) });
}

/** With a worker the client shares its connection, so that runs by hand can start eagerly (ENGINE.md 4.3). */
async function connectTemporal(config: Config, parts: Parts) {
  const { address, namespace } = config.temporal;
  if (!parts.worker) {
    const connection = await Connection.connect({ address });
    return { connection, client: new Client({ connection, namespace }) };
  }
  const connection = await NativeConnection.connect({ address });
  return { connection, client: new Client({ connection, namespace }) };
}
