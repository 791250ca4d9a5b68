import type { Msg, NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freeInnerPort } from '../../start/ports.ts';
import { needsNats, startNats, type TestNats } from '../support/nats.ts';
import { startService, type RunningService } from '../support/running-service.ts';
import { until } from '../support/until.ts';

let nats: TestNats | null = null;
let client: Client;
let service: RunningService;
let port: number;
/** Commands whose replies are awaited; they are answered when a test says so. */
const awaited: Msg[] = [];
const heard: Msg[] = [];

beforeAll(async () => {
  nats = await startNats();
  if (nats === null) return;
  client = await nats.client();
  client.subscribe('cmd.slow.>', { callback: (_error, message) => void awaited.push(message) });
  client.subscribe('cmd.fast', { callback: (_error, message) => void heard.push(message) });
  await client.flush();
  port = await freeInnerPort();
  service = await startService({
    ...{ SERVICE_NAME: 'plant-scheduler', SERVICE_VERSION: '9.8.7', API_PORT: String(port) },
    ...{ SCHEDULER_TIMEZONE: 'Asia/Kolkata', SCHEDULER_MISFIRE_GRACE_TIME: '120', SCHEDULER_MAX_INSTANCES: '2' },
    ...{ SCHEDULER_EXECUTOR_POOL_SIZE: '3', REDIS_URL: 'redis://:a-redis-password@localhost:6379/0' },
    ...{ LOCK_TIMEOUT_SECONDS: '60', MAX_SCHEDULE_LOOKAHEAD_DAYS: '10', DEFAULT_MAX_RETRIES: '1' },
    ...{ DEFAULT_RETRY_DELAY: '0', MAX_SCHEDULES_PER_CREATOR: '2', NATS_URL: nats.url },
  });
});
afterAll(async () => {
  if (nats === null) return;
  await service.stop();
  await nats.stop();
});
beforeEach((context) => void needsNats(context, nats));

const create = (more: object, creator = 'tests') =>
  service.call(
    'POST',
    '/api/v1/schedules',
    { name: 'a', schedule_type: 'manual', target_command: 'cmd.fast', ...more },
    { 'X-Created-By': creator },
  );
const trigger = (id: string) => service.call('POST', `/api/v1/schedules/${id}/trigger`, {});
const SLOW = { target_command: 'cmd.slow.work', expect_reply: true };

describe('each variable of the commands document has its effect', () => {
  it('on what the service is called and where it listens [M-059..M-061]', async () => {
    expect(new URL(service.url).port).toBe(String(port));
    expect((await service.call('GET', '/health')).body).toMatchObject({ service: 'plant-scheduler', version: '9.8.7' });
    expect(service.lines()[0]).toMatchObject({ name: 'plant-scheduler' });
  });

  it('on schedules whose maker says nothing [M-062..M-064, M-069, M-070]', async () => {
    const made = await create({ schedule_type: 'cron', cron_expression: '30 9 * * *' }, 'defaults');
    expect(made.body).toMatchObject({
      ...{ timezone: 'Asia/Kolkata', misfire_grace_time: 120, max_instances: 2 },
      ...{ max_retries: 1, retry_delay_seconds: 0 },
    });
    expect(made.body['next_run_at']).toMatch(/T04:00:00Z$/);
  });

  it('on how often a run that failed is tried again [M-069, M-070]', async () => {
    const { body } = await create({ target_command: 'cmd.nobody', expect_reply: true }, 'retries');
    const run = await trigger(String(body['id']));
    await until('it has failed', async () => {
      const found = await service.call('GET', `/api/v1/executions/${String(run.body['execution_id'])}`);
      return found.body['status'] === 'failed';
    });
    const lines = () => service.lines().filter((line) => line['executionId'] === run.body['execution_id']);
    await until('the log tells of both attempts', () => lines().length >= 2);
    expect(lines().map((line) => line['attempt'])).toEqual([1, 2]);
  });

  it('on parallel runs of one schedule, and on those of a worker [M-064, M-065]', async () => {
    const [one, two] = [await create(SLOW, 'slow'), await create(SLOW, 'slow')];
    const ids = [one, two].map(({ body }) => String(body['id']));
    const answers = [];
    for (const id of [...ids, ...ids]) answers.push((await trigger(id)).status);
    expect(answers).toEqual([202, 202, 202, 202]);
    const third = await trigger(ids[0] ?? '');
    expect(third.status).toBe(409);
    await until('all slots are taken', () => awaited.length === 3);
    const running = async () => (await service.call('GET', '/api/v1/executions/running')).body['items'] as unknown[];
    expect(await running()).toHaveLength(3);
    const workers = await service.call('GET', '/tasks/api/v1/workers');
    expect(JSON.stringify(workers.body)).toMatch(/"(capacity|max_concurrent\w*)":3/);
    awaited[0]?.respond('"done"');
    await until('the fourth has its slot', () => awaited.length === 4);
    for (const message of awaited) message.respond('"done"');
    await until('all have ended', async () => (await running()).length === 0);
  });

  it('on when a run counts as lost: the lease that a message names [M-067]', async () => {
    const { body } = await create({}, 'lease');
    await trigger(String(body['id']));
    const [message] = await until('it arrives', () => heard.length > 0 && heard);
    const at = (name: string) => Date.parse(message?.headers?.get(name) ?? '');
    const leaseMs = at('X-Expires-At') - at('X-Scheduled-Time');
    expect(leaseMs).toBeGreaterThanOrEqual(60_000);
    expect(leaseMs).toBeLessThan(240_000);
    expect(message?.headers?.has('traceparent')).toBe(false);
  });

  it('on how far ahead a schedule may begin [M-068]', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const far = await create({ schedule_type: 'one_time', run_at: inDays(11) }, 'ahead');
    expect([far.status, far.body['code']]).toEqual([400, 'INVALID_SCHEDULE']);
    expect((await create({ schedule_type: 'one_time', run_at: inDays(9) }, 'ahead')).status).toBe(201);
  });

  it('on how many schedules a creator may have [M-071]', async () => {
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await create({}, 'many')).status);
    expect(statuses).toEqual([201, 201, 409]);
  });

  it('on nothing but one line, in the case of Redis, and its password is not in it [M-066]', () => {
    const said = service.lines().filter(({ msg }) => msg.includes('REDIS_URL'));
    expect(said).toHaveLength(1);
    expect(service.said()).not.toContain('a-redis-password');
  });
});
