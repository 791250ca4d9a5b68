import { jetstreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EventCursor } from '../../../api/events/event-cursor.ts';
import { createEventHub } from '../../../api/events/event-hub.ts';
import type { NatsLink } from '../../../api/nats/nats-link.ts';
import { relayEvents } from '../../../api/nats/relay-events.ts';
import { sql, type Db } from '../../../db/connect.ts';
import { listen, notifyExecutions, notifyJob } from '../../../db/events.ts';
import { readAnnounced, readAnnouncedJobs } from '../../../db/queries/announced.ts';
import { advanceRelay } from '../../../db/queries/event-relay.ts';
import { noticeBounds, readNotices } from '../../../db/queries/notices.ts';
import { openDatabase, type TestDatabase } from '../../support/database.ts';
import { needsNats, startNats, type TestNats } from '../../support/nats.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { until } from '../../support/until.ts';
import { insertExecutions, insertJob } from '../events/ledger.ts';

let server: TestNats | null = null;
let client: Client;
let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  [server, database] = await Promise.all([startNats(), openDatabase()]);
  db = database.db;
  if (server !== null) client = await server.client();
});
afterAll(async () => {
  await server?.stop();
  await database.close();
});
beforeEach((context) => void needsNats(context, server));

/** One API process's part of it. `link` may do some things otherwise. */
async function relaying(link: Partial<NatsLink> = {}) {
  const ours = await (server as TestNats).ours();
  const own = database.another();
  const log = recordingLog();
  const hub = createEventHub({
    load: (refs) => readAnnounced(own, refs),
    loadJobs: (ids) => readAnnouncedJobs(own, ids),
    kept: { read: (range) => readNotices(own, range), bounds: (latest) => noticeBounds(own, latest) },
    log,
  });
  const relay = relayEvents({
    link: { ...ours, ...link },
    hub,
    mark: { advance: (work) => advanceRelay(own, 'nats', work) },
    log,
    now: Date.now,
  });
  const notices = listen({
    url: database.url,
    applicationName: 'relay',
    onNotice: () => relay.wake(),
    onState: () => relay.wake(),
  });
  await until('it listens', () => notices.connected());
  const stop = async () => {
    await notices.stop();
    await relay.stop();
  };
  return { stop, ours, log };
}

/** All that is told from now on, in the order of its arrival. */
async function heard(subject = 'evt.scheduler.>'): Promise<Msg[]> {
  const messages: Msg[] = [];
  const subscription = client.subscribe(subject, { callback: (_error, message) => void messages.push(message) });
  onTestFinished(() => subscription.unsubscribe());
  await client.flush();
  return messages;
}

const idOf = (message: Msg) => message.headers?.get('Nats-Msg-Id') ?? '';
const isMarked = async () => (await markOf()) !== null;
async function markOf(): Promise<string | null> {
  const { rows } = await sql<{ mark: string | null }>`select mark from event_relay where name = 'nats'`.execute(db);
  return rows[0]?.mark ?? null;
}

/** What was heard may not be marked yet: a relay that is stopped before leaves it to the next one, with the same ids. */
async function isAllMarked(): Promise<boolean> {
  const { rows } = await sql<{ newest: number }>`select last_value as newest from notice_seq`.execute(db);
  return EventCursor.parse((await markOf()) ?? '')?.max === rows[0]?.newest;
}

