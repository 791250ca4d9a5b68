import { EventEmitter } from 'node:events';
import { Registry } from 'prom-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { metricsRoutes, type MetricsDeps } from '../../../api/http/metrics/metrics-routes.ts';
import type { MetricsReading } from '../../../db/queries/metrics-read.ts';
import { bearer, migratedDatabase, startWeb } from '../http/running-web.ts';

const TOKEN = 'what-Prometheus-sends-in-32-bytes-or-more';
const EMPTY: MetricsReading = {
  ...{ jobs: [], totals: [], live: [], instances: [], counts: new Map(), relays: [] },
  ...{ pendingNotifications: 0, housekeeping: null, at: 0 },
};

describe('Who may read /metrics', () => {
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await migratedDatabase();
  });

  it('is who sends METRICS_TOKEN, or may read here anyway', async () => {
    const web = await startWeb({ databaseUrl, metricsToken: TOKEN });
    const status = async (headers: Record<string, string>) => (await web.get('/metrics', headers)).status;
    expect(await status({ authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await status(await bearer({ roles: ['viewer'] }))).toBe(200);
    expect(await status({})).toBe(401);
    expect(await status({ authorization: `Bearer ${TOKEN}x` })).toBe(401);
    expect(await status({ authorization: TOKEN })).toBe(401);
    expect(await status(await bearer({ roles: [] }))).toBe(403);
    const refused = (await (await web.get('/metrics')).json()) as { error: { message: string } };
    expect(refused.error.message).toContain('METRICS_TOKEN');
    await web.stop();
  });

  it('is any program on this machine where faces are open, but none that a proxy speaks for', async () => {
    const web = await startWeb({ databaseUrl, openFaces: true });
    expect((await web.get('/metrics')).status).toBe(200);
    expect((await web.get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
    expect((await web.get('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401);
    await web.stop();
  });

  it('is slowed down when it guesses', async () => {
    const web = await startWeb({ databaseUrl, metricsToken: TOKEN, rateLimits: { read: 3, write: 0 } });
    const guess = async (i: number) => (await web.get('/metrics', { authorization: `Bearer guess-${i}` })).status;
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push(await guess(i));
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await web.get('/metrics', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    await web.stop();
  });
});

describe('Reading /metrics', () => {
  const ask = (deps: Partial<MetricsDeps>) => {
    const app = metricsRoutes({
      ...{
        registry: new Registry(),
        read: () => Promise.resolve(EMPTY),
        token: TOKEN,
        openToLoopback: false,
        guard: null,
      },
      ...{ dependencies: () => ({}), log: { warn: () => undefined }, now: () => 0, monotonicMs: () => 0 },
      ...deps,
    });
    const incoming = { headers: { authorization: `Bearer ${TOKEN}` }, socket: new EventEmitter() };
    return async () => (await app.request('/metrics', {}, { incoming })).text();
  };

  it('costs the database one reading in five seconds, however many ask', async () => {
    let readings = 0;
    let nowMs = 0;
    const read = () => {
      readings += 1;
      return Promise.resolve(EMPTY);
    };
    const scrape = ask({ read, monotonicMs: () => nowMs });
    await Promise.all(Array.from({ length: 50 }, scrape));
    nowMs = 4_999;
    await scrape();
    expect(readings).toBe(1);
    nowMs = 5_001;
    await scrape();
    expect(readings).toBe(2);
  });

  it('of a worker tells of the worker alone: what the service did, the API tells', async () => {
    const text = await ask({ read: null, dependencies: () => ({ nats: false, mqtt: true }) })();
    expect(text).toContain('almanac_dependency_up{dependency="mqtt"} 1\nalmanac_dependency_up{dependency="nats"} 0');
    expect(text).not.toMatch(/schedule|dependency="database"/);
  });
});
