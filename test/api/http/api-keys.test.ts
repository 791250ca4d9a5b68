import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../db/connect.ts';
import { bearer, startWeb, until, type RunningWeb } from './running-web.ts';

const THING = '/api/v1/scheduler/things/1';
const KEYS = '/api/v1/keys';
interface Made {
  id: string;
  key: string;
  prefix: string;
}

let web: RunningWeb;
let other: RunningWeb;
let admin: Record<string, string>;
beforeAll(async () => {
  web = await startWeb();
  other = await startWeb({ databaseUrl: web.databaseUrl });
  admin = await bearer({ sub: 'root', roles: ['admin'] });
});
afterAll(() => Promise.all([web.stop(), other.stop()]));

async function make(body: object): Promise<Made> {
  const response = await web.post(KEYS, body, admin);
  expect(response.status).toBe(201);
  return (await response.json()) as Made;
}

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const remove = (id: string, headers: Record<string, string>) =>
  fetch(`${web.url}${KEYS}/${id}`, { method: 'DELETE', headers });

describe('an API key', () => {
  it('is shown once, works in every process, and is stored only as its hash', async () => {
    const made = await make({ name: 'press', subject: 'press-1', roles: ['viewer'] });
    expect(made.key).toMatch(/^alm_[\w-]{43}$/);
    expect(await (await other.get(THING, as(made.key))).json()).toMatchObject({
      subject: 'press-1',
      credential: 'api_key',
    });
    expect(await (await web.get(KEYS, admin)).text()).not.toContain(made.key);
    const { rows } = await sql<{ row: string; hash: Buffer }>`
      select k::text as row, hash from api_key k where id = ${made.id}`.execute(web.db);
    expect(rows[0]?.row).not.toContain(made.key.slice(12));
    expect(rows[0]?.hash).toEqual(createHash('sha256').update(made.key).digest());
    expect(JSON.stringify(web.logged)).not.toContain(made.key);
  });

  it('has the roles it was given and no others', async () => {
    const { key } = await make({ name: 'reader', roles: ['viewer'] });
    expect((await web.post('/api/v1/scheduler/things', { name: 'x' }, as(key))).status).toBe(403);
  });

  it('is refused everywhere at once when it was revoked', async () => {
    const { id, key } = await make({ name: 'gone', roles: ['viewer'] });
    expect((await other.get(THING, as(key))).status).toBe(200);
    expect(await (await remove(id, admin)).json()).toMatchObject({ revoked_at: expect.any(String) as string });
    const refused = await other.get(THING, as(key));
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { details: { reason: 'revoked' } } });
    expect((await remove(id, admin)).status).toBe(200);
  });

  it('is refused once it has expired, when it is misspelt, and when it was never made', async () => {
    const { id, key } = await make({ name: 'short', roles: ['viewer'], expires_in_days: 1 });
    await sql`update api_key set expires_at = now() - interval '1 minute' where id = ${id}`.execute(web.db);
    for (const token of [key, `${key}x`, key.slice(0, -1), `alm_${'A'.repeat(43)}`, 'alm_']) {
      expect((await web.get(THING, as(token))).status).toBe(401);
    }
  });

  it('notes its last use', async () => {
    const { id, key } = await make({ name: 'used', roles: ['viewer'] });
    await web.get(THING, as(key));
    await until(async () => {
      const { keys } = (await (await web.get(`${KEYS}?limit=200`, admin)).json()) as {
        keys: { id: string; last_used_at: string | null }[];
      };
      return keys.find((shown) => shown.id === id)?.last_used_at !== null;
    });
  });
});

describe('/api/v1/keys', () => {
  it('is for admins', async () => {
    const operator = await bearer({ roles: ['operator'] });
    expect((await web.get(KEYS)).status).toBe(401);
    expect((await web.get(KEYS, operator)).status).toBe(403);
    expect((await web.post(KEYS, { name: 'x', roles: ['viewer'] }, operator)).status).toBe(403);
    expect((await remove(crypto.randomUUID(), operator)).status).toBe(403);
  });

  it('lets nobody give a role above his own', async () => {
    const body = { name: 'climb', roles: ['super_admin'] };
    expect((await web.post(KEYS, body, admin)).status).toBe(403);
    expect((await web.post(KEYS, body, await bearer({ roles: ['super_admin'] }))).status).toBe(201);
  });

  it('names every faulty field, and stores nothing', async () => {
    // Not when they were last used: the note of an earlier use may come meanwhile.
    const stored = async () => {
      const { keys, total } = (await (await web.get(KEYS, admin)).json()) as { keys: { id: string }[]; total: number };
      return { total, ids: keys.map(({ id }) => id) };
    };
    const before = await stored();
    const response = await web.post(KEYS, { name: '', roles: ['queen'], extra: 1, expires_in_days: 0 }, admin);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { details: { faults: { path: string }[] } } };
    expect(error.details.faults.map(({ path }) => path).sort()).toEqual([
      'expires_in_days',
      'extra',
      'name',
      'roles.0',
    ]);
    expect(await stored()).toEqual(before);
  });

  it('answers 404 for a key that is not there, 400 for no id', async () => {
    expect((await remove(crypto.randomUUID(), admin)).status).toBe(404);
    expect((await remove('seven', admin)).status).toBe(400);
  });

  it('pages, with links', async () => {
    await make({ name: 'one', roles: ['viewer'] });
    await make({ name: 'two', roles: ['viewer'] });
    const response = await web.get(`${KEYS}?limit=1&offset=1`, admin);
    const { keys, total } = (await response.json()) as { keys: unknown[]; total: number };
    expect(keys).toHaveLength(1);
    const link = response.headers.get('link') ?? '';
    expect(link).toContain('</api/v1/keys?limit=1&offset=0>; rel="prev"');
    expect(link).toContain('</api/v1/keys?limit=1&offset=2>; rel="next"');
    expect(link).toContain(`</api/v1/keys?limit=1&offset=${total - 1}>; rel="last"`);
  });

  it('audits who made and who revoked, without the key', async () => {
    const { id } = await make({ name: 'audited', roles: ['viewer'] });
    await remove(id, { ...admin, 'x-request-id': 'the-revocation' });
    const { rows } = await sql<{ action: string; actor: string; entry: string; correlation_id: string }>`
      select action, actor, correlation_id, a::text as entry from audit a where after->>'id' = ${id} order by id`.execute(
      web.db,
    );
    expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
      ['key.create', 'root'],
      ['key.revoke', 'root'],
    ]);
    expect(rows[1]?.correlation_id).toBe('the-revocation');
    expect(rows.map(({ entry }) => entry).join()).not.toMatch(/hash|alm_[\w-]{20}/);
  });
});
