import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../api/events/domain-event.ts';
import { sql } from '../../../db/connect.ts';
import { notifyExecutions, notifyJob } from '../../../db/events.ts';
import { purgeNotices } from '../../../db/queries/notices.ts';
import { bearer, migratedDatabase, startWeb, token, toyFace, until, type RunningWeb } from '../http/running-web.ts';
import { insertExecutions, insertJob } from './ledger.ts';
import {
  closeOf,
  endSockets,
  openSocket,
  SOCKET_PATH,
  type SocketClient,
  type SocketMessage,
} from './socket-client.ts';

function translate(event: DomainEvent) {
  if (event.kind === 'job') return { event: 'job', data: { job: event.jobName, change: event.change } };
  return { event: event.kind, data: { job: event.jobName, execution: event.execution.id } };
}
const jobIdOf = (number: number) => `job_${number}`;

const faces = [toyFace({ socket: { path: SOCKET_PATH, jobIdOf, translate } })];
let databaseUrl: string;
let web: RunningWeb;
let other: RunningWeb;
let poll: { id: string; shown: string };
let report: { id: string; shown: string };

async function start(): Promise<RunningWeb> {
  const started = await startWeb({ databaseUrl, faces, rateLimits: { read: 10_000, write: 10_000 } });
  await started.listening();
  await until(() => started.hub.position() !== null);
  return started;
}

async function newJob(name: string) {
  const id = await insertJob(web.db, name);
  const { number } = await web.db.selectFrom('job').select('number').where('id', '=', id).executeTakeFirstOrThrow();
  return { id, shown: jobIdOf(number) };
}

beforeAll(async () => {
  databaseUrl = await migratedDatabase();
  [web, other] = await Promise.all([start(), start()]);
  [poll, report] = [await newJob('poll'), await newJob('report')];
});
afterAll(() => Promise.all([web.stop(), other.stop()]));
afterEach(endSockets);

let due = Date.now() - 10_000_000;
/** Stores executions that have ended, each at a time of its own, without telling anybody. */
async function store(job: { id: string }, count = 1) {
  due += count * 1_000;
  return insertExecutions(web.db, job.id, { count, dueAt: due });
}

/** One announcement of `count` executions; returns their ids. */
async function happen(job: { id: string }, count = 1): Promise<string[]> {
  const refs = await store(job, count);
  await notifyExecutions(web.db, 'ended', refs);
  return refs.map(({ id }) => id);
}

const executionsOf = (messages: readonly SocketMessage[]) =>
  messages.flatMap(({ data: { execution } }) => (execution === undefined ? [] : [execution]));
const resumed = (client: SocketClient) => client.messages.find(({ event }) => event === 'resumed');

let clients = 0;
const someone = () => bearer({ sub: `client ${(clients += 1)}` });

/** Connects as someone new, and resumes from an id by the address. */
async function resume(at: RunningWeb, id: string, headers?: Record<string, string>): Promise<SocketClient> {
  const path = `${SOCKET_PATH}?last_event_id=${encodeURIComponent(id)}`;
  const client = await openSocket(at, headers ?? (await someone()), path);
  await until(() => resumed(client) !== undefined);
  return client;
}

/** A client that has heard `count` executions and lost its connection; returns the id of its last event. */
async function leftOff(count = 1): Promise<string> {
  const client = await openSocket(web, await someone());
  await client.ready();
  await happen(poll, count);
  await until(() => client.messages.length === count);
  client.socket.terminate();
  return client.messages.at(-1)?.id ?? '';
}

