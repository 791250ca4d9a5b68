import { serve } from '@hono/node-server';
import { healthRoutes } from '../api/http/health.ts';
import type { ParentLog } from '../api/http/request-marks.ts';
import { databaseNow, type Db } from '../db/connect.ts';
import type { Config } from './config.ts';
import type { Engine } from '../api/engine/engine.ts';

/** Health of a process without an API: the image's HEALTHCHECK asks every role for `/live` on API_PORT. */
export async function startHealthPart(given: {
  config: Config;
  log: ParentLog;
  db: Db;
  engine: Engine;
}): Promise<{ stopServing(): void; stop(): Promise<void> }> {
  const { config, log, db, engine } = given;
  let serving = true;
  const app = healthRoutes({
    service: config.service,
    probes: { database: async () => void (await databaseNow(db)), temporal: () => engine.ensureReachable() },
    vital: ['database'],
    isDatabaseUp: async () => Number.isFinite(await databaseNow(db)),
    isServing: () => serving,
    log,
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
  });
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
