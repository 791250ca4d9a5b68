import { expect, it } from 'vitest';
import { acting } from '../actions/acting.ts';
import { TestPublisher } from '../support/test-publisher.ts';

/** What is sent for a payload of gateway.txt, with the world's values in it. */
async function sent(payload: string, given: Parameters<typeof acting>[2] = {}): Promise<unknown> {
  const publisher = new TestPublisher();
  const world = {
    publisher,
    deviceId: 'modbus_master_01',
    now: () => Date.parse('2025-03-12T15:10:30.400Z'),
    environment: { TEMP: 21.5 },
    latestValue: (name: string) => (name === 'TEMP_READING' ? 19.25 : undefined),
  };
  await acting({ type: 'publish', topic: 'device/data', payload, qos: 1 }, world, given).result;
  return JSON.parse(publisher.published[0]?.payload ?? '');
}

it('${NOW} and ${DEVICE_ID} are the time of the run and the name of the device [G-249, G-250]', async () => {
  expect(await sent('{"timestamp": "${NOW}", "device_id": "${DEVICE_ID}"}')).toEqual({
    timestamp: '2025-03-12T15:10:30Z',
    device_id: 'modbus_master_01',
  });
});

it('${TEMP_READING} is what last arrived on its MQTT topic [G-251]', async () => {
  expect(await sent('{"temp": ${TEMP_READING}}')).toEqual({ temp: 19.25 });
});

it("${DATA} is a variable of the job, and a run's parameter is nearer [G-252]", async () => {
  const variables = { DATA: [1, 2] };
  expect(await sent('{"value": ${DATA}}', { variables })).toEqual({ value: [1, 2] });
  expect(await sent('{"value": ${DATA}}', { variables, parameters: { DATA: 'mine' } })).toEqual({ value: 'mine' });
});

it('${TEMP} is VAR_TEMP of the environment [G-253]', async () => {
  expect(await sent('{"temp": ${TEMP}}')).toEqual({ temp: 21.5 });
});
