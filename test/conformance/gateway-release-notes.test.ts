import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateway as face } from '../../api/faces/gateway/gateway.ts';
import { RELEASE } from '../../api/faces/gateway/release-notes.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ ruleNodes: ['alert'] });
});
afterAll(() => gateway.stop());

const log = { type: 'log', message: 'x' };
const create = async (body: object) => (await gateway.call('POST', '/jobs', { name: 'a job', ...body })).status;
const get = async (path: string) => (await gateway.call('GET', path)).status;
const post = async (path: string, body: object) => (await gateway.call('POST', path, body)).status;

/** gateway.txt, Release Notes: what each line promises, tried. */
const PROMISED: Readonly<Record<(typeof RELEASE.notes)[number], () => Promise<unknown>>> = {
  'Initial release of Scheduler & Automation API': async () => {
    expect(face.title).toBe('Scheduler & Automation API');
    expect(await get('/jobs')).toBe(200);
  },
  'Support for interval, daily, weekly, cron schedules': async () => {
    const schedules = {
      interval: { interval_seconds: 60 },
      daily: { time: '01:00' },
      weekly: { days_of_week: ['sun'], time: '06:00' },
      cron: { cron_expression: '0 9-17 * * 1-5' },
    };
    for (const [type, schedule] of Object.entries(schedules))
      expect(await create({ type, schedule, action: log }), type).toBe(201);
  },
  'Multiple action types (publish, log, output, system, file, rule)': async () => {
    const actions = [
      { type: 'publish', topic: 'device/data', payload: '{"value": ${DATA}}', qos: 1 },
      { type: 'log', message: 'Job executed', level: 'info' },
      { type: 'output', relay: 'lights', value: 'on' },
      { type: 'system', operation: 'restart' },
      { type: 'file', operation: 'rotate', pattern: '*.log' },
      { type: 'rule', rule_node: 'alert' },
    ];
    for (const [hour, action] of actions.entries())
      expect(await create({ type: 'daily', schedule: { time: `0${hour}:30` }, action }), action.type).toBe(201);
  },
  'Real-time WebSocket monitoring': async () => {
    expect(face.socket?.path).toBe('/api/v1/scheduler/ws');
  },
  'Conflict detection and resource management': async () => {
    expect(await post('/conflicts/check', { schedule: { type: 'daily', time: '02:00' } })).toBe(200);
    expect(await get('/resources/usage')).toBe(200);
  },
  'Bulk import/export functionality': async () => {
    const exported = await gateway.call('POST', '/jobs/export', { format: 'json' });
    expect(exported.status).toBe(200);
    const imported = await gateway.call('POST', '/jobs/import', { strategy: 'merge', config: exported.body });
    expect(imported.body).toMatchObject({ success: true, imported: 0, skipped: imported.body['processed'] });
  },
  'Performance metrics and analytics': async () => {
    expect(await get('/statistics?time_range=24h')).toBe(200);
    expect(await get('/jobs/job_001/metrics?granularity=hourly')).toBe(200);
  },
};

describe('release notes of v1.0.0 [G-367]', () => {
  it.each(RELEASE.notes)('%s', async (note) => {
    expect.hasAssertions();
    await PROMISED[note]();
  });

  it('are seven, and stand in the API reference', () => {
    expect(RELEASE.notes).toHaveLength(7);
    expect(face.description).toContain('v1.0.0 (2025-03-12)');
    for (const note of RELEASE.notes) expect(face.description).toContain(note);
  });
});

it('the API reference names where to get support [G-366]', () => {
  expect(face.description).toContain('scheduler-support@univagateway.com');
  expect(face.description).toContain('https://docs.univagateway.com/api/scheduler');
  expect(face.description).toContain('https://status.univagateway.com/scheduler');
});
