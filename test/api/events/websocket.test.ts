import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../api/events/domain-event.ts';
import { notifyExecutions } from '../../../db/events.ts';
import { bearer, migratedDatabase, startWeb, token, toyFace, until, type RunningWeb } from '../http/running-web.ts';
import { insertExecutions, insertJob } from './ledger.ts';
import { closeOf, endSockets, openSocket as open, SOCKET_PATH as PATH } from './socket-client.ts';

/** Words an event as simply as can be. */
function translate(event: DomainEvent) {
  if (event.kind === 'job') return null;
  return {
    event: event.kind,
    data: { job: event.jobName, execution: event.execution.id, error: event.execution.error },
  };
}

const jobIdOf = (number: number) => `job_${number}`;

let web: RunningWeb;
let other: RunningWeb;
let jobId: string;
beforeAll(async () => {
  const databaseUrl = await migratedDatabase();
  const options = {
    databaseUrl,
    faces: [toyFace({ socket: { path: PATH, jobIdOf, translate } })],
    rateLimits: { read: 1000, write: 1000 },
  };
  web = await startWeb(options);
  other = await startWeb(options);
  await Promise.all([web.listening(), other.listening()]);
  jobId = await insertJob(web.db, 'Modbus Poll');
});
afterAll(() => Promise.all([web.stop(), other.stop()]));

afterEach(endSockets);

/** Announces one more ended execution; returns its id. */
async function happen(): Promise<string> {
  const refs = await insertExecutions(web.db, jobId, { count: 1, dueAt: Date.now() - Math.floor(Math.random() * 1e8) });
  await notifyExecutions(web.db, 'ended', refs);
  return refs[0]?.id ?? '';
}

