import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSettle } from '../../activities/settle.ts';
import { runJob } from '../../api/verbs/run-job.ts';
import { sql } from '../../db/connect.ts';
import { listen } from '../../db/events.ts';
import { claimNotifications, purgeNotifications } from '../../db/queries/notifications.ts';
import { findNotifications } from '../../db/queries/notifications-read.ts';
import type { Job } from '../../domain/job.ts';
import type { Notification } from '../../domain/notifications.ts';
import { notifyWebhooksSchema } from '../../domain/notify-webhooks.ts';
import { publicJobId } from '../../domain/public-ids.ts';
import { connectMqtt, type MqttConnection } from '../../worker/mqtt-publisher.ts';
import { openDestinations } from '../../worker/notify/index.ts';
import { openNotifier, type Notifier } from '../../worker/notify/open-notifier.ts';
import { openWebhooks } from '../../worker/webhooks/open-webhooks.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { housekeep } from '../support/housekeeping.ts';
import { POLICY, type SpecOverrides } from '../support/job-specs.ts';
import { executionById, ledgerOf } from '../support/ledger.ts';
import { moodyBroker, type MoodyBroker } from '../support/moody-broker.ts';
import { startReceiver, status, type Receiver } from '../support/receiver.ts';
import { recordingLog } from '../support/recording-log.ts';
import { silent } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

/** Each takes the jobs that carry its name as a tag, on the path of that name. */
const NAMES = ['plain', 'other', 'down', 'flaky', 'gone', 'wrong', 'later', 'never', 'orphaned', 'leased', 'moved'];
const secretOf = (name: string) => `whsec_${Buffer.from(`the own secret of the receiver ${name}`).toString('base64')}`;

let broker: MoodyBroker;
let mqtt: MqttConnection;
let receiver: Receiver;
let down: Receiver;
let engine: TestEngine;
let notifier: Notifier;
let notices: ReturnType<typeof listen>;
const log = recordingLog();

beforeAll(async () => {
  [broker, receiver, down, engine] = await Promise.all([
    moodyBroker(),
    startReceiver(),
    startReceiver(),
    startEngine({ worker: false }),
  ]);
  mqtt = connectMqtt({ url: broker.url, clientId: 'notes', username: null, password: null, ca: null }, recordingLog());
  const webhooks = openWebhooks({ allow: ['127.0.0.1'], secrets: [], userAgent: 'almanac/test', now: Date.now });
  const receivers = notifyWebhooksSchema.parse(
    NAMES.map((name) => ({
      ...{ name, secret: secretOf(name), tags: [name] },
      url: `${name === 'down' ? down.url : receiver.url}/${name}`,
    })),
  );
  const world = { db: engine.db, log, monotonicMs: () => performance.now() };
  notifier = openNotifier(world, openDestinations({ mqtt, webhooks, receivers, now: Date.now }));
  notices = listen({
    ...{ url: engine.databaseUrl, applicationName: 'test-notes', onNotice: () => undefined },
    onQueued: () => notifier.poke(),
    onState: () => undefined,
  });
  await engine.startWorker({ notifications: notifier });
  await until('all is connected', () => mqtt.connected() && notices.connected());
});
afterAll(async () => {
  await notices.stop();
  await notifier.stop();
  await engine.stop();
  await mqtt.close();
  await Promise.all([broker.close(), receiver.close(), down.close()]);
});
beforeEach(() => {
  broker.acknowledges = true;
});

const ALL = { onSuccess: true, onFailure: true, onTimeout: true };
const FAILING = { type: 'publish', topic: 'x', payload: '${UNKNOWN}' };

function make(tags: readonly string[], spec: SpecOverrides = {}): Promise<Job> {
  const policy = { notifications: ALL, ...spec.policy };
  return engine.createJob({ tags, schedule: { kind: 'none' }, ...spec, policy });
}

async function run(job: Job): Promise<string> {
  return (await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} })).executionId;
}

async function notificationsOf(job: Job): Promise<Notification[]> {
  return (await findNotifications(engine.db, 'gateway', { jobId: job.id, limit: 100, offset: 0 })).notifications;
}

