import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Probe } from '../../../api/http/health.ts';
import { createProbing } from '../../../api/http/probing.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { migratedDatabase, startWeb, until } from './running-web.ts';

let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await migratedDatabase();
});

it('liveness, readiness and health need no credentials, at every mount', async () => {
  const web = await startWeb({ databaseUrl });
  for (const prefix of ['', '/gateway']) {
    for (const path of ['/live', '/ready', '/health', '/health/detailed']) {
      expect((await web.get(prefix + path)).status, prefix + path).toBe(200);
    }
  }
  expect(await (await web.get('/health')).json()).toMatchObject({
    ...{ status: 'healthy', service: 'scheduler-service', version: '1.0.0' },
  });
  await web.stop();
});

it('the details name each dependency with its time and verdict; one that fails only degrades', async () => {
  const probes: Record<string, Probe> = {
    broker: () => Promise.reject(new Error('mqtt://user:hidden@10.1.1.1 refused')),
    temporal: async () => ({ degraded: 'slow' }),
  };
  const web = await startWeb({ databaseUrl, probes });
  const response = await web.get('/health/detailed');
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    status: 'degraded',
    dependencies: {
      database: { status: 'up', latency_ms: expect.any(Number) as number },
      broker: { status: 'down', message: 'does not answer' },
      temporal: { status: 'degraded', message: 'slow' },
    },
  });
  expect(text).not.toMatch(/hidden|10\.1\.1\.1/);
  expect(JSON.stringify(web.logged)).not.toContain('hidden');
  expect(await (await web.get('/health')).json()).toMatchObject({ status: 'degraded' });
  await web.stop();
});

it('a probe that never answers is down, and holds up nothing else', async () => {
  const web = await startWeb({ databaseUrl, probes: { stuck: () => new Promise(() => undefined) } });
  const detailed = web.get('/health/detailed');
  expect((await web.get('/live')).status).toBe(200);
  expect(await (await detailed).json()).toMatchObject({ dependencies: { stuck: { status: 'down' } } });
  await web.stop();
});

it('without its vital dependency the service is unhealthy, 503', async () => {
  const web = await startWeb({ databaseUrl, probes: { database: () => Promise.reject(new Error('away')) } });
  const response = await web.get('/health/detailed');
  expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([503, 'unhealthy']);
  expect((await web.get('/live')).status).toBe(200);
  await web.stop();
});

it('readiness ends when the service begins to stop, while requests are still answered', async () => {
  const web = await startWeb({ databaseUrl });
  expect((await web.get('/ready')).status).toBe(200);
  web.server.stopServing();
  expect((await web.get('/ready')).status).toBe(503);
  expect((await web.get('/live')).status).toBe(200);
  await web.stop();
});

it('/live touches no dependency: it answers with the database gone, and /ready does not', async () => {
  const web = await startWeb({ databaseUrl });
  expect((await web.get('/ready')).status).toBe(200);
  await web.db.destroy();
  expect((await web.get('/live')).status).toBe(200);
  await until(async () => (await web.get('/ready')).status === 503);
  expect((await web.get('/live')).status).toBe(200);
  await web.stop();
});

it('a dependency that hangs is asked once, however often it is looked at, and again when it has answered', async () => {
  // Its patience of three seconds ends when the test says so.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let asked = 0;
  let answer: () => void = () => undefined;
  let nowMs = 0;
  const probe = () => {
    asked += 1;
    return new Promise<void>((resolve) => (answer = resolve));
  };
  const log = recordingLog();
  const ask = createProbing({ probes: { stuck: probe }, log, monotonicMs: () => nowMs });
  const first = ask('stuck');
  nowMs = 60_000;
  for (let i = 0; i < 20; i += 1) {
    const found = ask('stuck');
    await vi.advanceTimersByTimeAsync(1);
    expect(await found).toMatchObject({ status: 'down' });
  }
  expect([asked, log.entries.length]).toEqual([1, 1]);
  answer();
  expect(await first).toMatchObject({ status: 'up' });
  const next = ask('stuck');
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toBe(2);
  answer();
  expect(await next).toMatchObject({ status: 'up' });
  expect(log.entries.map(({ message }) => message)).toEqual([
    'A dependency does not answer',
    'A dependency answers again',
  ]);
});
