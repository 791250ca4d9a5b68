import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { relaysSchema } from '../../domain/relays.ts';
import { connectMqtt, type MqttConnection } from '../../worker/mqtt-publisher.ts';
import { noBroker } from '../../worker/no-broker.ts';
import { openRelays } from '../../worker/relays/open-relays.ts';
import { recordingLog } from '../support/recording-log.ts';
import { mqttUrl } from '../support/servers.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { acting, failureOf, RUN } from './acting.ts';

function relays(config: unknown, home: string, connection: MqttConnection = noBroker()) {
  return { relay: openRelays(relaysSchema.parse(config), { mqtt: connection, home, expirySeconds: 60 }) };
}

describe('a relay that is a state file [G-229, G-238..G-240]', () => {
  const config = { lights: { driver: 'file', path: 'relays/lights' } };

  it('is switched on and off, and read back', async () => {
    const home = tempFolder('almanac-relay-');
    const world = relays(config, home);
    const state = () => readFileSync(join(home, 'relays/lights'), 'utf8');
    const on = await acting({ type: 'output', relay: 'lights', value: 'on' }, world).result;
    expect(state()).toBe('on\n');
    expect(on).toMatchObject({ message: 'lights is on', data: { relay: 'lights', state: 'on', confirmed: true } });
    await acting({ type: 'output', relay: 'lights', value: 'off' }, world).result;
    expect(state()).toBe('off\n');
  });

  it('toggles that come together each see what the one before did', async () => {
    const home = tempFolder('almanac-relay-');
    const world = relays(config, home);
    const five = Array.from({ length: 5 }, () => acting({ type: 'output', relay: 'lights', value: 'toggle' }, world));
    const states = (await Promise.all(five.map((one) => one.result))).map((result) => result.message);
    expect(states.map((message) => message.replace('lights is ', ''))).toEqual(['on', 'off', 'on', 'off', 'on']);
    expect(readFileSync(join(home, 'relays/lights'), 'utf8')).toBe('on\n');
  });

  it('is on during a pulse and off after it', async () => {
    const home = tempFolder('almanac-relay-');
    const world = relays(config, home);
    const acted = acting({ type: 'output', relay: 'lights', value: 'pulse', duration_ms: 300 }, world);
    await until('it is on', () => acted.logs.some((line) => line.message.includes('is on for 300 ms')));
    expect(readFileSync(join(home, 'relays/lights'), 'utf8')).toBe('on\n');
    expect((await acted.result).message).toBe('lights was on for 300 ms');
    expect(readFileSync(join(home, 'relays/lights'), 'utf8')).toBe('off\n');
  });

  it('goes off at once when a pulse is stopped', async () => {
    const home = tempFolder('almanac-relay-');
    const world = relays(config, home);
    const acted = acting({ type: 'output', relay: 'lights', value: 'pulse', duration_ms: 3_600_000 }, world);
    await until('it is on', () => acted.logs.some((line) => line.message.includes('is on for')));
    acted.stop.abort(new Error('cancelled'));
    await expect(acted.result).rejects.toThrow();
    expect(readFileSync(join(home, 'relays/lights'), 'utf8')).toBe('off\n');
  });

  it('a state file that holds something else can not be toggled', async () => {
    const home = tempFolder('almanac-relay-');
    const world = relays({ lights: { driver: 'file', path: 'lights' } }, home);
    writeFileSync(join(home, 'lights'), 'dimmed');
    const failure = await failureOf(acting({ type: 'output', relay: 'lights', value: 'toggle' }, world));
    expect(failure).toMatchObject({ type: 'RelayStateUnknown', retryable: false });
  });

  it('a relay that was taken out of the configuration fails the run for good', async () => {
    const world = relays(config, tempFolder('almanac-relay-'));
    const failure = await failureOf(acting({ type: 'output', relay: 'gone', value: 'on' }, world));
    expect(failure).toMatchObject({ type: 'UnknownRelay', retryable: false });
    expect(failure.message).toContain('RELAYS');
  });
});

