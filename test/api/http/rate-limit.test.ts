import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../db/connect.ts';
import { bearer, migratedDatabase, reached, startWeb, toyFace, type RunningWeb } from './running-web.ts';

const THINGS = '/api/v1/scheduler/things';
const LIMITS = { read: 6, write: 3 };
let one: RunningWeb;
let two: RunningWeb;

beforeAll(async () => {
  const databaseUrl = await migratedDatabase();
  const faces = [toyFace({ openToLoopback: true })];
  one = await startWeb({ databaseUrl, rateLimits: LIMITS, faces, openFaces: true });
  two = await startWeb({ databaseUrl, rateLimits: LIMITS, faces, openFaces: true });
});
afterAll(() => Promise.all([one.stop(), two.stop()]));

/** The statuses of reads, in turn at the one process and the other. */
async function readInTurn(times: number, headers: Record<string, string>): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1)
    statuses.push((await (i % 2 === 0 ? one : two).get(`${THINGS}/1`, headers)).status);
  return statuses;
}

describe('the rate limit', () => {
  it('holds across processes, by the token and not the process', async () => {
    const ann = await bearer({ sub: 'ann' });
    expect(await readInTurn(9, ann)).toEqual([200, 200, 200, 200, 200, 200, 429, 429, 429]);
    expect((await one.get(`${THINGS}/1`, await bearer({ sub: 'bob' }))).status).toBe(200);
  });

  it('holds when requests come all at once', async () => {
    const headers = await bearer({ sub: 'herd' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).get(`${THINGS}/1`, headers)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMITS.read);
  });

  it('counts reading and changing apart; a refused change does not happen', async () => {
    const headers = await bearer({ sub: 'carl' });
    const before = reached.length;
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await one.post(THINGS, { name: 'x' }, headers)).status);
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
    expect(reached.length - before).toBe(3);
    expect((await one.get(`${THINGS}/1`, headers)).status).toBe(200);
    const removing = await fetch(`${one.url}${THINGS}/1`, { method: 'DELETE', headers });
    expect(removing.status).toBe(429);
  });

  it('tells where a client stands, and when to come again', async () => {
    const headers = await bearer({ sub: 'dora' });
    const first = await one.get(`${THINGS}/1`, headers);
    expect(first.headers.get('ratelimit-limit')).toBe('6');
    expect(first.headers.get('ratelimit-remaining')).toBe('5');
    expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    await readInTurn(6, headers);
    const over = await two.get(`${THINGS}/1`, headers);
    expect(over.status).toBe(429);
    expect(over.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await over.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  });

  it('holds for refused requests too: roles, unknown paths, bad bodies', async () => {
    const headers = await bearer({ sub: 'fred', roles: ['viewer'] });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await one.post(THINGS, 'nonsense', headers)).status);
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
  });

  it('starts anew when its minute is over', async () => {
    const headers = await bearer({ sub: 'gina' });
    await readInTurn(6, headers);
    // The process that was not over its limit itself asks the database.
    const fresh = await startWeb({ databaseUrl: one.databaseUrl, rateLimits: LIMITS });
    expect((await fresh.get(`${THINGS}/1`, headers)).status).toBe(429);
    await sql`update rate_limit set expire = expire - 60000 where key like '%gina'`.execute(one.db);
    const later = await startWeb({ databaseUrl: one.databaseUrl, rateLimits: LIMITS });
    expect((await later.get(`${THINGS}/1`, headers)).status).toBe(200);
    await Promise.all([fresh.stop(), later.stop()]);
  });

  it('counts the anonymous, and bad credentials, by their address', async () => {
    await sql`truncate rate_limit`.execute(one.db);
    const own = await startWeb({
      ...{ databaseUrl: one.databaseUrl, rateLimits: LIMITS, openFaces: true },
      faces: [toyFace({ openToLoopback: true })],
    });
    const bad = { authorization: 'Bearer nonsense' };
    const statuses: number[] = [];
    for (let i = 0; i < 8; i += 1) statuses.push((await own.get(`${THINGS}/1`, bad)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    const anonymous: number[] = [];
    for (let i = 0; i < 8; i += 1) anonymous.push((await own.get(`${THINGS}/1`)).status);
    expect(anonymous).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    await own.stop();
  });

  it('of 0 is off', async () => {
    const free = await startWeb({ databaseUrl: one.databaseUrl, rateLimits: { read: 0, write: 1 } });
    const headers = await bearer({ sub: 'hugo' });
    const answers = await Promise.all(Array.from({ length: 30 }, () => free.get(`${THINGS}/1`, headers)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers[0]?.headers.has('ratelimit-limit')).toBe(false);
    expect((await free.post(THINGS, { name: 'x' }, headers)).status).toBe(201);
    expect((await free.post(THINGS, { name: 'x' }, headers)).status).toBe(429);
    await free.stop();
  });

  it('is counted by the process alone while the database is away, and says so once', async () => {
    const lonely = await startWeb({ rateLimits: LIMITS });
    const headers = await bearer({ sub: 'ida' });
    await sql`drop table rate_limit`.execute(lonely.db);
    const statuses: number[] = [];
    for (let i = 0; i < 8; i += 1) statuses.push((await lonely.get(`${THINGS}/1`, headers)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    expect(lonely.logged.filter(({ msg }) => msg.startsWith('Rate limits are counted by this process'))).toHaveLength(
      1,
    );
    await lonely.stop();
  });

  it('takes subjects of any length and alphabet', async () => {
    const headers = await bearer({ sub: 'é'.repeat(200) });
    expect((await readInTurn(7, headers)).at(-1)).toBe(429);
  });
});
