import { readFileSync } from 'node:fs';
import type { NativeConnection } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import type { Deps, Logger } from '../activities/deps.ts';
import { ensureHousekeeping, ensureSearchAttributes } from '../api/engine/namespace.ts';
import type { TemporalEngine } from '../api/engine/temporal-engine.ts';
import type { Db } from '../db/connect.ts';
import { listen } from '../db/events.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Tracing } from '../domain/tracing.ts';
import { followEventJobs } from '../worker/event-jobs.ts';
import { openDestinations } from '../worker/notify/index.ts';
import { openNotifier } from '../worker/notify/open-notifier.ts';
import { connectMqtt, type MqttConnection } from '../worker/mqtt-publisher.ts';
import type { NatsConnection } from '../worker/nats/open-nats.ts';
import type { ProcessUsage } from '../worker/process-usage.ts';
import { loadFunctions, type LoadedFunction } from '../worker/functions/load-functions.ts';
import { tellFunctions } from '../worker/functions/tell-functions.ts';
import { startWorker, type RunningWorker } from '../worker/start-worker.ts';
import { tracedSender } from '../worker/tracing/traced-sender.ts';
import { noBroker } from '../worker/no-broker.ts';
import type { Config } from './config.ts';
import { openWorld } from './worker-world.ts';

export interface WorkerPart {
  readonly worker: RunningWorker;
  readonly mqtt: MqttConnection;
  stop(): Promise<void>;
}

/** Puts the worker together: MQTT, the activities' world, the three task queues, and our housekeeping Schedule. */
export async function startWorkerPart(given: {
  config: Config;
  log: Logger;
  db: Db;
  ids: IdSource;
  instanceId: string;
  connection: NativeConnection;
  client: Client;
  engine: TemporalEngine;
  nats: NatsConnection;
  tracing?: Tracing | undefined;
  usage: () => ProcessUsage;
  requestRestart: (reason: string) => void;
  /** Beside those of FUNCTIONS_DIR. */
  functions?: readonly LoadedFunction[];
}): Promise<WorkerPart> {
  const { config, log, db, ids, instanceId, connection, client, engine, tracing } = given;
  const { mqtt: settings, temporal } = config;
  const mqtt =
    settings.url === null
      ? noBroker()
      : connectMqtt(
          {
            url: settings.url,
            clientId: `almanac-${instanceId}`,
            username: settings.username,
            password: settings.password,
            ca: settings.ca,
          },
          log,
        );
  const functions = await loadFunctions({
    folder: config.actions.functionsDir,
    examples: config.actions.exampleFunctions,
    own: given.functions ?? [],
    log,
  });
  await tellFunctions({ db, instanceId, log, served: functions.served });
  const now = () => Date.now();
  const monotonicMs = () => performance.now();
  const world = openWorld(config, { mqtt, nats: given.nats, connection, log });
  const destinations = openDestinations({
    mqtt: settings.url === null ? null : mqtt,
    nats: given.nats.isConfigured ? world.commands : null,
    webhooks: world.webhooks,
    receivers: config.notifyWebhooks,
    now,
  });
  const notifications = openNotifier({ db, log, monotonicMs }, destinations);
  const deps: Deps = {
    db,
    functions,
    ...world,
    ...(tracing !== undefined && { tracing, commands: tracedSender(world.commands, tracing) }),
    notifications,
    runs: engine,
    ids,
    log,
    instanceId,
    slots: config.limits.executorPoolSize,
    clockCapacity: config.limits.clockCapacity,
    retentionDays: config.database.retentionDays,
    usage: () => {
      const { cpuPercent, memoryMb } = given.usage();
      return { cpu_usage_percent: cpuPercent, memory_usage_mb: memoryMb };
    },
    requestRestart: given.requestRestart,
    now,
    monotonicMs,
  };
  await ensureSearchAttributes(connection, temporal.namespace);
  const workflows = new URL('../dist/workflows.js', import.meta.url).pathname;
  const worker = await startWorker({
    connection,
    namespace: temporal.namespace,
    workflowBundle: { code: readFileSync(workflows, 'utf8') },
    deps,
    drainMs: config.drainMs,
  });
  await ensureHousekeeping(client);
  const events = followEventJobs(deps, mqtt);
  const notices = listen({
    url: config.database.url,
    applicationName: `${config.service.name}-event-jobs`,
    onNotice: (notice) => void (notice.kind === 'job' && events.refresh()),
    onQueued: () => notifications.poke(),
    onState(state, error) {
      if (state === 'connected') {
        notifications.poke();
        void events.refresh();
      } else log.warn({ error }, 'Changes of event jobs are heard of within a minute only, until the database is back');
    },
  });
  return {
    worker,
    mqtt,
    async stop() {
      await notices.stop();
      await events.stop();
      await worker.stop();
      await notifications.stop();
      await mqtt.close();
    },
  };
}