describe('A client that lost its connection', () => {
  it('gets what it missed, in order and once, from any process, and then what happens next', async () => {
    const last = await leftOff();
    const missed = [...(await happen(poll, 3)), ...(await happen(report))];
    await notifyJob(web.db, report.id, 'updated');
    const again = await Promise.all([resume(web, last), resume(other, last)]);
    const next = await happen(poll);
    for (const client of again) {
      await until(() => executionsOf(client.messages).includes(next[0] ?? ''));
      const told = client.messages.map(({ event, data }) => data.execution ?? data.change ?? event);
      expect(told).toEqual([...missed, 'updated', 'resumed', ...next]);
      expect(resumed(client)?.data).toEqual({ events: 5, complete: true });
      const ids = client.messages.filter(({ event }) => event !== 'resumed').map(({ id }) => id);
      expect(new Set(ids).size).toBe(6);
    }
  });

  it('gets the rest of an announcement of which it had a part', async () => {
    const client = await openSocket(web, await someone());
    await client.ready();
    const ids = await happen(poll, 250);
    await until(() => client.messages.length === 250);
    for (const had of [1, 99, 100, 101, 249, 250]) {
      const again = await resume(other, client.messages[had - 1]?.id ?? '');
      expect(executionsOf(again.messages)).toEqual(ids.slice(had));
    }
  });

  it('gets what was announced before its last event and committed after it', async () => {
    const client = await openSocket(web, await someone());
    await client.ready();
    const [late] = await store(poll);
    let last: string | undefined;
    let early: string[] = [];
    await web.db.transaction().execute(async (tx) => {
      await notifyExecutions(tx, 'ended', late === undefined ? [] : [late]);
      early = await happen(report);
      await until(() => client.messages.length === 1);
      last = client.messages[0]?.id;
      client.socket.terminate();
    });
    const after = await happen(report);
    const again = await resume(other, last ?? '');
    expect(executionsOf(client.messages)).toEqual(early);
    expect(executionsOf(again.messages)).toEqual([late?.id, ...after]);
    const once = await resume(web, again.messages[0]?.id ?? '');
    expect(executionsOf(once.messages)).toEqual(after);
  });

  it('gets what happened while no process of the API was there', async () => {
    const lonely = await start();
    const client = await openSocket(lonely, await someone());
    await client.ready();
    const [seen] = await happen(poll);
    await until(() => executionsOf(client.messages).includes(seen ?? ''));
    const last = client.messages.at(-1)?.id ?? '';
    await lonely.stop();
    const missed = [...(await happen(poll)), ...(await happen(report, 2))];
    const anew = await start();
    const again = await resume(anew, last);
    expect(executionsOf(again.messages)).toEqual(missed);
    await anew.stop();
  });

  it('gets everything once through many breaks, changing processes, while things go on happening', async () => {
    const headers = await someone();
    const heard: string[] = [];
    const first = await openSocket(web, headers);
    let last = (await first.ready()) ?? '';
    first.socket.terminate();
    const told: string[] = [];
    let going = true;
    const happening = Promise.all(
      [1, 2, 3].map(async (each) => {
        while (going) told.push(...(await happen(each === 3 ? report : poll, each)));
      }),
    );
    for (let round = 0; round < 12; round += 1) {
      const path = `${SOCKET_PATH}?last_event_id=${encodeURIComponent(last)}`;
      const client = await openSocket(round % 2 ? web : other, headers, path);
      await until(() => executionsOf(client.messages).length > 5 + round);
      client.socket.terminate();
      await closeOf(client);
      heard.push(...executionsOf(client.messages));
      last = client.messages.findLast(({ id }) => id !== undefined)?.id ?? last;
    }
    going = false;
    await happening;
    const end = await resume(web, last, headers);
    heard.push(...executionsOf(end.messages));
    expect(heard).toHaveLength(told.length);
    expect(new Set(heard)).toEqual(new Set(told));
  });

  it('may say where it left off with its token, with a subscription, or later on', async () => {
    const last = await leftOff();
    const [a, b] = [await happen(poll), await happen(report)];
    const byToken = await openSocket(web);
    const auth = { type: 'auth', token: await token({ sub: 'by token' }), jobs: [report.shown] };
    byToken.say({ ...auth, last_event_id: last });
    await until(() => resumed(byToken) !== undefined);
    expect(executionsOf(byToken.messages)).toEqual(b);

    const bySubscription = await openSocket(web, await someone());
    bySubscription.say({ type: 'subscribe', jobs: [poll.shown], tags: [], last_event_id: last });
    await until(() => resumed(bySubscription) !== undefined);
    expect(bySubscription.messages.map(({ event }) => event)).toEqual(['subscribed', 'ended', 'resumed']);
    expect(executionsOf(bySubscription.messages)).toEqual(a);

    const byHeader = await openSocket(web, { ...(await someone()), 'last-event-id': last });
    await until(() => resumed(byHeader) !== undefined);
    expect(executionsOf(byHeader.messages)).toEqual([...a, ...b]);

    const later = await openSocket(web, await someone());
    await later.ready();
    const live = await happen(poll);
    await until(() => later.messages.length === 1);
    later.say({ type: 'resume', last_event_id: last });
    await until(() => resumed(later) !== undefined);
    expect(executionsOf(later.messages)).toEqual([...live, ...a, ...b]);
    expect(executionsOf(byToken.messages), 'of other jobs than it asked for').toEqual(b);
  });

  it('and reads slowly gets all in the end, and keeps nothing from the others', async () => {
    const last = await leftOff();
    const missed = await happen(poll, 12_000);
    const headers = await someone();
    const path = `${SOCKET_PATH}?last_event_id=${encodeURIComponent(last)}`;
    const slow = await openSocket(web, headers, path);
    slow.socket.pause();
    const quick = await openSocket(web, await someone());
    await quick.ready();
    const live = [...(await happen(report)), ...(await happen(report))];
    await until(() => quick.messages.length === 2);
    slow.socket.resume();
    await until(() => executionsOf(slow.messages).length >= missed.length + 2);
    expect(slow.closed()).toBeNull();
    expect(executionsOf(slow.messages)).toEqual([...missed, ...live]);
  });

  it('longer than events are kept is told that some are missing, and gets the others', async () => {
    const last = await leftOff();
    await happen(poll, 2);
    await sql`update notice set at = now() - interval '61 minutes'`.execute(web.db);
    const kept = await happen(report);
    expect(await purgeNotices(web.db, 3_600_000, () => undefined)).toBeGreaterThan(0);
    const client = await resume(web, last);
    expect(client.messages.map(({ event }) => event)).toEqual(['resume_incomplete', 'ended', 'resumed']);
    expect(executionsOf(client.messages)).toEqual(kept);
    expect(resumed(client)?.data).toEqual({ events: 1, complete: false });
  });

  it('longer than that, while nothing happened since, is told so too', async () => {
    const last = await leftOff();
    await happen(poll);
    await sql`truncate notice`.execute(web.db);
    const client = await resume(web, last);
    expect(client.messages.map(({ event }) => event)).toEqual(['resume_incomplete', 'resumed']);
  });
});