const webhookOf = (job: Job, is: (one: Notification) => boolean) =>
  until('the webhook is so', async () =>
    (await notificationsOf(job)).find((one) => one.destination !== 'mqtt' && is(one)),
  );
const ended = (job: Job) => webhookOf(job, ({ state }) => state !== 'pending');

interface Body {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** What came to a receiver, its signature checked with the receiver's own secret. */
function verified(name: string, at = receiver): Body[] {
  return at.at(`/${name}`).map(({ body, headers }) => {
    return new Webhook(secretOf(name)).verify(body, headers as Record<string, string>) as Body;
  });
}

describe('An execution that ends', () => {
  test('well is told to MQTT and the webhook, signed with its own secret, where on_success asks for it [G-057]', async () => {
    const job = await make(['plain']);
    const id = await run(job);
    await ended(job);
    const [told] = verified('plain');
    const execution = await executionById(engine.db, id);
    const iso = (at: number | null) => new Date(at ?? 0).toISOString();
    expect(told).toEqual({
      type: 'job.completed',
      timestamp: iso(execution.endedAt),
      data: {
        ...{ job_id: publicJobId(job), job_name: job.name, face: 'gateway', tags: ['plain'] },
        execution_id: expect.stringMatching(/^exec_\d{17}/) as string,
        ...{ scheduled_time: iso(execution.dueAt), start_time: iso(execution.startedAt) },
        ...{ end_time: iso(execution.endedAt), duration_ms: execution.durationMs, attempt: 1 },
        message: execution.result?.message,
      },
    });
    const topic = `events/gateway/${publicJobId(job)}/completed`;
    const packet = await until('MQTT heard of it', () => broker.received.find((one) => one.topic === topic));
    expect(JSON.parse(packet.payload.toString())).toEqual(told);
    expect(packet).toMatchObject({ qos: 1, retain: false });
    const all = await notificationsOf(job);
    const byMqtt = all.find(({ destination }) => destination === 'mqtt');
    expect(packet.properties?.userProperties).toMatchObject({ 'execution-id': id, 'notification-id': byMqtt?.id });
    const webhook = all.find(({ destination }) => destination === 'webhook:plain');
    expect(receiver.at('/plain')[0]?.headers['webhook-id']).toBe(webhook?.id);
  });

  test.each([
    ['badly', 'onFailure', { action: FAILING }, 'job.failed', 'UNKNOWN'],
    [
      'too late',
      'onTimeout',
      { action: { type: 'publish', topic: 'slow', payload: 'x' }, policy: { timeoutSeconds: 1 } },
      'job.timeout',
      'timeout',
    ],
  ] as const)(
    '%s is told where %s asks for it, with the error [G-058, G-059]',
    async (_how, asked, spec, type, error) => {
      const before = receiver.at('/other').length;
      const only = { onSuccess: false, onFailure: false, onTimeout: false, [asked]: true };
      engine.publisher.answer('slow', silent);
      const job = await make(['other'], {
        ...spec,
        policy: { ...('policy' in spec && spec.policy), notifications: only },
      });
      await run(job);
      expect((await ended(job)).state).toBe('delivered');
      expect(verified('other').slice(before)).toMatchObject([
        { type, data: { error: expect.stringContaining(error) as string } },
      ]);
    },
  );

  test('otherwise than its job asks for, or of a job that asks for nothing, costs no row', async () => {
    const quiet = await make(['plain'], { policy: { notifications: POLICY.notifications } });
    const picky = await make(['plain'], { policy: { notifications: { ...ALL, onSuccess: false } } });
    for (const job of [quiet, picky]) {
      const id = await run(job);
      await until('it ended', async () => (await executionById(engine.db, id)).state === 'succeeded');
      expect(await notificationsOf(job)).toEqual([]);
    }
  });

  test('in a fire of a clock is told too, and by the settling of what its worker lost', async () => {
    const job = await make(['plain'], { schedule: { kind: 'immediate' } });
    expect((await ended(job)).event).toBe('completed');
    const lost = await make(['plain'], { policy: { maxConcurrent: 5 } });
    const id = engine.deps.ids.next();
    const dueAt = Date.now();
    await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, job_revision)
      values (${id}, ${lost.id}, 'gateway', 'manual', ${new Date(dueAt)}, 7, 'running', 1)`.execute(engine.db);
    const settle = createSettle({ ...engine.deps, notifications: notifier });
    const end = { executionId: id, jobId: lost.id, dueAt, state: 'failed', reason: 'worker_lost' } as const;
    await settle({ ...end, message: 'The worker was lost.' });
    await settle({ ...end, message: 'The worker was lost.' });
    expect(await ended(lost)).toMatchObject({ event: 'failed', executionId: id });
    expect((await notificationsOf(lost)).filter(({ destination }) => destination !== 'mqtt')).toHaveLength(1);
  });

  test('and disables its job by stop_on_error is told with the reason, whatever else the job asks for', async () => {
    const policy = { stopOnError: true, notifications: POLICY.notifications };
    const before = receiver.at('/plain').length;
    const job = await make(['plain'], { schedule: { kind: 'interval', everySeconds: 3600 }, action: FAILING, policy });
    const id = await run(job);
    expect(await ended(job)).toMatchObject({ event: 'disabled', executionId: id, state: 'delivered' });
    const [told] = verified('plain').slice(before);
    expect(told).toMatchObject({
      type: 'job.disabled',
      data: { job_id: publicJobId(job), error: expect.stringContaining('Stopped on error') as string },
    });
  });
});

describe('A webhook', () => {
  test('is told of the jobs with its tags only', async () => {
    const counts = () => [receiver.at('/plain').length, receiver.at('/other').length];
    const [plain = 0, other = 0] = counts();
    const both = await make(['plain', 'other', 'neither']);
    await run(both);
    await until('both were told', () => counts().join() === [plain + 1, other + 1].join());
    const neither = await make(['neither']);
    await run(neither);
    const all = await until('MQTT was', async () => {
      const found = await notificationsOf(neither);
      return found.some(({ state }) => state === 'delivered') && found;
    });
    expect(all.map(({ destination }) => destination)).toEqual(['mqtt']);
  });

  test('that is down for a while is told once it is up, once, and its runs have not failed', async () => {
    await down.goAway();
    const job = await make(['down']);
    const id = await run(job);
    const waiting = await webhookOf(job, ({ attempts, error }) => attempts >= 2 && error !== null);
    expect(waiting).toMatchObject({
      state: 'pending',
      error: expect.stringContaining('could not be reached') as string,
    });
    expect((await executionById(engine.db, id)).state).toBe('succeeded');
    await down.comeBack();
    expect(await ended(job)).toMatchObject({ state: 'delivered', error: null });
    expect(verified('down', down)).toMatchObject([{ type: 'job.completed' }]);
  });

  test('that answers with passing refusals is tried again, under the same id', async () => {
    receiver.answer('/flaky', status(503), status(429), status(204));
    const job = await make(['flaky']);
    await run(job);
    expect(await ended(job)).toMatchObject({ state: 'delivered', attempts: 3 });
    const ids = receiver.at('/flaky').map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(verified('flaky')).toHaveLength(3);
  });

  test.each([
    ['gone', 410],
    ['wrong', 400],
    ['moved', 302],
  ])('that is %s (%i) is given up at once, for all to see', async (name, code) => {
    receiver.answer(`/${name}`, status(code, code === 302 ? { location: '/plain' } : {}));
    const before = receiver.received.length;
    const job = await make([name]);
    const id = await run(job);
    const one = await ended(job);
    expect(one).toMatchObject({ state: 'given_up', attempts: 1, nextAt: null, executionId: id });
    expect(one.error).toMatch(code === 302 ? /redirects/ : `answered ${code}: because`);
    expect(receiver.received.slice(before).map(({ path }) => path)).toEqual([`/${name}`]);
    const said = await until('it is said', () =>
      log.entries.find(
        ({ level, fields }) => level === 'error' && (fields as { notificationId?: string }).notificationId === one.id,
      ),
    );
    expect(said.message).toContain('given up');
    expect((await executionById(engine.db, id)).state).toBe('succeeded');
    const { notifications } = await findNotifications(engine.db, 'gateway', {
      state: 'given_up',
      limit: 100,
      offset: 0,
    });
    expect(notifications.map((each) => each.id)).toContain(one.id);
  });

  test('that asks to be left alone with Retry-After is', async () => {
    receiver.answer('/later', status(429, { 'retry-after': '3600' }));
    const job = await make(['later']);
    await run(job);
    const one = await webhookOf(job, ({ error }) => error !== null);
    expect((one.nextAt ?? 0) - one.createdAt).toBeGreaterThanOrEqual(3_600_000);
    await run(job);
    await until('the second waits too', async () => (await notificationsOf(job)).length === 4);
    expect(one.state).toBe('pending');
    notifier.poke();
    const name = 'webhook:later';
    const claimed = await claimNotifications(engine.db, name, { limit: 5, leaseMs: 60_000 });
    expect(
      claimed.map(({ attempt }) => attempt),
      'the second was left alone',
    ).toEqual([1]);
    expect(receiver.at('/later')).toHaveLength(1);
  });

  test('that takes nothing for a day is given up with the last reason', async () => {
    receiver.answer('/never', status(500));
    const job = await make(['never']);
    await run(job);
    await webhookOf(job, ({ error }) => error !== null);
    await sql`update notification set created_at = now() - interval '25 hours', next_at = now()
      where job_id = ${job.id}`.execute(engine.db);
    notifier.poke();
    expect(await ended(job)).toMatchObject({ state: 'given_up', error: expect.stringContaining('500') as string });
  });
});

describe('What was queued', () => {
  test('by a worker that died before it delivered goes out by another, at the housekeeping', async () => {
    await notices.stop();
    const job = await make(['orphaned']);
    await run(job);
    const [waiting] = await until('it is queued', async () => {
      const all = await notificationsOf(job);
      return all.length === 2 && all;
    });
    expect(waiting).toMatchObject({ state: 'pending', attempts: 0 });
    await housekeep(engine);
    expect(await ended(job)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(verified('orphaned')).toHaveLength(1);
  });

  test('and taken by a worker that died during the try is tried again when its lease is over, not before', async () => {
    const job = await make(['leased']);
    await run(job);
    await until('it is queued', async () => (await notificationsOf(job)).length === 2);
    const [claimed] = await claimNotifications(engine.db, 'webhook:leased', { limit: 5, leaseMs: 60_000 });
    expect(await claimNotifications(engine.db, 'webhook:leased', { limit: 5, leaseMs: 60_000 })).toEqual([]);
    await sql`update notification set next_at = now() where id = ${claimed?.id}`.execute(engine.db);
    notifier.poke();
    expect(await ended(job)).toMatchObject({ state: 'delivered', attempts: 2, id: claimed?.id });
  });

  test('for a receiver that nobody knows any more is given up after a day', async () => {
    const job = await make(['plain']);
    await sql`insert into notification (id, face, job_id, event, destination, topic, body, created_at, next_at)
      values (gen_random_uuid(), 'gateway', ${job.id}, 'failed', 'webhook:removed', 't', '{}',
        now() - interval '26 hours', now() - interval '2 hours')`.execute(engine.db);
    await housekeep(engine);
    expect(await ended(job)).toMatchObject({
      state: 'given_up',
      error: expect.stringContaining('not configured any more') as string,
    });
  });

  test('is forgotten once it is old and has ended', async () => {
    const job = await make(['plain']);
    const old = new Date(Date.now() - 100_000_000);
    await sql`insert into notification (id, face, job_id, event, destination, topic, body, created_at, state, next_at)
      select gen_random_uuid(), 'gateway', ${job.id}, 'failed', 'webhook:x', 't', '{}', ${old}, s, null
      from unnest(array['delivered', 'given_up', 'pending']) s`.execute(engine.db);
    await purgeNotifications(engine.db, Date.now() - 90_000_000, () => undefined);
    expect((await notificationsOf(job)).map(({ state }) => state)).toEqual(['pending']);
  });

  test('is nothing where the execution had not ended by it', async () => {
    const job = await make(['plain']);
    const settle = createSettle({ ...engine.deps, notifications: notifier });
    await settle({
      ...{ executionId: engine.deps.ids.next(), jobId: job.id, dueAt: Date.now() },
      ...{ state: 'failed', reason: 'worker_lost', message: 'There is no such execution.' },
    });
    expect(await notificationsOf(job)).toEqual([]);
    expect(await ledgerOf(engine.db, job.id)).toEqual([]);
  });
});
