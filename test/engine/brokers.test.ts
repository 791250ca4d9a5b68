import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Publication } from '../../activities/deps.ts';
import { Stop } from '../../activities/stop.ts';
import { isTerminal } from '../../domain/execution.ts';
import { connectMqtt, type MqttConnection } from '../../worker/mqtt-publisher.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ledgerOf } from '../support/ledger.ts';
import { moodyBroker, type MoodyBroker } from '../support/moody-broker.ts';
import { recordingLog } from '../support/recording-log.ts';
import { until } from '../support/until.ts';

const log = recordingLog();
let broker: MoodyBroker;
let connection: MqttConnection;
let engine: TestEngine;
beforeAll(async () => {
  broker = await moodyBroker();
  const settings = { url: broker.url, clientId: 'test', username: null, password: null, ca: null };
  connection = connectMqtt(settings, log);
  engine = await startEngine({ deps: { publisher: connection } });
  await until('the broker is reached', () => connection.connected());
});
afterAll(async () => {
  broker.acknowledges = true;
  await engine.stop();
  await connection.close();
  await broker.close();
});
beforeEach(() => {
  broker.acknowledges = true;
});

const publication = (topic: string): Publication => ({
  topic,
  payload: 'x',
  qos: 1,
  retain: false,
  userProperties: { 'execution-id': topic },
  expirySeconds: 30,
});
const received = (topic: string) => broker.received.filter((packet) => packet.topic === topic);

describe('A publish', () => {
  test('goes to the broker with the execution id as its idempotency key, and an expiry', async () => {
    const action = { type: 'publish', topic: 'told/${JOB_NAME}', payload: '{"at": "${SCHEDULED_TIME}"}', qos: 1 };
    const job = await engine.createJob({ name: 'well', schedule: { kind: 'immediate' }, action });
    const [row] = await until('it fired', async () => {
      const ledger = await ledgerOf(engine.db, job.id);
      return ledger[0]?.state === 'succeeded' && ledger;
    });
    const [packet] = received('told/well');
    expect(packet?.properties?.userProperties).toMatchObject({ 'execution-id': row?.id, 'job-id': job.id });
    expect(packet?.properties?.messageExpiryInterval).toBe(300);
    const nominal = new Date(row?.dueAt ?? 0).toISOString().replace('.000Z', 'Z');
    expect(JSON.parse(packet?.payload.toString() ?? '')).toEqual({ at: nominal });
    expect(row?.result?.metrics).toMatchObject({ data_points: 1, bytes_published: packet?.payload.length });
  });

  test('comes as it was given, among many that leave in one piece, whatever its characters', async () => {
    const texts = ['', 'plain', 'é→😀'.repeat(50), `"\\ \n ${'\u0001'}`, '日本語', 'x'.repeat(70_000)];
    const sent = texts.map((payload, i) => ({
      ...publication(`text/${i}/→`),
      payload,
      userProperties: { 'ключ-é': payload.slice(0, 90) },
    }));
    const connections = () => log.entries.filter(({ message }) => message === 'MQTT connected').length;
    const before = connections();
    await Promise.all(sent.map((each) => connection.publish(each, new Stop())));
    // After a faulty piece the connection breaks, and what was not acknowledged is sent again over the next one.
    expect(connections()).toBe(before);
    for (const { topic, payload, userProperties } of sent) {
      const [packet] = received(topic);
      expect(packet?.payload.toString()).toBe(payload);
      expect(packet?.properties?.userProperties).toEqual(userProperties);
    }
  });

  test('that was given up never goes out again, not even with the next connection', async () => {
    broker.acknowledges = false;
    const [given, kept] = [new Stop(), new AbortController()];
    const up = connection.publish(publication('given/up'), given);
    const on = connection.publish(publication('carried/on'), kept.signal);
    await until('both arrived', () => received('given/up').length === 1 && received('carried/on').length === 1);
    given.abort(new Error('too late'));
    await expect(up).rejects.toThrow();
    broker.acknowledges = true;
    broker.dropClients();
    await on;
    expect(received('carried/on')).toHaveLength(2);
    expect(received('given/up')).toHaveLength(1);
  });

  test('waits for a connection that is away, and is not sent once it was given up', async () => {
    broker.dropClients();
    await until('the connection is away', () => !connection.connected());
    const given = new AbortController();
    const up = connection.publish(publication('never/sent'), given.signal);
    const on = connection.publish(publication('sent/later'), new AbortController().signal);
    given.abort(new Error('too late'));
    await expect(up).rejects.toThrow('too late');
    await on;
    expect([received('never/sent').length, received('sent/later').length]).toEqual([0, 1]);
  });
});

test('What a slow broker has not answered in time is carried on by run-job, as the same attempt, and no retry is spent', async () => {
  broker.acknowledges = false;
  const action = { type: 'publish', topic: 'slow', payload: 'x' };
  const spec = { schedule: { kind: 'immediate' }, action, policy: { timeoutSeconds: 60, maxRetries: 1 } };
  const job = await engine.createJob(spec);
  const handedOver = await until('it was handed over', async () => {
    const [row] = await ledgerOf(engine.db, job.id);
    return row?.workflowId != null && row.state === 'running' && received('slow').length >= 2 && row;
  });
  expect(handedOver).toMatchObject({ attempt: 1, attempts: [] });
  broker.acknowledges = true;
  broker.dropClients();
  const row = await until('it ended', async () => {
    const [ended] = await ledgerOf(engine.db, job.id);
    return ended !== undefined && isTerminal(ended.state) && ended;
  });
  expect(row).toMatchObject({ state: 'succeeded', attempt: 1, attempts: [], id: handedOver.id });
  const { input } = await engine.client.workflow
    .getHandle(row.workflowId ?? '')
    .fetchHistory()
    .then(({ events }) => events?.[0]?.workflowExecutionStartedEventAttributes ?? {});
  const spoken = JSON.parse(Buffer.from(input?.payloads?.[0]?.data ?? []).toString()) as {
    firstAttempt: number;
    firstDelayMs: number;
  };
  expect([spoken.firstAttempt, spoken.firstDelayMs]).toEqual([1, 0]);
  expect(received('slow').map((packet) => packet.properties?.userProperties?.['execution-id'])).toEqual(
    received('slow').map(() => row.id),
  );
});
