import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { startBroker } from '../../start/mqtt-broker.ts';
import { freeInnerPort } from '../../start/ports.ts';

async function connected(port: number): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  return client;
}

function nextMessage(client: MqttClient): Promise<IPublishPacket> {
  return new Promise((resolve) => client.once('message', (_topic, _payload, packet) => resolve(packet)));
}

async function broker() {
  const started = await startBroker({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => started.close());
  return started;
}

test.each([0, 1, 2] as const)('QoS %i: a message of MQTT 5 arrives with its user properties', async (qos) => {
  const { port } = await broker();
  const [subscriber, publisher] = [await connected(port), await connected(port)];
  await subscriber.subscribeAsync('rooms/+/light', { qos });
  const message = nextMessage(subscriber);

  const properties = { userProperties: { 'execution-id': '42' }, messageExpiryInterval: 60 };
  await publisher.publishAsync('rooms/7/light', 'on', { qos, properties });

  const packet = await message;
  expect([packet.topic, String(packet.payload), packet.qos]).toEqual(['rooms/7/light', 'on', qos]);
  expect({ ...packet.properties?.userProperties }).toEqual({ 'execution-id': '42' });
});

test('a retained message reaches who subscribes later', async () => {
  const { port } = await broker();
  const publisher = await connected(port);
  await publisher.publishAsync('state', 'kept', { qos: 1, retain: true });
  const subscriber = await connected(port);
  const message = nextMessage(subscriber);
  await subscriber.subscribeAsync('state');
  expect(String((await message).payload)).toBe('kept');
});

test('a port that is taken is an error, not a crash', async () => {
  const { port } = await broker();
  await expect(startBroker({ host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE');
});

test('closing ends its clients and frees the port', async () => {
  const first = await startBroker({ host: '127.0.0.1', port: await freeInnerPort() });
  const client = await connected(first.port);
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  await first.close();
  await closed;
  const again = await startBroker({ host: '127.0.0.1', port: first.port });
  await again.close();
});