describe('Events over NATS [M-019]', () => {
  it('tell of schedules and executions, each with its own subject and id', async () => {
    const relay = await relaying();
    onTestFinished(relay.stop);
    await until('it has begun', isMarked);
    const messages = await heard();
    const jobId = await insertJob(db, 'nightly');
    await notifyJob(db, jobId, 'created');
    const [ref = { id: '', dueAt: 0 }] = await insertExecutions(db, jobId, { count: 1, dueAt: Date.now() });
    await notifyExecutions(db, 'started', [ref]);
    await notifyExecutions(db, 'ended', [ref]);
    await until('all three are told', () => messages.length === 3);
    expect(messages.map((message) => message.subject)).toEqual([
      'evt.scheduler.schedule.created',
      'evt.scheduler.execution.started',
      'evt.scheduler.execution.succeeded',
    ]);
    expect(messages[0]?.json()).toMatchObject({ schedule: { id: jobId, name: 'nightly', face: 'gateway', tags: [] } });
    expect(messages[1]?.json()).toMatchObject({ execution: { id: ref.id, status: 'running', ended_at: null } });
    expect(messages[2]?.json()).toMatchObject({
      id: idOf(messages[2] as Msg),
      type: 'evt.scheduler.execution.succeeded',
      schedule: { id: jobId },
      execution: { id: ref.id, status: 'succeeded' },
    });
    expect(messages[2]?.headers?.get('X-Execution-Id')).toBe(ref.id);
    expect(new Set(messages.map(idOf)).size).toBe(3);
    await until('they are marked', isAllMarked);
  });

  it('are told once, however many processes could', async () => {
    const relays = await Promise.all([relaying(), relaying(), relaying()]);
    onTestFinished(async () => void (await Promise.all(relays.map((relay) => relay.stop()))));
    await until('one has begun', isMarked);
    const messages = await heard();
    const jobId = await insertJob(db, 'job');
    for (let i = 0; i < 60; i += 1) await notifyJob(db, jobId, `updated`);
    await until('all are told', () => messages.length >= 60);
    await notifyJob(db, jobId, 'last');
    await until('the last one is told', () => messages.at(-1)?.subject.endsWith('.last'));
    expect(messages).toHaveLength(61);
    expect(new Set(messages.map(idOf)).size).toBe(61);
    await until('they are marked', isAllMarked);
  });

  it('go on with another process where one died between telling and marking: again, with the same ids', async () => {
    const manager = await jetstreamManager(client);
    await manager.streams.add({ name: 'EVENTS', subjects: ['evt.scheduler.>'] });
    onTestFinished(async () => void (await manager.streams.delete('EVENTS')));
    let isTold = false;
    const dying = await relaying();
    await until('it has begun', isMarked);
    await dying.stop();
    const before = await markOf();
    const messages = await heard();
    const jobId = await insertJob(db, 'job');
    for (let i = 0; i < 5; i += 1) await notifyJob(db, jobId, 'updated');
    const crashing = await relaying({
      async publishAll(told, signal) {
        await dying.ours.publishAll(told, signal);
        isTold = true;
        throw new Error('the process died');
      },
    });
    await until('it told all and marked nothing', () => isTold);
    await crashing.stop();
    expect(await markOf()).toBe(before);
    const other = await relaying();
    onTestFinished(other.stop);
    await until('the other told them', async () => (await markOf()) !== before);
    await until('each was heard from both', () => messages.length >= 10);
    expect(new Set(messages.map(idOf)).size).toBe(5);
    expect((await manager.streams.info('EVENTS')).state.messages).toBe(5);
  });

  it('that happened while NATS was away are told when it is back', async () => {
    const nats = server as TestNats;
    const relay = await relaying();
    onTestFinished(relay.stop);
    await until('it has begun', isMarked);
    const manager = await jetstreamManager(client);
    await manager.streams.add({ name: 'CHANGES', subjects: ['evt.scheduler.schedule.*'] });
    await nats.kill();
    await until('that is noticed', () => !relay.ours.connected());
    const jobId = await insertJob(db, 'job');
    for (const change of ['paused', 'resumed', 'deleted']) await notifyJob(db, jobId, change);
    await nats.start();
    const kept = await until('they are told', async () => {
      const { state } = await manager.streams.info('CHANGES');
      return state.messages === 3 && state;
    });
    const subjects = [];
    for (let seq = kept.first_seq; seq <= kept.last_seq; seq += 1) {
      subjects.push((await manager.streams.getMessage('CHANGES', { seq }))?.subject.split('.').at(-1));
    }
    expect(subjects).toEqual(['paused', 'resumed', 'deleted']);
    await manager.streams.delete('CHANGES');
  });

  it('begin with what happens next, and not with the hour before the first start', async () => {
    await sql`update event_relay set mark = null where name = 'nats'`.execute(db);
    const jobId = await insertJob(db, 'job');
    await notifyJob(db, jobId, 'long_before');
    const messages = await heard();
    const relay = await relaying();
    onTestFinished(relay.stop);
    await until('it has begun', isMarked);
    await notifyJob(db, jobId, 'after');
    await until('it is told', () => messages.length > 0);
    expect(messages.map((message) => message.subject)).toEqual(['evt.scheduler.schedule.after']);
  });
});
