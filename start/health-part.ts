import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { healthRoutes } from '../api/http/health.ts';
import { metricsRoutes } from '../api/http/metrics/metrics-routes.ts';
import type { ParentLog } from '../api/http/request-marks.ts';
import type { WebBindings } from '../api/http/web-deps.ts';
import type { Db } from '../db/connect.ts';
import type { MqttConnection } from '../worker/mqtt-publisher.ts';
import type { NatsConnection } from '../worker/nats/open-nats.ts';
import type { Config } from './config.ts';
import { healthProbes, VITAL } from './health-probes.ts';
import type { Engine } from '../api/engine/engine.ts';
import type { ProcessMetrics } from './metrics/process-metrics.ts';

/** Health and metrics of a process without an API: the image's HEALTHCHECK asks every role for `/live` on API_PORT. */
export async function startHealthPart(given: {
  config: Config;
  log: ParentLog;
  db: Db;
  engine: Engine;
  metrics: ProcessMetrics;
  mqtt: Pick<MqttConnection, 'connected' | 'look'> | null;
  nats: NatsConnection;
}): Promise<{ stopServing(): void; stop(): Promise<void> }> {
  const { config, log, mqtt, nats } = given;
  let serving = true;
  const now = () => Date.now();
  const monotonicMs = () => performance.now();
  const health = healthRoutes({
    service: config.service,
    probes: healthProbes(given),
    vital: VITAL,
    isServing: () => serving,
    log,
    now,
    monotonicMs,
  });
  const metrics = metricsRoutes({
    registry: given.metrics.registry,
    read: null,
    dependencies: () => ({
      ...(mqtt === null ? {} : { mqtt: mqtt.connected() }),
      ...(nats.isConfigured ? { nats: nats.connected() } : {}),
    }),
    token: config.api.metricsToken,
    openToLoopback: false,
    guard: null,
    log,
    now,
    monotonicMs,
  });
  const app = new Hono<{ Bindings: WebBindings }>().route('/', health).route('/', metrics);
  const { host, port } = config.api;
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(listening));
    listening.once('error', reject);
  });
  return {
    stopServing: () => (serving = false),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
