import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findNatsBinary } from '../../start/nats/nats-binary.ts';
import { needs } from '../support/needs.ts';
import { NO_NATS } from '../support/nats.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { until } from '../support/until.ts';

const almanac = await RunningAlmanac.create();
const hasNats = (await findNatsBinary(process.env)) !== null;
const heard: Msg[] = [];
let nats: NatsConnection | null = null;

beforeAll(async () => {
  await almanac.start();
  if (!hasNats) return;
  const servers = `nats://127.0.0.1:${almanac.natsPort}`;
  nats = await until('NATS answers', () => connect({ servers }).catch(() => null));
  nats.subscribe('cmd.notification.>', { callback: (_, message) => void heard.push(message) });
  await nats.flush();
  await almanac.untilHealthy();
}, 300_000);
afterAll(async () => {
  await nats?.close();
  await almanac.stop();
});

/** A command as commands.txt prints it (Usage Examples), with only the port and the placeholders of ids filled in. */
async function curl(name: string, ids: readonly string[] = []): Promise<Record<string, unknown>> {
  const printed = readFileSync(new URL(`examples/commands-${name}.sh`, import.meta.url), 'utf8');
  const filled = printed
    .replaceAll('http://localhost:8008', almanac.apiUrl)
    .replaceAll('{schedule_id}', ids[0] ?? '')
    .replaceAll(/uuid([123])/g, (_, n: string) => ids[Number(n) - 1] ?? '');
  const { stdout } = await promisify(execFile)('bash', ['-c', filled]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

it('a daily email schedule is made, triggered, and its command arrives [M-009, M-010, M-055, M-088, M-090]', async (context) => {
  const made = await curl('create-daily-email');
  expect(made).toMatchObject({
    name: 'daily_summary_emails',
    timezone: 'America/New_York',
    priority: 7,
    status: 'active',
    created_by: 'notification-service',
  });
  const run = await curl('trigger', [String(made['id'])]);
  expect(run).toMatchObject({ schedule_id: made['id'], status: 'queued', triggered_by: 'admin' });
  if (!hasNats) needs(context, NO_NATS);
  const isOurs = (message: Msg) => message.headers?.get('Nats-Msg-Id') === run['execution_id'];
  const message = await until('the command arrives', () => heard.find(isOurs));
  expect(message?.subject).toBe('cmd.notification.send.bulk');
  expect(message?.json()).toEqual({ notification_type: 'daily_summary', recipient_filter: 'active_users' });
  const header = (name: string) => message?.headers?.get(name);
  expect(header('X-Schedule-Id')).toBe(made['id']);
  expect(header('X-Created-By')).toBe('notification-service');
  const path = `/api/v1/executions/${String(run['execution_id'])}`;
  const ended = await until('it has ended', async () => {
    const { body } = await almanac.call<{ status: string; triggered_by: string }>('GET', path);
    return body.status === 'succeeded' ? body : null;
  });
  expect(ended.triggered_by).toBe('admin');
});

it('interval schedules are made and paused together [M-013, M-057, M-089, M-091]', async () => {
  const made = [await curl('create-interval'), await curl('create-interval'), await curl('create-interval')];
  expect(made[0]).toMatchObject({ interval_seconds: 3600, max_retries: 5, created_by: 'analytics-service' });
  const ids = made.map(({ id }) => String(id));
  expect(await curl('bulk-pause', ids)).toEqual({
    operation: 'pause',
    total: 3,
    succeeded: 3,
    failed: 0,
    results: ids.map((id) => ({ schedule_id: id, success: true })),
  });
  const listed = await almanac.call('GET', '/api/v1/schedules?status=paused&created_by=analytics-service');
  expect(listed.body).toMatchObject({ total: 3 });
});

it('services ask over NATS, without a credential on this machine alone [M-018, M-019]', async (context) => {
  if (nats === null) needs(context, NO_NATS);
  const told: string[] = [];
  const client = nats;
  client.subscribe('evt.scheduler.schedule.*', { callback: (_, message) => void told.push(message.subject) });
  const beat = { name: 'beat', schedule_type: 'interval', interval_seconds: 60, target_command: 'cmd.beat' };
  const ask = (command: string, body: object) =>
    client.request(`cmd.scheduler.${command}`, JSON.stringify(body), { timeout: 20_000 });
  const made = (await ask('create', beat)).json<{ id: string; created_by: string }>();
  expect(made).toMatchObject({ ...beat, created_by: 'nats' });
  const { body } = await almanac.call('GET', `/api/v1/schedules/${made.id}`);
  expect(body).toMatchObject({ id: made.id, status: 'active' });
  expect((await ask('pause', { id: made.id })).json()).toMatchObject({ id: made.id, status: 'paused' });
  await until(
    'both are told',
    () => told.some((s) => s.endsWith('.created')) && told.some((s) => s.endsWith('.paused')),
  );
});

it('the commands of docs/commands-face.md work as they stand', async () => {
  const text = readFileSync(new URL('../../docs/commands-face.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
  const script = ['set -euo pipefail', ...blocks].join('\n').replaceAll('http://localhost:8008', almanac.apiUrl);
  const { stdout } = await promisify(execFile)('bash', ['-c', script.replaceAll('curl -X', 'curl -sf -X')]);
  expect(stdout).toContain('"created_by":"billing"');
  expect(stdout).toContain('"cron_expression":"0 9 * * *"');
});

it('the health endpoints are at the documented paths [M-039..M-042]', async () => {
  const get = async (path: string) => (await fetch(`${almanac.apiUrl}${path}`)).json();
  expect(await get('/health')).toMatchObject({ service: 'scheduler-service' });
  expect(await get('/health/detailed')).toMatchObject({ dependencies: { database: { status: 'up' } } });
  expect(await get('/ready')).toEqual({ status: 'ready' });
  expect(await get('/live')).toEqual({ status: 'alive' });
});
