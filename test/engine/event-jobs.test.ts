import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import mqtt, { type MqttClient } from 'mqtt';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { sql } from '../../db/connect.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { followEventJobs, type EventJobs } from '../../worker/event-jobs.ts';
import { connectMqtt, type MqttConnection } from '../../worker/mqtt-publisher.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ledgerOf } from '../support/ledger.ts';
import { mqttUrl } from '../support/servers.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
let sender: MqttClient;
beforeAll(async () => {
  engine = await startEngine();
  sender = await mqtt.connectAsync(mqttUrl(), { protocolVersion: 5 });
});
afterAll(async () => {
  await sender.endAsync();
  await engine.stop();
});

const workers: { mqtt: MqttConnection; events: EventJobs }[] = [];
let topic: string;
beforeEach(() => {
  topic = `doors/${crypto.randomUUID()}`;
});
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    await worker.events.stop();
    await worker.mqtt.close();
  }
});

/** A worker's ear; resolves once its subscriptions stand, which a first message on a topic of its own shows. */
async function worker(): Promise<EventJobs> {
  const connection = connectMqtt(
    { url: mqttUrl(), clientId: `ear-${crypto.randomUUID()}`, username: null, password: null, ca: null },
    engine.log,
  );
  const events = followEventJobs(engine.deps, connection);
  workers.push({ mqtt: connection, events });
  await until('connected', () => connection.connected());
  await events.refresh();
  await settled(connection);
  return events;
}

/** Subscriptions are served in order: when a later one hears, the earlier ones stand. */
async function settled(connection: MqttConnection): Promise<void> {
  const probe = `probe/${crypto.randomUUID()}`;
  let heard = false;
  connection.subscribe(probe, () => (heard = true));
  await until('subscribed', async () => {
    await sender.publishAsync(probe, 'x', { qos: 1 });
    return heard;
  });
}

const doorJob = (more: object = {}, policy = {}) =>
  engine.createJob({
    schedule: { kind: 'event', topic: `${topic}/+`, ...more },
    action: { type: 'log', message: 'door ${n}' },
    policy,
  });
const send = (payload: unknown, options = {}) =>
  sender.publishAsync(`${topic}/front`, JSON.stringify(payload), { qos: 1, ...options });
const ended = (jobId: string, count: number) =>
  until(`${count} runs ended`, async () => {
    const rows = await ledgerOf(engine.db, jobId);
    return rows.filter((row) => row.state === 'succeeded').length >= count && rows;
  });

describe('a job of type event', () => {
  it('runs once on a message that fits, however many workers hear it, with the payload as its parameters', async () => {
    const job = await doorJob({ payloadMatch: { state: 'open' } }, { maxConcurrent: 10 });
    await Promise.all([worker(), worker(), worker()]);
    await send({ state: 'closed', n: 0 });
    for (let n = 1; n <= 5; n += 1) await send({ state: 'open', n });
    const rows = await ended(job.id, 5);
    expect(rows.map(({ parameters }) => parameters['n']).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(rows[0]).toMatchObject({ trigger: 'event', parameters: { topic: `${topic}/front`, state: 'open' } });
    expect(rows.flatMap(({ logs }) => logs.map(({ message }) => message)).sort()).toEqual(
      [1, 2, 3, 4, 5].map((n) => `door ${n}`),
    );
  });

  it('runs once on a message, however far one worker is behind another', async () => {
    const blocker = await doorJob();
    const job = await engine.createJob({
      schedule: { kind: 'event', topic: `${topic}/late/bell` },
      action: { type: 'log', message: 'bell' },
    });
    await worker();
    const [behind] = workers;
    if (behind === undefined) throw new Error('there is no worker');
    await engine.db.transaction().execute(async (tx) => {
      await lockJobs(tx, [blocker.id]);
      await send({ n: 1 });
      await settled(behind.mqtt);
      // This one did not hear what the other waits for.
      await worker();
      await sender.publishAsync(`${topic}/late/bell`, 'ring', { qos: 1 });
      await settled(behind.mqtt);
      await ended(job.id, 1);
      await until('the other is more than 2 s behind', async () => {
        const { rows } = await sql<{ passed: boolean }>`select clock_timestamp() > created_at + interval '3 s' as passed
          from execution where job_id = ${job.id}`.execute(engine.db);
        return rows[0]?.passed;
      });
    });
    await behind.events.stop();
    expect(await ledgerOf(engine.db, blocker.id)).toHaveLength(1);
    expect(await ledgerOf(engine.db, job.id)).toHaveLength(1);
  });

  it('is left out within its shortest interval, by every worker alike', async () => {
    const job = await doorJob({ minIntervalSeconds: 3600 });
    const other = await doorJob({}, { maxConcurrent: 10 });
    await Promise.all([worker(), worker()]);
    await send({ n: 1 });
    await ended(job.id, 1);
    await send({ n: 2 });
    await ended(other.id, 2);
    expect((await ended(job.id, 1)).map(({ parameters }) => parameters['n'])).toEqual([1]);
  });

  it('is followed once it is enabled, left when disabled, and not fired by retained messages', async () => {
    await send({ n: 'retained' }, { retain: true });
    const job = await doorJob();
    const witness = await doorJob({}, { maxConcurrent: 10 });
    const ear = await worker();
    await send({ n: 1 });
    await ended(job.id, 1);
    await setEnabled(engine.ctx, { job: { id: job.id }, enabled: false });
    await send({ n: 2 });
    await ended(witness.id, 2);
    await setEnabled(engine.ctx, { job: { id: job.id }, enabled: true });
    await ear.refresh();
    await send({ n: 3 });
    const rows = await ended(job.id, 2);
    expect(rows.map(({ parameters }) => parameters['n'])).toEqual([1, 3]);
  });
});