describe('a WebSocket', () => {
  it.each([PATH, `/gateway${PATH}`])(
    'at %s with the token in its header hears what happens, in every process',
    async (path) => {
      const here = await open(web, await bearer({ sub: `header ${path}` }), path);
      const there = await open(other, await bearer({ sub: `header ${path}` }), path);
      await Promise.all([here.ready(), there.ready()]);
      const id = await happen();
      for (const client of [here, there]) {
        await until(() => client.messages.length > 0);
        expect(client.messages).toMatchObject([
          { event: 'ended', data: { job: 'Modbus Poll', execution: id, error: null } },
        ]);
      }
    },
  );

  it('hears nothing before its token, and everything after it', async () => {
    const witness = await open(web, await bearer({ sub: 'witness' }));
    await witness.ready();
    const auth = { type: 'auth', token: await token({ sub: 'late' }) };
    // It has five seconds from here.
    const silent = await open(web);
    const before = await happen();
    await until(() => witness.messages.some(({ data }) => data.execution === before));
    silent.say(auth);
    await silent.ready();
    const after = await happen();
    await until(() => silent.messages.length > 0);
    expect(silent.messages.map(({ data }) => data.execution)).toEqual([after]);
  });

  it('hears only of the jobs and tags that it names, until it names none', async () => {
    const [a, b, c] = [await insertJob(web.db, 'a'), await insertJob(web.db, 'b'), await insertJob(web.db, 'c')];
    await web.db
      .updateTable('job')
      .set({ tags: ['polling'] })
      .where('id', '=', b)
      .execute();
    const { number } = await web.db.selectFrom('job').select('number').where('id', '=', a).executeTakeFirstOrThrow();
    const picky = await open(web, await bearer({ sub: 'picky' }));
    const witness = await open(web, await bearer({ sub: 'sees all' }));
    await Promise.all([picky.ready(), witness.ready()]);
    const all = async (seen: number) => {
      for (const id of [a, b, c]) {
        await notifyExecutions(
          web.db,
          'ended',
          await insertExecutions(web.db, id, { count: 1, dueAt: Date.now() - seen * 5000 }),
        );
      }
      await until(() => witness.messages.length === seen);
      await picky.ready();
    };
    picky.say({ type: 'subscribe', jobs: [jobIdOf(number)], tags: ['polling'] });
    await picky.ready();
    expect(picky.messages.splice(0)).toMatchObject([
      { event: 'subscribed', data: { jobs: [jobIdOf(number)], tags: ['polling'] } },
    ]);
    await all(3);
    expect(picky.messages.splice(0)).toMatchObject([{ data: { job: 'a' } }, { data: { job: 'b' } }]);
    picky.say({ type: 'subscribe', jobs: [] });
    await picky.ready();
    expect(picky.messages.splice(0)).toMatchObject([{ event: 'subscribed', data: { jobs: [], tags: [] } }]);
    await all(6);
    expect(picky.messages.splice(0)).toHaveLength(3);
    picky.say({ type: 'subscribe', jobs: 'all of them' });
    await picky.ready();
    expect(picky.messages).toMatchObject([{ event: 'error' }]);
  });

  it('with a bad token in its header is refused with 401 before the upgrade', async () => {
    for (const authorization of ['Bearer nonsense', 'Basic eA==', `Bearer ${await token({ exp: 1 })}`]) {
      await expect(open(web, { authorization })).rejects.toThrow('401');
    }
  });

  it.each([
    ['a bad token', { type: 'auth', token: 'nonsense' }],
    ['no token', { type: 'auth' }],
    ['another message first', { type: 'ping' }],
    ['no JSON', 'hello'],
  ])('that shows %s is closed with 1008, and has heard nothing', async (_what, message) => {
    const client = await open(web);
    client.say(message);
    const id = await happen();
    expect(await closeOf(client)).toMatchObject({ code: 1008 });
    expect(client.messages, id).toEqual([]);
  });

  it('that shows no token within 5 s is closed with 1008', async () => {
    const client = await open(web);
    const { code, reason } = await closeOf(client);
    expect([code, reason]).toEqual([1008, expect.stringContaining('within 5 s')]);
  });

  it('of a token without a role is closed with 1008', async () => {
    const client = await open(web, await bearer({ sub: 'nobody', roles: [] }));
    expect(await closeOf(client)).toMatchObject({ code: 1008 });
  });

  it('that sends a huge message is closed', async () => {
    const client = await open(web, await bearer({ sub: 'huge' }));
    client.say('x'.repeat(100_000));
    expect((await closeOf(client)).code).toBe(1009);
  });

  it('takes a fresh token of the same client, and none of another', async () => {
    const client = await open(web, await bearer({ sub: 'fresh' }));
    client.say({ type: 'auth', token: await token({ sub: 'fresh' }) });
    await client.ready();
    client.say({ type: 'auth', token: await token({ sub: 'someone else' }) });
    expect(await closeOf(client)).toMatchObject({ code: 1008 });
  });

  it('asked for by plain HTTP says what it is', async () => {
    const response = await web.get(PATH, await bearer());
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('WebSocket');
  });
});

describe('a WebSocket that is open', () => {
  let watched: RunningWeb;
  beforeAll(async () => {
    const faces = [toyFace({ socket: { path: PATH, jobIdOf, translate } })];
    watched = await startWeb({ databaseUrl: web.databaseUrl, faces, socketsBeatEveryMs: 2000 });
  });
  afterAll(() => watched.stop());

  it('is closed when its API key is revoked', async () => {
    const admin = await bearer({ roles: ['admin'] });
    const made = await watched.post('/api/v1/keys', { name: 'socket', roles: ['viewer'] }, admin);
    const { id, key } = (await made.json()) as { id: string; key: string };
    const client = await open(watched, { authorization: `Bearer ${key}` });
    await client.ready();
    await fetch(`${watched.url}/api/v1/keys/${id}`, { method: 'DELETE', headers: admin });
    expect(await closeOf(client)).toMatchObject({ code: 1008, reason: expect.stringContaining('revoked') as string });
  });

  it('is closed when its token expires', async () => {
    const leeway = 5;
    // Good for long enough to be let in on a machine that stalls.
    const exp = Math.floor(Date.now() / 1000) - leeway + 8;
    const client = await open(watched, await bearer({ sub: 'mayfly', exp }));
    expect(await closeOf(client)).toMatchObject({ code: 1008, reason: expect.stringContaining('expired') as string });
  });

  it('is dropped when its peer no longer answers', async () => {
    const client = await open(watched, await bearer({ sub: 'frozen' }));
    await client.ready();
    client.socket.pause();
    await until(() => watched.logged.some(({ msg }) => msg === 'A WebSocket whose peer was gone was dropped'));
  });
});

