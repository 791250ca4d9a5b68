import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../db/connect.ts';
import { purgeIdempotencyKeys } from '../../../db/queries/idempotency.ts';
import { bearer, gate, reached, startWeb, until, type RunningWeb } from './running-web.ts';

const THINGS = '/api/v1/scheduler/things';
let web: RunningWeb;
let other: RunningWeb;
let headers: Record<string, string>;
beforeAll(async () => {
  web = await startWeb();
  other = await startWeb({ databaseUrl: web.databaseUrl });
  headers = await bearer();
});
afterAll(() => Promise.all([web.stop(), other.stop()]));

const withKey = (key: string, more: Record<string, string> = headers) => ({ ...more, 'idempotency-key': key });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const timesReached = (name: string) => reached.filter((thing) => (thing as { name: string }).name === name).length;

describe('a POST with an Idempotency-Key', () => {
  it('happens once; the second time, in any process, its answer is told again', async () => {
    const first = await web.post(THINGS, { name: 'once' }, withKey('k1'));
    const second = await other.post(THINGS, { name: 'once' }, withKey('k1'));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(timesReached('once')).toBe(1);
  });

  it('with another body, or to another path, is refused', async () => {
    await web.post(THINGS, { name: 'mine' }, withKey('k2'));
    const otherBody = await web.post(THINGS, { name: 'yours' }, withKey('k2'));
    const otherPath = await web.post(`${THINGS}/import`, { name: 'mine' }, withKey('k2'));
    expect([otherBody.status, otherPath.status]).toEqual([422, 422]);
    expect(await codeOf(otherBody)).toBe('IDEMPOTENCY_MISMATCH');
    expect(timesReached('yours')).toBe(0);
  });

  it('while the first is under way is refused with 409, and then answered', async () => {
    const open = gate('slow');
    const first = web.post(THINGS, { name: 'slow', wait: 'slow' }, withKey('k3'));
    await until(() => timesReached('slow') === 1);
    const early = await other.post(THINGS, { name: 'slow', wait: 'slow' }, withKey('k3'));
    expect([early.status, await codeOf(early)]).toEqual([409, 'IDEMPOTENCY_IN_FLIGHT']);
    open();
    const answer = await (await first).text();
    const late = await other.post(THINGS, { name: 'slow', wait: 'slow' }, withKey('k3'));
    expect(await late.text()).toBe(answer);
    expect(timesReached('slow')).toBe(1);
  });

  it('sent twenty times at once happens once', async () => {
    const send = (i: number) => (i % 2 ? web : other).post(THINGS, { name: 'race' }, withKey('k4'));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(i)));
    expect(timesReached('race')).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it('belongs to its subject', async () => {
    await web.post(THINGS, { name: 'ann' }, withKey('k5', await bearer({ sub: 'ann' })));
    const other = await web.post(THINGS, { name: 'bob' }, withKey('k5', await bearer({ sub: 'bob' })));
    expect(await other.json()).toMatchObject({ name: 'bob' });
  });

  it('that was refused is refused alike; one that broke may be tried again', async () => {
    expect((await web.post(THINGS, { wrong: 1 }, withKey('k6'))).status).toBe(400);
    const again = await web.post(THINGS, { wrong: 1 }, withKey('k6'));
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([400, 'true']);
    expect((await web.post(THINGS, { name: 'broken' }, withKey('k7'))).status).toBe(500);
    expect((await web.post(THINGS, { name: 'broken' }, withKey('k7'))).headers.get('idempotency-replayed')).toBeNull();
    expect(timesReached('broken')).toBe(2);
  });

  it('is new again after 24 h, and when the process of the first died before it answered', async () => {
    await web.post(THINGS, { name: 'aged' }, withKey('k8'));
    await sql`update idempotency set created_at = now() - interval '25 hours' where key = 'k8'`.execute(web.db);
    await web.post(THINGS, { name: 'aged' }, withKey('k8'));
    expect(timesReached('aged')).toBe(2);
    await sql`update idempotency set status = null, created_at = now() - interval '6 minutes' where key = 'k8'`.execute(
      web.db,
    );
    await web.post(THINGS, { name: 'aged' }, withKey('k8'));
    expect(timesReached('aged')).toBe(3);
  });

  it('must be sane', async () => {
    for (const key of ['a b', 'x'.repeat(256)])
      expect((await web.post(THINGS, { name: 'x' }, withKey(key))).status).toBe(400);
  });
});

it('old keys are purged, young ones stay', async () => {
  await web.post(THINGS, { name: 'young' }, withKey('young'));
  await web.post(THINGS, { name: 'old' }, withKey('old'));
  await sql`update idempotency set created_at = now() - interval '25 hours' where key = 'old'`.execute(web.db);
  expect(await purgeIdempotencyKeys(web.db, 100)).toBeGreaterThan(0);
  const { rows } = await sql<{ key: string }>`select key from idempotency where key in ('old', 'young')`.execute(
    web.db,
  );
  expect(rows).toEqual([{ key: 'young' }]);
});
