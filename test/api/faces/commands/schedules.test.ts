import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommands, type TestCommands } from '../../../support/commands.ts';

let commands: TestCommands;
beforeAll(async () => {
  commands = await startCommands();
});
afterAll(() => commands.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** commands.txt, Create a Daily Email Schedule. */
const DAILY = {
  name: 'daily_summary_emails',
  description: 'Send daily summary emails at 9 AM',
  schedule_type: 'cron',
  cron_expression: '0 9 * * *',
  timezone: 'America/New_York',
  target_command: 'cmd.notification.send.bulk',
  command_payload: { notification_type: 'daily_summary', recipient_filter: 'active_users' },
  tags: ['email', 'daily', 'summary'],
  priority: 7,
};
const create = (body: object, headers = {}) => commands.call('POST', '/schedules', body, { headers });

describe('creating a schedule', () => {
  it('of the document: all that was given is shown, with the defaults of the configuration [M-001, M-014, M-021, M-023, M-043..M-046, M-048..M-053, M-055, M-058]', async () => {
    const made = await create(DAILY, { 'X-Created-By': 'notification-service' });
    expect(made.status).toBe(201);
    const id = String(made.body['id']);
    expect(made.body).toEqual({
      ...DAILY,
      id: expect.stringMatching(UUID),
      interval_seconds: null,
      run_at: null,
      command_headers: {},
      expect_reply: false,
      reply_timeout_seconds: null,
      webhook: null,
      variables: {},
      max_retries: 3,
      retry_delay_seconds: 300,
      retry: {
        strategy: 'exponential',
        max_retries: 3,
        first_wait_seconds: 300,
        max_wait_seconds: null,
        jitter_percentage: 0,
        retry_on: null,
      },
      timeout_seconds: 300,
      max_instances: 3,
      misfire_grace_time: 300,
      coalesce: true,
      stop_on_error: false,
      notifications: { on_success: false, on_failure: false, on_timeout: false },
      dependencies: [],
      template: null,
      status: 'active',
      status_reason: null,
      created_by: 'notification-service',
      updated_by: 'notification-service',
      next_run_at: '2025-03-13T13:00:00Z',
      last_run_at: null,
      last_status: null,
      paused_at: null,
      created_at: '2025-03-12T15:10:00Z',
      updated_at: '2025-03-12T15:10:00Z',
    });
    expect(made.headers.get('location')).toBe(`/api/v1/schedules/${id}`);
    expect(commands.engine.pokes.at(-1)?.jobIds).toEqual([id]);
    const shown = await commands.call('GET', `/schedules/${id}`);
    expect(shown.body).toEqual(made.body);
    expect(shown.headers.get('etag')).toBe('"1"');
  });

  it('every type, also by its other name [M-002..M-004, M-045, M-047, M-054]', async () => {
    const common = { name: 'x', target_command: 'cmd.analytics.collect.metrics' };
    const at = '2025-04-01T10:00:00+02:00';
    const made = await Promise.all(
      [
        { ...common, schedule_type: 'interval', interval_seconds: 3600, max_retries: 5 },
        { ...common, schedule_type: 'one_time', run_at: at },
        { ...common, schedule_type: 'one-time', run_at: '2025-04-01T10:00:00', timezone: 'Europe/Berlin' },
        { ...common, schedule_type: 'immediate' },
        { ...common, schedule_type: 'manual' },
      ].map((body) => create(body)),
    );
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(made.map(({ body }) => [body['schedule_type'], body['next_run_at'], body['run_at']])).toEqual([
      ['interval', '2025-03-12T16:10:01Z', null],
      ['one_time', '2025-04-01T08:00:00Z', '2025-04-01T08:00:00Z'],
      ['one_time', '2025-04-01T08:00:00Z', '2025-04-01T08:00:00Z'],
      ['immediate', '2025-03-12T15:10:00Z', null],
      ['manual', null, null],
    ]);
    expect(made.map(({ body }) => body['timezone'])).toEqual(['UTC', 'UTC', 'Europe/Berlin', 'UTC', 'UTC']);
    expect(made[0]?.body['max_retries']).toBe(5);
  });

  it('with a webhook in place of a command [M-096]', async () => {
    const webhook = { url: 'https://example.com/hook', body: { at: '${SCHEDULED_TIME}' } };
    const { status, body } = await create({ name: 'hook', schedule_type: 'interval', interval_seconds: 60, webhook });
    expect(status).toBe(201);
    expect(body['target_command']).toBeNull();
    expect(body['webhook']).toEqual({ ...webhook, method: 'POST', headers: {}, max_redirects: 3 });
  });

  it('with a retry strategy of its own [M-085, M-098]', async () => {
    const retry = {
      strategy: 'fixed',
      max_retries: 7,
      first_wait_seconds: 30,
      max_wait_seconds: 60,
      jitter_percentage: 20,
      retry_on: ['timeout', 'unreachable'],
    };
    const made = await create({ ...DAILY, retry });
    expect(made.body).toMatchObject({ retry, max_retries: 7, retry_delay_seconds: 30 });
    const twice = await create({ ...DAILY, retry, max_retries: 7 });
    expect(twice).toMatchObject({
      status: 400,
      body: { detail: 'max_retries: is said in retry, too: keep one of them' },
    });
  });
});

describe('changing a schedule', () => {
  it('leaves what is not said as it was, and says who did it [M-024, M-087]', async () => {
    const id = await commands.create(DAILY, { 'X-Created-By': 'notification-service' });
    const put = await commands.call(
      'PUT',
      `/schedules/${id}`,
      { cron_expression: '30 8 * * *', command_payload: { notification_type: 'alert' }, max_retries: 9 },
      { headers: { 'X-Performed-By': 'ops', 'If-Match': '"1"' } },
    );
    expect(put.status).toBe(200);
    expect(put.headers.get('etag')).toBe('"2"');
    expect(put.body).toMatchObject({
      ...DAILY,
      cron_expression: '30 8 * * *',
      command_payload: { notification_type: 'alert' },
      max_retries: 9,
      next_run_at: '2025-03-13T12:30:00Z',
      created_by: 'notification-service',
    });
    const stale = await commands.call('PUT', `/schedules/${id}`, { priority: 1 }, { headers: { 'If-Match': '"1"' } });
    expect(stale).toMatchObject({ status: 409, body: { code: 'PRECONDITION_FAILED' } });
    expect((await commands.auditOf(id)).map(({ actor, action }) => [action, actor])).toEqual([
      ['job.create', 'notification-service via admin'],
      ['job.update', 'ops via admin'],
    ]);
  });

  it('to another type, another target, and to being disabled', async () => {
    const id = await commands.create(DAILY);
    const put = (body: object) => commands.call('PUT', `/schedules/${id}`, body);
    expect((await put({ schedule_type: 'interval', interval_seconds: 60 })).body).toMatchObject({
      cron_expression: null,
      interval_seconds: 60,
      timezone: 'America/New_York',
    });
    expect((await put({ webhook: { url: 'https://example.com' } })).body).toMatchObject({ target_command: null });
    expect((await put({ target_command: 'cmd.a' })).body).toMatchObject({ target_command: 'cmd.a', webhook: null });
    expect((await put({ enabled: false })).body).toMatchObject({ status: 'disabled', next_run_at: null });
  });
});

describe('the standing of a schedule', () => {
  it('pause, resume, trigger and delete, each with who asked and why in the audit [M-012, M-025..M-028, M-056, M-057, M-087]', async () => {
    const id = await commands.create();
    const as = (name: string, value: string) => ({ headers: { [name]: value } });
    const paused = await commands.call(
      'POST',
      `/schedules/${id}/pause`,
      { reason: 'Maintenance' },
      as('X-Performed-By', 'ann'),
    );
    expect(paused).toMatchObject({ status: 200, body: { id, status: 'paused', next_run_at: null } });
    const refused = await commands.call('POST', `/schedules/${id}/trigger`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'SCHEDULE_NOT_ACTIVE' } });
    const resumed = await commands.call('POST', `/schedules/${id}/resume`, undefined, as('X-Performed-By', 'bob'));
    expect(resumed).toMatchObject({ status: 200, body: { status: 'active', next_run_at: '2025-03-13T00:00:00Z' } });
    const run = await commands.call('POST', `/schedules/${id}/trigger`, undefined, as('X-Triggered-By', 'cy'));
    expect(run).toMatchObject({
      status: 202,
      body: { schedule_id: id, status: 'queued', triggered_by: 'cy', triggered_at: '2025-03-12T15:10:00Z' },
    });
    const execution = await commands.call('GET', `/executions/${String(run.body['execution_id'])}`);
    expect(execution.body).toMatchObject({ schedule_id: id, status: 'queued', triggered_by: 'cy', trigger: 'manual' });
    const gone = await commands.call('DELETE', `/schedules/${id}`, undefined, as('X-Performed-By', 'di'));
    expect(gone.status).toBe(204);
    expect(await commands.call('GET', `/schedules/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'SCHEDULE_NOT_FOUND' },
    });
    const audit = await commands.auditOf(id);
    expect(audit.map(({ action, actor, reason }) => [action, actor, reason])).toEqual([
      ['job.create', 'admin', null],
      ['job.pause', 'ann via admin', 'Maintenance'],
      ['job.resume', 'bob via admin', null],
      ['job.run', 'cy via admin', null],
      ['job.delete', 'di via admin', null],
    ]);
  });
});