describe('a client', () => {
  it('has five sockets over all processes; the sixth is closed with 1008', async () => {
    const headers = await bearer({ sub: 'greedy' });
    const five = [];
    for (let i = 0; i < 5; i += 1) five.push(await open(i % 2 ? web : other, headers));
    await Promise.all(five.map((client) => client.ready()));
    const sixth = await open(web, headers);
    expect(await closeOf(sixth)).toMatchObject({ code: 1008, reason: expect.stringContaining('5 sockets') as string });
    const byMessage = await open(other);
    byMessage.say({ type: 'auth', token: await token({ sub: 'greedy' }) });
    expect(await closeOf(byMessage)).toMatchObject({ code: 1008 });
    const modest = await open(web, await bearer({ sub: 'modest' }));
    await modest.ready();
    await Promise.all(five.map((client) => client.ready()));
  });

  it('gets its seat back when a socket closes', async () => {
    const headers = await bearer({ sub: 'changing' });
    for (let i = 0; i < 8; i += 1) {
      const client = await open(i % 2 ? web : other, headers);
      await client.ready();
      client.socket.close();
      await closeOf(client);
    }
    const last = await open(web, headers);
    await last.ready();
  });

  it('that opens many at once gets exactly five', async () => {
    const headers = await bearer({ sub: 'sudden' });
    const all = await Promise.all(Array.from({ length: 12 }, (_, i) => open(i % 2 ? web : other, headers)));
    await until(() => all.filter((client) => client.closed() !== null).length === 7);
    const kept = all.filter((client) => client.closed() === null);
    await Promise.all(kept.map((client) => client.ready()));
    expect(kept).toHaveLength(5);
  });

  it('that does not read is dropped, and keeps nothing from the others', async () => {
    const own = await startWeb({
      ...{ databaseUrl: web.databaseUrl },
      faces: [
        toyFace({
          socket: { path: PATH, jobIdOf, translate: () => ({ event: 'large', data: { text: 'x'.repeat(200_000) } }) },
        }),
      ],
    });
    const slow = await open(own, await bearer({ sub: 'slow' }));
    const quick = await open(own, await bearer({ sub: 'quick' }));
    await Promise.all([slow.ready(), quick.ready()]);
    slow.socket.pause();
    const sent = 100;
    for (let i = 0; i < sent; i += 1) {
      own.hub.announce({ kind: 'job', jobId, change: 'updated' });
      await until(() => quick.messages.length === i + 1);
    }
    expect(own.logged.some(({ msg }) => msg === 'A slow WebSocket was dropped')).toBe(true);
    slow.socket.resume();
    expect((await closeOf(slow)).code).toBe(1006);
    await quick.ready();
    await own.stop();
  });
});

it('stopping says 1001 to every socket', async () => {
  const own = await startWeb({
    databaseUrl: web.databaseUrl,
    faces: [toyFace({ socket: { path: PATH, jobIdOf, translate } })],
  });
  const known = await open(own, await bearer({ sub: 'leaving' }));
  const unknown = await open(own);
  await known.ready();
  await own.stop();
  expect(await closeOf(known)).toMatchObject({ code: 1001 });
  expect(await closeOf(unknown)).toMatchObject({ code: 1001 });
});
