import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ conflictPolicy: 'allow', relays: ['lights', 'relay_1'], ruleNodes: ['alert'] });
});
afterAll(() => gateway.stop());

interface Made {
  readonly type: string;
  readonly schedule: Record<string, unknown>;
  readonly action: Record<string, unknown>;
}

async function create(type: string, body: object): Promise<Made> {
  const answer = await gateway.call('POST', `/jobs/${type}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  expect(answer.body).toMatchObject({ success: true, message: 'Job created successfully' });
  return answer.body['job'] as Made;
}

describe('the typed creations, with the bodies of the document', () => {
  it('interval: counted from creation [G-202..G-206]', async () => {
    const job = await create('interval', {
      name: 'Temperature Monitor',
      interval_seconds: 60,
      jitter_percentage: 10,
      action: { type: 'publish', topic: 'sensors/temperature', payload: '{"temp": ${TEMP_READING}}' },
    });
    expect(job).toMatchObject({
      type: 'interval',
      schedule: { interval_seconds: 60, jitter_percentage: 10, next_execution: '2025-03-12T15:11:01Z' },
      action: { type: 'publish', topic: 'sensors/temperature', payload_template: '{"temp": ${TEMP_READING}}' },
    });
  });

  it('daily: without weekends [G-207..G-212]', async () => {
    gateway.now = Date.parse('2025-03-14T12:00:00Z'); // a Friday
    const job = await create('daily', {
      name: 'Daily Backup',
      time: '02:00',
      timezone: 'UTC',
      skip_weekends: true,
      action: { type: 'system', operation: 'backup' },
    });
    expect(job).toMatchObject({
      type: 'daily',
      schedule: { time: '02:00', timezone: 'UTC', skip_weekends: true, next_execution: '2025-03-17T02:00:00Z' },
      action: { type: 'system', operation: 'backup' },
    });
  });

  it('weekly: on its days [G-213..G-217]', async () => {
    gateway.now = Date.parse('2025-03-12T10:00:00Z'); // a Wednesday, after 09:00
    const job = await create('weekly', {
      name: 'Weekly Report',
      days_of_week: ['mon', 'wed', 'fri'],
      time: '09:00',
      action: { type: 'file', operation: 'generate_report' },
    });
    expect(job).toMatchObject({
      type: 'weekly',
      schedule: {
        days_of_week: ['mon', 'wed', 'fri'],
        time: '09:00',
        timezone: 'UTC',
        next_execution: '2025-03-14T09:00:00Z',
      },
      action: { type: 'file', operation: 'generate_report' },
    });
  });

  it('monthly: on a day, or the last one [G-008]', async () => {
    gateway.now = Date.parse('2025-02-10T00:00:00Z');
    const action = { type: 'log', message: 'x' };
    const last = await create('monthly', { name: 'Month end', day_of_month: 'last', time: '23:00', action });
    expect(last).toMatchObject({
      type: 'monthly',
      schedule: { day_of_month: 'last', next_execution: '2025-02-28T23:00:00Z' },
    });
    const minusOne = await create('monthly', { name: 'Month end, too', day_of_month: -1, time: '23:00', action });
    expect(minusOne.schedule).toEqual(last.schedule);
    const day31 = await create('monthly', { name: 'The 31st', day_of_month: 31, time: '01:00', action });
    expect(day31.schedule).toMatchObject({ day_of_month: 31, next_execution: '2025-03-31T01:00:00Z' });
  });

  it('cron: in its time zone, and publishing nothing at all [G-218..G-222]', async () => {
    gateway.now = Date.parse('2025-03-12T15:30:00Z'); // 11:30 in New York
    const job = await create('cron', {
      name: 'Complex Schedule',
      cron_expression: '0 9-17 * * 1-5',
      timezone: 'America/New_York',
      action: { type: 'publish', topic: 'status/heartbeat' },
    });
    expect(job).toMatchObject({
      type: 'cron',
      schedule: {
        cron_expression: '0 9-17 * * 1-5',
        timezone: 'America/New_York',
        next_execution: '2025-03-12T16:00:00Z',
      },
    });
    expect(job.action).toEqual({ type: 'publish', topic: 'status/heartbeat', qos: 1, retain: false });
  });

  it('sun: before the sunset of a place [G-223..G-229, G-239, G-240]', async () => {
    const job = await create('sun', {
      name: 'Evening Lights',
      mode: 'sunset',
      offset_minutes: -30,
      latitude: 40.7128,
      longitude: -74.006,
      action: { type: 'output', relay: 'lights', value: 'on' },
    });
    expect(job).toMatchObject({
      type: 'sun',
      schedule: { mode: 'sunset', offset_minutes: -30, latitude: 40.7128, longitude: -74.006 },
      action: { type: 'output', relay: 'lights', value: 'on' },
    });
    // Sunset in New York on 12 March is at 19:00 local time (UTC-4) to within some minutes.
    const next = Date.parse(String(job.schedule['next_execution']));
    expect(Math.abs(next - Date.parse('2025-03-12T22:30:00Z'))).toBeLessThan(10 * 60_000);
  });
});

describe('actions', () => {
  const interval = { interval_seconds: 60 };

  it('keeps the documented ones [G-045..G-050, G-069, G-230..G-248]', async () => {
    const actions = [
      { type: 'publish', topic: 'device/data', payload: '{"value": ${DATA}}', qos: 2, retain: true },
      { type: 'log', message: 'Job executed', level: 'info' },
      { type: 'output', relay: 'relay_1', value: 'on' },
      { type: 'system', operation: 'restart' },
      {
        type: 'system',
        operation: 'health_check',
        parameters: { check_services: true, check_storage: true, check_network: true },
      },
      { type: 'file', operation: 'rotate', pattern: '*.log' },
      { type: 'rule', rule_node: 'alert' },
    ];
    for (const [i, action] of actions.entries()) {
      const { action: kept } = await create('interval', { name: `Action ${i}`, ...interval, action });
      const { payload, ...rest } = action as Record<string, unknown>;
      expect(kept).toMatchObject({ ...rest, ...(payload !== undefined && { payload_template: payload }) });
    }
  });

  it('refuses an action that nobody knows [G-342]', async () => {
    const { status, body } = await gateway.call('POST', '/jobs/interval', {
      name: 'X',
      ...interval,
      action: { type: 'dance' },
    });
    expect([status, body['code'], body['error']]).toEqual([400, 'ACTION_NOT_SUPPORTED', 'Action not supported']);
    expect(body['message']).toMatch(/dance.*publish/);
  });

  it('leaves system actions to admins, in creation and in change [G-356]', async () => {
    const job = { name: 'Restart', ...interval, action: { type: 'system', operation: 'restart' } };
    const refused = await gateway.call('POST', '/jobs/interval', job, { role: 'operator' });
    expect([refused.status, refused.body['code']]).toEqual([403, 'FORBIDDEN']);
    const made = await gateway.call('POST', '/jobs/interval', job, { role: 'admin' });
    const path = `/jobs/${String(made.body['job_id'])}`;
    expect((await gateway.call('PUT', path, { name: 'Mine' }, { role: 'operator' })).status).toBe(403);
    expect((await gateway.call('POST', `${path}/run`, {}, { role: 'operator' })).status).toBe(403);
    const harmless = await gateway.call(
      'POST',
      '/jobs/interval',
      { ...job, action: { type: 'log', message: 'x' } },
      { role: 'operator' },
    );
    const change = { action: { type: 'system', operation: 'restart' } };
    expect(
      (await gateway.call('PUT', `/jobs/${String(harmless.body['job_id'])}`, change, { role: 'operator' })).status,
    ).toBe(403);
  });

  it('shows the three payload shapes of the document, and any JSON [G-026, G-092, G-093, G-206, G-232]', async () => {
    const shown = async (action: object) => {
      const made = await gateway.call('POST', '/jobs/interval', {
        name: 'Payload',
        ...interval,
        action: { type: 'publish', topic: 't', ...action },
      });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      const { body } = await gateway.call('GET', `/jobs/${String(made.body['job_id'])}`);
      return (body as { job: { configuration: { action: { payload?: unknown } } } }).job.configuration.action.payload;
    };
    const now = '2025-03-12T15:30:00Z';
    const template = '{"at": "${NOW}", "from": "${DEVICE_ID}"}';
    const variables = { NOW: now, DEVICE_ID: 'test-device' };
    expect(await shown({ payload: template })).toEqual({ template, variables });
    expect(await shown({ payload_template: template })).toEqual({ template, variables });
    expect(await shown({ payload: { template, variables: { DEVICE_ID: 'modbus_master_01' } } })).toEqual({
      template,
      variables: { NOW: now, DEVICE_ID: 'modbus_master_01' },
    });
    expect(await shown({ payload: { template, variables } })).toEqual({ template, variables });
    expect(await shown({ payload: { temperature: 21.5, list: [1, '${NOW}'] } })).toEqual({
      temperature: 21.5,
      list: [1, '${NOW}'],
    });
    expect(await shown({})).toBeUndefined();
  });

  it('stores no variable that belongs to a single run', async () => {
    const payload = {
      template: '${NOW} ${SITE}',
      variables: { NOW: '2020-01-01T00:00:00Z', EXECUTION_ID: 'x', SITE: 'north' },
    };
    await create('interval', { name: 'Frozen', ...interval, action: { type: 'publish', topic: 't', payload } });
    const { action } = await gateway.db
      .selectFrom('job')
      .select('action')
      .where('name', '=', 'Frozen')
      .executeTakeFirstOrThrow();
    expect(action).toMatchObject({ payload: { template: '${NOW} ${SITE}', variables: { SITE: 'north' } } });
    expect((action as { payload: { variables: object } }).payload.variables).toEqual({ SITE: 'north' });
  });
});
