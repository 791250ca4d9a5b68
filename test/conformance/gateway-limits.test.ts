import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateway } from '../../api/faces/gateway/gateway.ts';
import { runJob } from '../../api/verbs/run-job.ts';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';
import { bearer, startWeb, type RunningWeb } from '../api/http/running-web.ts';
import { startEngine } from '../support/engine.ts';
import { startGateway } from '../support/gateway.ts';
import { held } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

const BASE = '/api/v1/scheduler';
const NEEDED = { DATABASE_URL: 'postgres://a:b@127.0.0.1/a', JWT_SECRET: 'a secret of at least thirty-two bytes' };
const configured = (env: Record<string, string> = {}) =>
  loadConfig(readEnvironment(VARIABLE_NAMES, { ...NEEDED, ...env }));

/** gateway.txt, Rate Limiting: as the service is configured where nobody says otherwise. */
describe('requests of one client within a minute', () => {
  let web: RunningWeb;
  beforeAll(async () => {
    web = await startWeb({ faces: [gateway], rateLimits: configured().api.rateLimits });
  });
  afterAll(() => web.stop());

  it('may be 100 that read; the next one is refused in the envelope of errors [G-345]', async () => {
    const headers = await bearer({ sub: 'reader' });
    const statuses: number[] = [];
    for (let i = 0; i < 100; i += 1) statuses.push((await web.get(`${BASE}/jobs`, headers)).status);
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
    const over = await web.get(`${BASE}/jobs`, headers);
    expect([over.status, over.headers.get('ratelimit-limit')]).toEqual([429, '100']);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await over.json()).toMatchObject({ success: false, code: 'RATE_LIMITED' });
  });

  it('may be 20 that change something, POST, PUT and DELETE together [G-346]', async () => {
    const headers = { ...(await bearer({ sub: 'writer' })), 'content-type': 'application/json' };
    const ask = (method: string) => fetch(`${web.url}${BASE}/jobs/job_999`, { method, headers, body: '{}' });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i += 1) statuses.push((await ask(i % 2 ? 'PUT' : 'DELETE')).status);
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 404));
    const over = await web.post(`${BASE}/preview`, { schedule: { type: 'daily', time: '02:00' } }, headers);
    expect([over.status, over.headers.get('ratelimit-limit')]).toEqual([429, '20']);
    expect((await web.get(`${BASE}/jobs`, headers)).status).toBe(200);
  });
});

/** gateway.txt, Performance Considerations. */
describe('jobs that run at one time', () => {
  it('are 10, and as many as is configured, and the API says so [G-350]', async () => {
    expect(configured().limits.executorPoolSize).toBe(10);
    const { executorPoolSize } = configured({ SCHEDULER_EXECUTOR_POOL_SIZE: '4' }).limits;
    const told = await startGateway({ executorPoolSize });
    const { body } = await told.call('GET', '/resources/usage').finally(() => told.stop());
    expect(body).toMatchObject({ resource_usage: { max_concurrent_jobs: 4 } });
  });

  it('are never more than a worker has slots, whatever else waits [G-350]', async () => {
    const slots = configured().limits.executorPoolSize;
    const engine = await startEngine({ deps: { slots } });
    try {
      const topic = `limits/${randomUUID()}`;
      const answer = held();
      let inFlight = 0;
      let most = 0;
      engine.publisher.answer(topic, async (publication, signal) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await answer.behaviour(publication, signal);
        inFlight -= 1;
      });
      const start = async () => {
        const spec = { schedule: { kind: 'none' }, action: { type: 'publish', topic, payload: 'x' } };
        const job = await engine.createJob(spec);
        await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
      };
      await Promise.all(Array.from({ length: slots }, start));
      await until('every slot is taken', () => inFlight === slots);
      await Promise.all(Array.from({ length: 5 }, start));
      answer.release();
      await until('all have run', () => engine.publisher.count(topic) === slots + 5 && inFlight === 0);
      expect(most).toBe(slots);
    } finally {
      await engine.stop();
    }
  });
});
