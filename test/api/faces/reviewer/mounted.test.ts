import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACE_LIST } from '../../../../api/faces/index.ts';
import { bearer, startWeb, type RunningWeb } from '../../http/running-web.ts';

let web: RunningWeb;
let closed: RunningWeb;
beforeAll(async () => {
  web = await startWeb({ faces: FACE_LIST, openFaces: true });
  closed = await startWeb({ faces: FACE_LIST, rateLimits: { read: 1000, write: 1 } });
});
afterAll(async () => {
  await web.stop();
  await closed.stop();
});

const BASE = '/api/v1/scheduler';
const LISTS = [`${BASE}/tasks`, `${BASE}/executions`];

describe('the reviewer face among the others', () => {
  it('answers at its documented paths and below /reviewer, to this machine without a credential [R-001]', async () => {
    for (const path of LISTS.flatMap((each) => [each, `/reviewer${each}`])) {
      const answer = await web.get(path);
      expect([path, answer.status, await answer.json()]).toEqual([path, 200, []]);
    }
    for (const path of [`${BASE}/stats`, `/reviewer${BASE}/stats`])
      expect(await (await web.get(path)).json()).toMatchObject({ tasks: { total_tasks: 0 } });
    // The headings of the document repeat /scheduler; the path does not.
    expect((await web.get(`${BASE}/scheduler/tasks`)).status).not.toBe(200);
  });

  it.each([
    ['GET', '/api/scheduler/tasks?is_active=true', '/api/v1/scheduler/tasks?is_active=true'],
    ['GET', '/reviewer/api/scheduler/executions?limit=5', '/reviewer/api/v1/scheduler/executions?limit=5'],
    ['POST', '/api/scheduler/tasks/1/run', '/api/v1/scheduler/tasks/1/run'],
    ['PUT', '/api/scheduler/tasks/1', '/api/v1/scheduler/tasks/1'],
    ['DELETE', '/api/scheduler/tasks/1', '/api/v1/scheduler/tasks/1'],
    ['GET', '/api/scheduler', '/api/v1/scheduler'],
    ['GET', '/api/scheduler//example.org', '/api/v1/scheduler//example.org'],
  ])('sends %s %s on with 308, so that method and body stay [R-002]', async (method, path, there) => {
    const answer = await fetch(`${web.url}${path}`, { method, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, there]);
  });

  it('is reached through the legacy URL by whoever follows [R-002]', async () => {
    const made = await fetch(`${web.url}/api/scheduler/tasks`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name": ""}',
    });
    expect(made.redirected).toBe(true);
    expect([made.status, await made.json()]).toMatchObject([400, { code: 'INVALID_INPUT' }]);
    expect(await (await fetch(`${web.url}/api/scheduler/tasks`)).json()).toEqual([]);
  });

  it('needs a credential elsewhere: of others, of those behind a proxy, and in production', async () => {
    for (const path of LISTS) expect((await closed.get(path)).status, path).toBe(401);
    expect((await closed.get(`${BASE}/tasks`, await bearer({ roles: ['viewer'] }))).status).toBe(200);
    expect((await web.get(`${BASE}/tasks`, { 'X-Forwarded-For': '203.0.113.5' })).status).toBe(401);
    expect((await web.get(`${BASE}/tasks`, { authorization: 'Bearer stolen' })).status).toBe(401);
    expect(await (await closed.get(`${BASE}/tasks`)).json()).toEqual({
      detail: expect.stringMatching(/^Нужен заголовок/) as unknown,
      code: 'UNAUTHENTICATED',
    });
  });

  it('limits the rate of changes, and says so in Russian [R-003]', async () => {
    const operator = await bearer({ roles: ['operator'], sub: 'busy' });
    await closed.post(`${BASE}/tasks`, {}, operator);
    const refused = await closed.post(`${BASE}/tasks`, {}, operator);
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { code: 'RATE_LIMITED', detail: expect.stringMatching(/^Больше 1 запросов в минуту нельзя/) as unknown },
    ]);
  });

  it('leaves what is the gateway’s to the gateway', async () => {
    const admin = await bearer({ roles: ['admin'] });
    const own = await web.get(`${BASE}/executions/12`, admin);
    expect([own.status, await own.json()]).toMatchObject([404, { detail: 'Выполнение 12 не найдено' }]);
    const other = await web.get(`${BASE}/executions/exec_20250312151030123`, admin);
    expect([other.status, await other.json()]).toMatchObject([404, { success: false }]);
  });

  it('has its OpenAPI document, and a place on the reference page', async () => {
    const document = (await (await web.get('/reviewer/openapi.json')).json()) as { paths: object; servers: object };
    expect(Object.keys(document.paths)).toContain(`${BASE}/tasks/{task_id}/queue`);
    expect(document.servers).toEqual([{ url: '/reviewer' }, { url: '/' }]);
    expect(await (await web.get('/assets/reference.js')).text()).toContain('/reviewer/openapi.json');
  });
});
