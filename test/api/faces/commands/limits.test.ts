import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands as face } from '../../../../api/faces/commands/commands.ts';
import { DOCUMENTED_SCHEDULE_LIMITS } from '../../../../api/verbs/schedule-limits.ts';
import { startCommands, type TestCommands } from '../../../support/commands.ts';
import { bearer, startWeb } from '../../http/running-web.ts';

let commands: TestCommands;
const schedules = {
  maxInstances: 5,
  misfireGraceSeconds: 20,
  maxRetries: 1,
  retryDelaySeconds: 10,
  maxSchedulesPerCreator: 2,
  maxLookaheadDays: 30,
};
beforeAll(async () => {
  commands = await startCommands({
    schedules,
    defaultTimezone: 'Europe/Berlin',
    commands: { whitelist: ['cmd.mail.*'], schemas: { 'cmd.mail.send': { required: ['to'] } } },
  });
});
afterAll(() => commands.stop());

const ONE = { name: 'a', schedule_type: 'cron', cron_expression: '0 9 * * *', target_command: 'cmd.mail.check' };
const create = (body: object, creator?: string) => {
  const headers: Record<string, string> = creator === undefined ? {} : { 'X-Created-By': creator };
  return commands.call('POST', '/schedules', { ...ONE, ...body }, { headers });
};

describe('the configuration', () => {
  it('is what a schedule has where its maker says nothing [M-062..M-064, M-069, M-070]', async () => {
    expect((await create({}, 'defaults')).body).toMatchObject({
      timezone: 'Europe/Berlin',
      next_run_at: '2025-03-13T08:00:00Z',
      misfire_grace_time: 20,
      max_instances: 5,
      max_retries: 1,
      retry_delay_seconds: 10,
    });
    expect(DOCUMENTED_SCHEDULE_LIMITS).toMatchObject({ maxRetries: 3, retryDelaySeconds: 300, maxLookaheadDays: 365 });
  });

  it('bounds how far ahead a schedule fires first [M-068]', async () => {
    const once = { schedule_type: 'one_time', cron_expression: undefined };
    const far = await create({ ...once, run_at: '2025-04-12T15:10:01Z' }, 'ahead');
    expect(far).toMatchObject({ status: 400, body: { code: 'INVALID_SCHEDULE' } });
    expect(far.body['detail']).toContain('MAX_SCHEDULE_LOOKAHEAD_DAYS');
    const near = await create({ ...once, run_at: '2025-04-11T15:10:00Z' }, 'ahead');
    expect(near.status).toBe(201);
    const moved = await commands.call('PUT', `/schedules/${String(near.body['id'])}`, {
      run_at: '2026-01-01T00:00:00Z',
    });
    expect(moved).toMatchObject({ status: 400, body: { code: 'INVALID_SCHEDULE' } });
  });

  it('bounds the schedules of a creator, one by one, in bulk and at once; what is deleted makes room [M-015, M-071]', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => create({}, 'greedy')));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    expect(made.find(({ status }) => status === 409)?.body).toEqual({
      code: 'MAX_SCHEDULES_EXCEEDED',
      detail: expect.stringContaining('MAX_SCHEDULES_PER_CREATOR'),
    });
    const first = made.find(({ status }) => status === 201)?.body['id'] as string;
    await commands.call('DELETE', `/schedules/${first}`);
    const bulk = await commands.call(
      'POST',
      '/schedules/bulk/create',
      { schedules: [ONE, ONE, ONE] },
      { headers: { 'X-Created-By': 'greedy' } },
    );
    expect(bulk.body).toMatchObject({ created: 1, failed: 2 });
    expect((await create({}, 'modest')).status).toBe(201);
  });

  it('says which commands may be sent, and with what [M-011, M-086]', async () => {
    expect(await create({ target_command: 'cmd.bank.pay' }, 'c')).toMatchObject({
      status: 403,
      body: { code: 'COMMAND_NOT_ALLOWED' },
    });
    const empty = await create({ target_command: 'cmd.mail.send', command_payload: {} }, 'c');
    expect(empty).toMatchObject({ status: 400, body: { code: 'INVALID_COMMAND' } });
    expect(empty.body['detail']).toMatch(/^command_payload: /);
    const good = await create({ target_command: 'cmd.mail.send', command_payload: { to: 'x' } }, 'c');
    expect(good.status).toBe(201);
    const id = String(good.body['id']);
    const changed = await commands.call('PUT', `/schedules/${id}`, { command_payload: {} });
    expect(changed).toMatchObject({ status: 400, body: { code: 'INVALID_COMMAND' } });
    expect(await commands.call('PUT', `/schedules/${id}`, { target_command: 'cmd.bank.pay' })).toMatchObject({
      status: 403,
    });
  });
});

describe('who asks', () => {
  it.each(['X-Created-By', 'X-Performed-By'])('a %s that pretends to be another is refused', async (name) => {
    const id = await commands.create({}, { 'X-Created-By': `for ${name}` });
    const call = (value: string) =>
      commands.call('PUT', `/schedules/${id}`, { priority: 1 }, { headers: { [name]: value } });
    expect(await call('root via admin')).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect((await call('x'.repeat(101))).status).toBe(400);
    expect((await call('Ann Other')).status).toBe(200);
  });

  it('each creator has the limit of a client, whatever clients it uses [M-015]', async () => {
    const web = await startWeb({ faces: [face], rateLimits: { read: 0, write: 3 } });
    try {
      const statuses: number[] = [];
      for (const sub of ['a', 'b', 'c', 'd']) {
        const headers = { ...(await bearer({ roles: ['operator'], sub })), 'X-Created-By': 'billing' };
        statuses.push((await web.post('/api/v1/schedules', { ...ONE, cron_expression: 'x' }, headers)).status);
      }
      // What is counted is the request, before what is wrong with it is looked at.
      expect(statuses).toEqual([400, 400, 400, 429]);
      const other = { ...(await bearer({ roles: ['operator'], sub: 'd' })), 'X-Created-By': 'another' };
      expect((await web.post('/api/v1/schedules', { ...ONE, cron_expression: 'x' }, other)).status).toBe(400);
      const moved = { ...(await bearer({ roles: ['operator'], sub: 'e' })), 'X-Created-By': 'billing' };
      expect((await web.post('/api/v1/schedules/x/pause', {}, moved)).status).toBe(429);
    } finally {
      await web.stop();
    }
  });

  it('who was too fast may send the same again, under the same Idempotency-Key', async () => {
    const web = await startWeb({ faces: [face], rateLimits: { read: 0, write: 1 } });
    const later = await startWeb({ faces: [face], databaseUrl: web.databaseUrl });
    try {
      const send = async (to: typeof web, sub: string) => {
        const who = await bearer({ roles: ['operator'], sub });
        const headers = { ...who, 'X-Created-By': 'hasty', 'Idempotency-Key': 'again' };
        const { status, headers: told } = await to.post('/api/v1/schedules', { ...ONE, cron_expression: 'x' }, headers);
        return [status, told.get('idempotency-replayed')];
      };
      expect([await send(web, 'a'), await send(web, 'b')]).toEqual([
        [400, null],
        [429, null],
      ]);
      expect([await send(later, 'a'), await send(later, 'b')]).toEqual([
        [400, 'true'],
        [400, null],
      ]);
    } finally {
      await later.stop();
      await web.stop();
    }
  });
});