describe('a relay behind MQTT [G-238..G-240]', () => {
  const config = (name: string) => ({
    pump: { driver: 'mqtt', topic: `${name}/set`, state_topic: `${name}/state`, state_timeout_ms: 60_000 },
  });

  async function broker() {
    const connection = connectMqtt(
      { url: mqttUrl(), clientId: `relays-${Math.random()}`, username: null, password: null, ca: null },
      recordingLog(),
    );
    onTestFinished(() => connection.close());
    await until('the connection stands', () => connection.connected());
    return connection;
  }

  /** A device that does what it is told and says so, or only listens. */
  async function device(name: string, answers: boolean) {
    const client = await mqtt.connectAsync(mqttUrl(), { protocolVersion: 5 });
    onTestFinished(() => client.endAsync(true));
    const heard: { payload: string; executionId: unknown }[] = [];
    await client.subscribeAsync(`${name}/set`, { qos: 1 });
    client.on('message', (_topic, payload, packet) => {
      heard.push({ payload: payload.toString(), executionId: packet.properties?.userProperties?.['execution-id'] });
      if (answers) client.publish(`${name}/state`, payload, { qos: 1, retain: true });
    });
    return { heard };
  }

  it('is done once the device has confirmed, and carries the execution id', async () => {
    const { heard } = await device('r1', true);
    const world = relays(config('r1'), tempFolder('almanac-relay-'), await broker());
    const on = await acting({ type: 'output', relay: 'pump', value: 'on' }, world).result;
    expect(on.data).toEqual({ relay: 'pump', state: 'on', confirmed: true });
    expect(heard).toEqual([{ payload: 'ON', executionId: RUN.executionId }]);
    const toggled = await acting({ type: 'output', relay: 'pump', value: 'toggle' }, world).result;
    expect(toggled.message).toBe('pump is off');
    expect(heard.map((one) => one.payload)).toEqual(['ON', 'OFF']);
  });

  it('fails, to be tried again, when the device does not confirm in its time', async () => {
    const { heard } = await device('r2', false);
    const mute = { pump: { ...config('r2').pump, state_timeout_ms: 100 } };
    const world = relays(mute, tempFolder('almanac-relay-'), await broker());
    const failure = await failureOf(acting({ type: 'output', relay: 'pump', value: 'on' }, world));
    expect(failure).toMatchObject({ type: 'RelayNotConfirmed', retryable: true });
    expect(failure.message).toContain('it has said nothing yet');
    await until('the command arrived', () => heard.length === 1);
  });

  it('stops waiting for the device when it is cancelled', async () => {
    const { heard } = await device('r3', false);
    const world = relays(config('r3'), tempFolder('almanac-relay-'), await broker());
    const acted = acting({ type: 'output', relay: 'pump', value: 'on' }, world);
    await until('the command arrived', () => heard.length === 1);
    acted.stop.abort(new Error('cancelled by a user'));
    await expect(acted.result).rejects.toThrow('cancelled by a user');
  });

  it('one that waits for its turn stops too, and does not act afterwards', async () => {
    const { heard } = await device('r4', false);
    const world = relays(config('r4'), tempFolder('almanac-relay-'), await broker());
    const first = acting({ type: 'output', relay: 'pump', value: 'on' }, world);
    await until('the first is on its way', () => heard.length === 1);
    const second = acting({ type: 'output', relay: 'pump', value: 'off' }, world);
    second.stop.abort(new Error('timed out'));
    await expect(second.result).rejects.toThrow('timed out');
    first.stop.abort(new Error('cancelled'));
    await expect(first.result).rejects.toThrow('cancelled');
    expect(heard.map((one) => one.payload)).toEqual(['ON']);
  });

  it('without a state topic it is commanded, said to be unconfirmed, and can not be toggled', async () => {
    const { heard } = await device('r5', true);
    const world = relays(
      { pump: { driver: 'mqtt', topic: 'r5/set', on: '1', off: '0' } },
      tempFolder('almanac-relay-'),
      await broker(),
    );
    const on = await acting({ type: 'output', relay: 'pump', value: 'on' }, world).result;
    expect(on.data).toEqual({ relay: 'pump', state: 'on', confirmed: false });
    await until('the command arrived', () => heard.length === 1);
    expect(heard[0]?.payload).toBe('1');
    const failure = await failureOf(acting({ type: 'output', relay: 'pump', value: 'toggle' }, world));
    expect(failure).toMatchObject({ type: 'RelayStateUnknown', retryable: false });
  });
});