describe('A resumption', () => {
  it('from what is no id is refused with a sentence, and from an id of another service starts at the present', async () => {
    const client = await openSocket(web, await someone());
    for (const id of ['nonsense', '5', '1-2', '5-9-0', '9-5-0~7.6', '9-5-0~9', `9-5-0~${'1.'.repeat(400)}`]) {
      client.say({ type: 'resume', last_event_id: id });
      await client.ready();
      expect(client.messages.splice(0), id).toMatchObject([{ event: 'error' }]);
    }
    client.say({ type: 'resume', last_event_id: '999999999999-999999999999-0' });
    await until(() => resumed(client) !== undefined);
    expect(client.messages.map(({ event }) => event)).toEqual(['resume_incomplete', 'resumed']);
    const live = await happen(poll);
    await until(() => executionsOf(client.messages).length > 0);
    expect(executionsOf(client.messages)).toEqual(live);
  });

  it('starts from the position that every pong tells, though no event came yet', async () => {
    const client = await openSocket(web, await someone());
    const last = (await client.ready()) ?? '';
    client.socket.terminate();
    const missed = await happen(report);
    expect(executionsOf((await resume(other, last)).messages)).toEqual(missed);
  });
});

it('What is announced while a process has lost its connection to Postgres is told when it is back', async () => {
  const client = await openSocket(web, await someone());
  await client.ready();
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'test-events' and datname = current_database()`.execute(web.db);
  const missed = await happen(poll, 2);
  await until(() => executionsOf(client.messages).length >= 2);
  await web.listening();
  const live = await happen(report);
  await until(() => executionsOf(client.messages).length >= 3);
  expect(executionsOf(client.messages)).toEqual([...missed, ...live]);
});
