import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { TemporalEngine } from '../../api/engine/temporal-engine.ts';
import type { VerbContext } from '../../api/verbs/context.ts';
import { connect } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { markStarting } from '../../db/queries/instance-starts.ts';
import { createIdSource } from '../../domain/ids.ts';
import { openNats } from '../../worker/nats/open-nats.ts';
import { sampleUsage } from '../../worker/process-usage.ts';
import { loadConfig } from '../config.ts';
import { readEnvironment } from '../env.ts';
import { registerThisProcess } from '../instance.ts';
import { createLog } from '../log.ts';
import { secretsOf } from '../log/secrets-of.ts';
import { temporalLogger } from '../temporal-log.ts';
import { openTracing } from '../tracing/open-tracing.ts';
import { VARIABLE_NAMES } from '../variables.ts';
import { startWorkerPart, type WorkerPart } from '../worker-part.ts';
import { startEmbeddedServers } from './embedded-servers.ts';
import { programFunctions } from './program-functions.ts';
import { schedulerSettings } from './scheduler-settings.ts';
import type { SchedulerOptions } from './scheduler.ts';

/** A scheduler that is connected and registered; its worker runs between `start` and `close`. */
export interface OpenScheduler {
  readonly instanceId: string;
  /** For the face of the document; what is done is done in the name of `subject`. */
  contextAs(subject: string): VerbContext;
  start(): Promise<void>;
  /** Takes no more work from now on; resolves when runs have ended and everything is closed. */
  close(): Promise<void>;
}

const PARTS = { api: false, worker: true };

/** Brings up what is missing, connects, and registers this process as an instance. Undoes that where a step fails. */
export async function openScheduler(options: SchedulerOptions): Promise<OpenScheduler> {
  const undo: (() => unknown)[] = [];
  const closeAll = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return await open(options, undo, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  options: SchedulerOptions,
  undo: (() => unknown)[],
  closeAll: () => Promise<void>,
): Promise<OpenScheduler> {
  const functions = programFunctions(options.functions);
  let settings = schedulerSettings(options);
  if (settings['DATABASE_URL'] === undefined || settings['TEMPORAL_ADDRESS'] === undefined) {
    const servers = await startEmbeddedServers(settings);
    undo.push(() => servers.stop());
    settings = { ...settings, DATABASE_URL: servers.databaseUrl, TEMPORAL_ADDRESS: servers.temporalAddress };
  }
  const config = loadConfig(readEnvironment(VARIABLE_NAMES, settings), PARTS);
  const { name } = config.service;
  const log = createLog({ name, level: config.log.level, pretty: false, secrets: secretsOf(config) });
  const { db } = connect({
    url: config.database.url,
    max: config.database.poolSize,
    applicationName: config.service.name,
    onError: (error) => log.warn({ error }, 'A database connection broke'),
  });
  undo.push(() => db.destroy());
  await migrate(db, Date.now());
  const usage = sampleUsage(() => performance.now());
  undo.push(() => usage.stop());
  logTemporalWith(log);
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  undo.push(() => connection.close());
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const engine = new TemporalEngine({ client, eager: true, monotonicMs: () => performance.now() });
  const tracing = await openTracing(config, log);
  undo.push(() => tracing?.close());
  const nats = openNats(config.nats, log);
  undo.push(() => nats.close());
  const instance = await registerThisProcess(db, config, PARTS);
  await markStarting(db, instance.id, true);
  undo.push(() => instance.stop());
  const ids = createIdSource({ slot: instance.slot, now: () => Date.now(), random: Math.random });

  const fail = (error: unknown) => {
    log.fatal({ error }, 'The scheduler can not go on: stop it and start another');
    options.onFailure?.(error);
  };
  let worker: WorkerPart | undefined;
  instance.startBeating(() => ({ load: worker?.worker.load() ?? 0, usage: usage.latest() }), fail);
  const requestRestart = (reason: string) => fail(new Error(`A restart is asked for: ${reason}`));
  return {
    instanceId: instance.id,
    contextAs: (subject) => ({
      db,
      engine,
      ids,
      limits: config.limits,
      actor: { subject, roles: ['super_admin'], face: 'console', correlationId: ids.next() },
      log,
      deviceId: config.templates.deviceId,
      now: () => Date.now(),
    }),
    async start() {
      const parts = { config, log, db, ids, instanceId: instance.id, connection, client, engine };
      const given = { ...parts, nats, functions, tracing };
      const started = await startWorkerPart({ ...given, usage: () => usage.latest(), requestRestart });
      worker = started;
      started.worker.ended.catch(fail);
      undo.push(() => started.stop());
      await markStarting(db, instance.id, false);
    },
    async close() {
      await instance.drain();
      await closeAll();
    },
  };
}

/** Temporal's core logs through one sink a process: the first to ask for it wins, be it the program itself. */
function logTemporalWith(log: ReturnType<typeof createLog>): void {
  try {
    Runtime.install({ logger: temporalLogger(log) });
  } catch (error) {
    log.debug({ error }, "Temporal's log goes where it went before");
  }
}
