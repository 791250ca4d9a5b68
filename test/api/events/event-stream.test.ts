import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../api/events/domain-event.ts';
import { createEventHub, type KeptNotices } from '../../../api/events/event-hub.ts';
import { connect, sql, type Db } from '../../../db/connect.ts';
import { listen, notifyExecutions, notifyJob, parseNotice, type Notice } from '../../../db/events.ts';
import { readAnnounced, readAnnouncedJobs } from '../../../db/queries/announced.ts';
import { noticeBounds, readNotices } from '../../../db/queries/notices.ts';
import { migratedDatabase, until } from '../http/running-web.ts';
import { insertExecutions, insertJob } from './ledger.ts';

let url: string;
let db: Db;
beforeAll(async () => {
  url = await migratedDatabase();
  db = connect({ url, max: 4, applicationName: 'test-announcer', onError: () => undefined }).db;
});
afterAll(() => db.destroy());

const uuid = () => crypto.randomUUID();

/** A listener of the database, and what it has heard. */
async function listener(applicationName: string) {
  const notices: Notice[] = [];
  const states: string[] = [];
  const connection = listen({
    url,
    applicationName,
    onNotice: (n) => notices.push(n),
    onState: (state) => states.push(state),
  });
  await until(() => connection.connected());
  return { notices, states, connection };
}

describe('what is announced', () => {
  it('is heard at the commit, and not at all after a rollback', async () => {
    const { notices, connection } = await listener('heard');
    const [a, b, c, d, e1] = [uuid(), uuid(), uuid(), uuid(), uuid()];
    await db.transaction().execute(async (tx) => {
      await notifyJob(tx, a, 'created');
      await notifyExecutions(tx, 'started', [{ id: e1, dueAt: 1_700_000_000_000 }]);
      await notifyJob(db, b, 'before the commit');
      await until(() => notices.length === 1);
    });
    const aborted = db.transaction().execute(async (tx) => {
      await notifyJob(tx, c, 'never');
      throw new Error('rolled back');
    });
    await expect(aborted).rejects.toThrow('rolled back');
    await notifyJob(db, d, 'last');
    await until(() => notices.some((n) => n.kind === 'job' && n.jobId === d));
    expect(notices.map((n) => (n.kind === 'job' ? n.jobId : n.executions))).toEqual([
      b,
      a,
      [{ id: e1, dueAt: 1_700_000_000_000 }],
      d,
    ]);
    await connection.stop();
  });

  it('of very many at once arrives whole, in payloads far below 8,000 bytes', async () => {
    const { notices, connection } = await listener('many');
    const sizes: number[] = [];
    const refs = Array.from({ length: 1_234 }, () => ({ id: crypto.randomUUID(), dueAt: Date.UTC(2999, 0) }));
    await notifyExecutions(db, 'ended', refs);
    const heard = () => notices.flatMap((n) => (n.kind === 'ended' ? n.executions : []));
    await until(() => heard().length === refs.length);
    expect(heard()).toEqual(refs);
    for (const notice of notices) if (notice.kind !== 'job') sizes.push(notice.executions.length);
    expect(Math.max(...sizes) * 54 + 20).toBeLessThan(6_000);
    await connection.stop();
  });

  it('of none costs nothing', async () => {
    await expect(notifyExecutions(db, 'ended', [])).resolves.toBeUndefined();
  });

  it('by others on the channel is ignored', () => {
    for (const payload of [
      '',
      'nonsense',
      'null',
      '7',
      '{}',
      '{"k":"job"}',
      '{"k":"ended","e":"x"}',
      '{"k":"other","e":[]}',
    ]) {
      expect(parseNotice(payload)).toBeNull();
    }
    expect(parseNotice('{"k":"ended","e":["a@1","@2","c@x"]}')).toEqual({
      kind: 'ended',
      executions: [{ id: 'a', dueAt: 1 }],
    });
  });

  it('is heard again by itself after the connection was killed', async () => {
    const { notices, states, connection } = await listener('killed');
    const ofOurs = sql`from pg_stat_activity where application_name = 'killed' and datname = current_database()`;
    const kill = sql`select pg_terminate_backend(pid) ${ofOurs}`;
    await kill.execute(db);
    await until(() => states.at(-1) === 'connected' && states.length === 3);
    const after = uuid();
    await notifyJob(db, after, 'updated');
    await until(() => notices.some((n) => n.kind === 'job' && n.jobId === after));
    expect(states).toEqual(['connected', 'lost', 'connected']);
    await connection.stop();
    await until(async () => (await sql`select ${ofOurs}`.execute(db)).rows.length === 0);
  });
});

