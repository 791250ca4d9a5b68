import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../db/connect.ts';
import { bearer, reached, startWeb, toyFace, until, type RunningWeb } from './running-web.ts';

const THINGS = '/api/v1/scheduler/things';
interface Refusal {
  error: { code: string; message: string; details: { faults?: { path: string; message: string }[] } };
}

let web: RunningWeb;
let operator: Record<string, string>;
beforeAll(async () => {
  web = await startWeb();
  operator = await bearer();
});
afterAll(() => web.stop());

async function refused(
  sent: Promise<Response>,
): Promise<{ status: number; code: string; message: string; response: Response }> {
  const response = await sent;
  const { error } = (await response.json()) as Refusal;
  return { status: response.status, code: error.code, message: error.message, response };
}

describe('a request that nothing answers', () => {
  it.each(['/gateway', ''])('is 404 in the shape of the face, mounted at "%s"', async (prefix) => {
    const answer = await refused(web.get(`${prefix}/api/v1/scheduler/nothing`, operator));
    expect([answer.status, answer.code]).toEqual([404, 'NOT_FOUND']);
    expect((await web.get(`${prefix}/api/v1/scheduler/nothing`)).status).toBe(401);
  });

  it.each(['/gateway', ''])('is 405 with Allow where the path takes other methods, mounted at "%s"', async (prefix) => {
    const sent = fetch(`${web.url}${prefix}${THINGS}/7`, { method: 'PUT', headers: operator });
    const { status, response } = await refused(sent);
    expect(status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('is 404 of the service where no face has the base', async () => {
    expect((await refused(web.get('/somewhere/else'))).status).toBe(404);
  });
});

describe('a bad body', () => {
  const send = (body: string, type?: string, path = THINGS) =>
    fetch(web.url + path, { method: 'POST', body, headers: { ...operator, ...(type && { 'content-type': type }) } });

  it.each(['{"name":', '', '{"name":"x"}}', '\u0000', 'nonsense', '{"a":1,}'])(
    'that is no JSON (%j) is 400',
    async (body) => {
      const before = reached.length;
      expect(await refused(send(body, 'application/json'))).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
      expect(reached).toHaveLength(before);
    },
  );

  it('of the wrong shape names every field at once', async () => {
    const response = await send('{"name":1,"extra":true}', 'application/json');
    expect(response.status).toBe(400);
    const { faults = [] } = ((await response.json()) as Refusal).error.details;
    expect(faults.map(({ path }) => path).sort()).toEqual(['extra', 'name']);
  });

  it.each(['[1]', '"text"', 'null', '7', 'true'])('that is %s instead of an object is 400', async (body) => {
    expect(await refused(send(body, 'application/json'))).toMatchObject({ status: 400 });
  });

  it('of another type says which type to send', async () => {
    const answer = await refused(send('name=x', 'application/x-www-form-urlencoded'));
    expect(answer.status).toBe(400);
    expect(answer.message).toContain('application/json');
  });

  it('nested without end is 400, and harms nobody', async () => {
    const deep = `{"name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(await refused(send(deep, 'application/json'))).toMatchObject({ status: 400 });
    expect((await web.get('/live')).status).toBe(200);
  });

  it('with brackets inside of text is not taken for a deep one', async () => {
    const response = await send(JSON.stringify({ name: `"${'['.repeat(500)}\\` }), 'application/json');
    expect(response.status).toBe(201);
  });

  it('above 1 MB is 413; a bulk path takes 20 MB', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(1_100_000) });
    expect(await refused(send(large, 'application/json'))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    for (const prefix of ['', '/gateway']) {
      expect((await send(large, 'application/json', `${prefix}${THINGS}/import`)).status).toBe(200);
    }
    expect((await web.get(`${THINGS}/1`, operator)).headers.get('connection')).toBe('keep-alive');
    const huge = JSON.stringify('x'.repeat(21 * 1_048_576));
    expect(await refused(send(huge, 'application/json', `${THINGS}/import`))).toMatchObject({ status: 413 });
  });

  it('above 1 MB is 413 though it hides its length', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 20; i += 1) controller.enqueue(new TextEncoder().encode('"'.padEnd(100_000)));
        controller.close();
      },
    });
    const init = {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { ...operator, 'content-type': 'application/json' },
    };
    expect(await refused(fetch(web.url + THINGS, init as RequestInit))).toMatchObject({ status: 413 });
  });
});

describe('an answer', () => {
  it('carries the correlation id: the one of the client where it is sane', async () => {
    const own = await web.get(`${THINGS}/1`, { ...operator, 'x-request-id': 'trace-17:a' });
    expect(own.headers.get('x-request-id')).toBe('trace-17:a');
    expect(await own.json()).toMatchObject({ correlation: 'trace-17:a' });
    const mad = await web.get(`${THINGS}/1`, { ...operator, 'x-request-id': 'a b{}' });
    expect(mad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('has secure headers, a refusal too', async () => {
    for (const response of [
      await web.get(`${THINGS}/1`, operator),
      await web.get(`${THINGS}/1`),
      await web.get('/nowhere'),
    ]) {
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('is application/problem+json where that is asked for', async () => {
    const response = await web.get(`${THINGS}/1`, { accept: 'application/problem+json' });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', title: 'UNAUTHENTICATED' });
  });

  it('to HEAD is that to GET without its body', async () => {
    const response = await fetch(`${web.url}${THINGS}/1`, { method: 'HEAD', headers: operator });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('tells nothing of what broke inside; the log does, once, by correlation id', async () => {
    const response = await web.post(THINGS, { name: 'broken' }, { ...operator, 'x-request-id': 'broken-1' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/secret inside|\.ts|at /);
    const errors = web.logged.filter(({ requestId, level }) => requestId === 'broken-1' && level >= 50);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.error?.stack).toContain('secret inside');
  });

  it('to a path with a NUL is 400', async () => {
    expect(await refused(web.get(`${THINGS}/a%00b`, operator))).toMatchObject({ status: 400 });
  });

  it('to what is no HTTP closes the connection and nothing else', async () => {
    const { hostname, port } = new URL(web.url);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connectSocket(Number(port), hostname, () => socket.write('\u0016\u0003\u0001 nonsense\r\n\r\n'));
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toContain('400 Bad Request');
    expect((await web.get('/live')).status).toBe(200);
  });
});

describe('a database that is away', () => {
  it('makes requests 503 with Retry-After, and readiness too; the process lives and comes back', async () => {
    const own = await startWeb({ faces: [toyFace()] });
    const name = new URL(own.databaseUrl).pathname.slice(1);
    const key = { authorization: `Bearer alm_${'A'.repeat(43)}` };
    expect((await own.get('/ready')).status).toBe(200);
    await sql`alter database ${sql.id(name)} allow_connections false`.execute(web.db);
    const end = () =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(web.db);
    await end();
    const answer = await refused(own.get(`${THINGS}/1`, key));
    expect([answer.status, answer.code, answer.response.headers.get('retry-after')]).toEqual([
      503,
      'DATABASE_UNAVAILABLE',
      '5',
    ]);
    await until(async () => (await own.get('/ready')).status === 503);
    expect((await own.get('/live')).status).toBe(200);
    await sql`alter database ${sql.id(name)} allow_connections true`.execute(web.db);
    await until(async () => (await own.get('/ready')).status === 200);
    expect((await refused(own.get(`${THINGS}/1`, key))).status).toBe(401);
    await own.stop();
  });
});