describe('the hub', () => {
  const warned: string[] = [];
  const log = { warn: (_fields: object, message: string) => warned.push(message) };
  const loadJobs = (ids: readonly string[]) => readAnnouncedJobs(db, ids);
  const kept: KeptNotices = {
    read: (range) => readNotices(db, range),
    bounds: (latest) => noticeBounds(db, latest),
  };

  it('tells each execution with its job, in the order of the announcements', async () => {
    const jobId = await insertJob(db, 'Modbus Poll');
    const refs = await insertExecutions(db, jobId, { count: 3, dueAt: Date.now() });
    const hub = createEventHub({ load: (some) => readAnnounced(db, some), loadJobs, kept, log });
    const events: DomainEvent[] = [];
    hub.subscribe((event) => events.push(event));
    hub.announce({ kind: 'started', executions: refs });
    hub.announce({ kind: 'job', jobId, change: 'updated' });
    hub.announce({ kind: 'ended', executions: [...refs].reverse() });
    await until(() => events.length === 7);
    expect(events.map((e) => (e.kind === 'job' ? e.change : `${e.kind} ${e.execution.id}`))).toEqual([
      ...refs.map(({ id }) => `started ${id}`),
      'updated',
      ...[...refs].reverse().map(({ id }) => `ended ${id}`),
    ]);
    const first = events[0];
    expect(first).toMatchObject({ jobName: 'Modbus Poll', face: 'gateway', execution: { jobId, state: 'succeeded' } });
  });

  it('tells the very first one, which is being committed while the process begins', async () => {
    const own = connect({ url: await migratedDatabase(), max: 4, applicationName: 'first', onError: () => undefined });
    const hub = createEventHub({
      load: (some) => readAnnounced(own.db, some),
      loadJobs: (ids) => readAnnouncedJobs(own.db, ids),
      kept: { read: (range) => readNotices(own.db, range), bounds: (latest) => noticeBounds(own.db, latest) },
      log,
    });
    const events: DomainEvent[] = [];
    hub.subscribe((event) => events.push(event));
    const jobId = await insertJob(own.db, 'first');
    await own.db.transaction().execute(async (tx) => {
      await notifyJob(tx, jobId, 'created');
      await hub.restore();
    });
    const notices = await readNotices(own.db, { after: 0, also: [], limit: 10 });
    for (const notice of notices) hub.announce(notice);
    await until(() => events.length === 1);
    expect(notices).toHaveLength(1);
    expect(events).toMatchObject([{ kind: 'job', change: 'created' }]);
    await own.db.destroy();
  });

  it('reads nothing while nobody listens, and skips what is not there', async () => {
    let reads = 0;
    const jobId = await insertJob(db, 'gone');
    const hub = createEventHub({ load: (refs) => ((reads += 1), readAnnounced(db, refs)), loadJobs, kept, log });
    hub.announce({ kind: 'ended', executions: [{ id: crypto.randomUUID(), dueAt: Date.now() }] });
    const events: DomainEvent[] = [];
    const stop = hub.subscribe((event) => events.push(event));
    expect(reads).toBe(0);
    hub.announce({ kind: 'ended', executions: [{ id: crypto.randomUUID(), dueAt: Date.now() }] });
    hub.announce({ kind: 'job', jobId: crypto.randomUUID(), change: 'deleted' });
    hub.announce({ kind: 'job', jobId, change: 'deleted' });
    await until(() => events.length === 1);
    expect(reads).toBe(1);
    stop();
    hub.announce({ kind: 'job', jobId, change: 'deleted' });
    expect(events).toHaveLength(1);
  });

  it('reads many announcements together', async () => {
    const jobId = await insertJob(db, 'herd');
    const refs = await insertExecutions(db, jobId, { count: 300, dueAt: Date.now() });
    let reads = 0;
    const hub = createEventHub({ load: (some) => ((reads += 1), readAnnounced(db, some)), loadJobs, kept, log });
    const heard: string[] = [];
    hub.subscribe((event) => event.kind !== 'job' && heard.push(event.execution.id));
    for (const ref of refs) hub.announce({ kind: 'ended', executions: [ref] });
    await until(() => heard.length === refs.length);
    expect(heard).toEqual(refs.map(({ id }) => id));
    expect(reads).toBeLessThan(5);
  });

  it('outlives a listener that throws, a reading that fails, and a flood', async () => {
    let broken = true;
    const hub = createEventHub({
      load: () => (broken ? Promise.reject(new Error('away')) : Promise.resolve(new Map<string, never>())),
      loadJobs: () => Promise.resolve(new Map([['j', { jobName: 'j', jobNumber: 1, face: 'gateway', tags: [] }]])),
      kept,
      log,
    });
    const changes: string[] = [];
    hub.subscribe(() => {
      throw new Error('a bad listener');
    });
    hub.subscribe((event) => event.kind === 'job' && changes.push(event.change));
    hub.announce({ kind: 'ended', executions: [{ id: 'x', dueAt: 0 }] });
    await until(() => warned.some((message) => message.includes('could not be read')));
    broken = false;
    hub.announce({ kind: 'job', jobId: 'j', change: 'after' });
    await until(() => changes.includes('after'));
    const flood = Array.from({ length: 1_000 }, (_, i) => ({ id: String(i), dueAt: 0 }));
    for (let i = 0; i < 30; i += 1) hub.announce({ kind: 'ended', executions: flood });
    hub.announce({ kind: 'job', jobId: 'j', change: 'at last' });
    await until(() => changes.includes('at last'));
    expect(warned.some((message) => message.includes('come faster than they can be read'))).toBe(true);
  });
});
