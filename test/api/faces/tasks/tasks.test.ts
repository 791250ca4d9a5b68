import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';

let tasks: TestTasks;
beforeAll(async () => {
  tasks = await startTasks();
});
afterAll(() => tasks.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** tasks.txt, Create Task. */
const DAILY = {
  task_name: 'daily_report_generation',
  task_type: 'cron',
  schedule_expression: '0 0 * * *',
  timezone: 'America/New_York',
  payload: { report_type: 'daily', recipients: ['admin@example.com'] },
  timeout_seconds: 300,
  max_retries: 3,
  priority: 'high',
  tags: { team: 'analytics', env: 'production' },
};

describe('creating a task', () => {
  it('answers 201 as documented, its next time in UTC, and tells its clock of it [T-001..T-007, T-014..T-018]', async () => {
    const { status, body, headers } = await tasks.call('POST', '/tasks', DAILY);
    expect(status).toBe(201);
    expect(body).toEqual({
      task_id: expect.stringMatching(UUID),
      task_name: 'daily_report_generation',
      status: 'scheduled',
      next_execution_time: '2025-03-13T04:00:00Z',
      created_at: '2025-03-12T15:10:00Z',
    });
    const id = String(body['task_id']);
    expect(headers.get('location')).toBe(`/api/v1/tasks/${id}`);
    expect(tasks.engine.pokes.at(-1)?.jobIds).toEqual([id]);
  });

  it('keeps what it was given, and shows it as documented [T-008..T-012, T-019..T-032, T-034..T-036]', async () => {
    const made = await tasks.call('POST', '/tasks', DAILY);
    const id = String(made.body['task_id']);
    const { status, body, headers } = await tasks.call('GET', `/tasks/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      task_id: id,
      task_name: 'daily_report_generation',
      task_type: 'cron',
      schedule_expression: '0 0 * * *',
      timezone: 'America/New_York',
      next_execution_time: '2025-03-13T04:00:00Z',
      last_execution_time: null,
      last_status: null,
      status: 'scheduled',
      enabled: true,
      description: '',
      payload: { report_type: 'daily', recipients: ['admin@example.com'] },
      runs: 'publish to tasks/daily_report_generation',
      timeout_seconds: 300,
      max_retries: 3,
      retry_count: 0,
      retry_delay_seconds: 2,
      priority: 'high',
      tags: { team: 'analytics', env: 'production' },
      max_concurrent: 1,
      misfire_grace_time: 60,
      coalesce: true,
      stop_on_error: false,
      dependencies: [],
      paused_at: null,
      disabled_reason: null,
      created_by: 'admin',
      created_at: '2025-03-12T15:10:00Z',
      updated_at: '2025-03-12T15:10:00Z',
    });
    expect(headers.get('etag')).toBe('"1"');
  });
});

describe('a one-time task', () => {
  it('takes its instant as next_execution_time, as run_at, or as schedule_expression [T-013]', async () => {
    for (const field of ['next_execution_time', 'run_at', 'schedule_expression']) {
      const { status, body } = await tasks.call('POST', '/tasks', {
        task_name: 'once',
        task_type: 'one_time',
        [field]: '2027-01-08T15:00:00Z',
      });
      expect([status, body['next_execution_time']]).toEqual([201, '2027-01-08T15:00:00Z']);
      const { body: task } = await tasks.call('GET', `/tasks/${String(body['task_id'])}`);
      expect(task).toMatchObject({ task_type: 'one_time', run_at: '2027-01-08T15:00:00Z', timezone: 'UTC' });
    }
  });

  it('reads a local time in its zone, and keeps the zone', async () => {
    const id = await tasks.create({
      task_type: 'one_time',
      schedule_expression: undefined,
      next_execution_time: '2027-01-08T15:00:00',
      timezone: 'america/new_york',
    });
    const { body } = await tasks.call('GET', `/tasks/${id}`);
    expect(body).toMatchObject({ next_execution_time: '2027-01-08T20:00:00Z', timezone: 'America/New_York' });
  });
});

describe('the other kinds', () => {
  it.each<[string, object, string | null, object]>([
    [
      'interval',
      { interval_seconds: 90 },
      '2025-03-12T15:11:31Z',
      { schedule_expression: '90s', interval_seconds: 90 },
    ],
    ['interval', { schedule_expression: '5m' }, '2025-03-12T15:15:01Z', { interval_seconds: 300 }],
    ['interval', { schedule_expression: 'every 2 hours' }, '2025-03-12T17:10:01Z', { interval_seconds: 7200 }],
    ['interval', { schedule_expression: 'PT1H30M' }, '2025-03-12T16:40:01Z', { interval_seconds: 5400 }],
    [
      'interval',
      { schedule_expression: '60', timezone: 'Europe/Berlin' },
      '2025-03-12T15:11:01Z',
      { timezone: 'Europe/Berlin' },
    ],
    ['daily', { schedule_expression: '16:00' }, '2025-03-12T16:00:00Z', { time: '16:00' }],
    ['daily', { time: '16:00', timezone: 'Europe/Berlin' }, '2025-03-13T15:00:00Z', { schedule_expression: '16:00' }],
    ['weekly', { time: '02:00', days_of_week: ['mon'] }, '2025-03-17T02:00:00Z', { schedule_expression: null }],
    ['monthly', { time: '02:00', day_of_month: 'last' }, '2025-03-31T02:00:00Z', { day_of_month: 'last' }],
    ['sunset', { latitude: 52.5, longitude: 13.4 }, '2025-03-12T17:05:', { task_type: 'sun', mode: 'sunset' }],
    ['event', { topic: 'doors/+' }, null, { topic: 'doors/+', status: 'scheduled' }],
    ['manual', {}, null, { task_type: 'manual', status: 'scheduled' }],
  ])('%s %j by the same form', async (type, fields, next, shown) => {
    const { status, body } = await tasks.call('POST', '/tasks', { task_name: 'kind', task_type: type, ...fields });
    expect(status, JSON.stringify(body)).toBe(201);
    if (next === null) expect(body['next_execution_time']).toBeNull();
    else expect(body['next_execution_time']).toMatch(new RegExp(`^${next}`));
    const { body: task } = await tasks.call('GET', `/tasks/${String(body['task_id'])}`);
    expect(task).toMatchObject(shown);
  });

  it('immediate is due at once', async () => {
    const id = await tasks.create({ task_type: 'immediate', schedule_expression: undefined });
    expect((await tasks.jobOf(id)).schedule).toEqual({ kind: 'immediate', at: Date.parse('2025-03-12T15:10:00Z') });
  });
});

describe('what is not said', () => {
  it('is as decided: 3 retries after 2 s, 300 s, UTC, medium [T-009, T-010, T-011]', async () => {
    const id = await tasks.create();
    const { body } = await tasks.call('GET', `/tasks/${id}`);
    expect(body).toMatchObject({
      payload: {},
      timezone: 'UTC',
      timeout_seconds: 300,
      max_retries: 3,
      retry_delay_seconds: 2,
      priority: 'medium',
      tags: {},
      enabled: true,
    });
    expect((await tasks.jobOf(id)).policy).toMatchObject({
      retryBackoff: 'exponential',
      maxConcurrent: 1,
      misfireGraceSeconds: 60,
      coalesce: true,
      priority: 5,
    });
  });
});

describe('changing a task', () => {
  it('answers what really changed, and the time recalculated [T-049..T-056]', async () => {
    const id = await tasks.create(DAILY);
    tasks.now += 1000;
    const { status, body, headers } = await tasks.call('PATCH', `/tasks/${id}`, {
      schedule_expression: '0 2 * * *',
      enabled: true,
      priority: 'medium',
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      task_id: id,
      updated_fields: ['schedule_expression', 'priority'],
      next_execution_time: '2025-03-13T06:00:00Z',
      updated_at: expect.stringMatching(/^2025-03-12T15:10:\d\dZ$/) as string,
    });
    expect(headers.get('etag')).toBe('"2"');
    const { body: task } = await tasks.call('GET', `/tasks/${id}`);
    expect(task).toMatchObject({ schedule_expression: '0 2 * * *', timezone: 'America/New_York', priority: 'medium' });
  });

  it('that says what is so already changes nothing', async () => {
    const id = await tasks.create(DAILY);
    const { body, headers } = await tasks.call('PATCH', `/tasks/${id}`, DAILY);
    expect([body['updated_fields'], headers.get('etag')]).toEqual([[], '"1"']);
    expect((await tasks.call('PATCH', `/tasks/${id}`, {})).body['updated_fields']).toEqual([]);
  });

  it.each<[object, string[], object]>([
    [{ task_name: 'other' }, ['task_name'], { task_name: 'other', runs: 'publish to tasks/other' }],
    [{ payload: { a: 1 } }, ['payload'], { payload: { a: 1 } }],
    [{ payload: { url: 'https://example.com/x' } }, ['payload'], { runs: 'POST https://example.com/x' }],
    [{ tags: { team: 'ops' } }, ['tags'], { tags: { team: 'ops' } }],
    [{ timezone: 'Asia/Tokyo' }, ['timezone'], { timezone: 'Asia/Tokyo', next_execution_time: '2025-03-13T15:00:00Z' }],
    [{ enabled: false }, ['enabled'], { status: 'disabled', next_execution_time: null }],
    [
      { task_type: 'one_time', next_execution_time: '2027-01-01T00:00:00Z' },
      ['task_type', 'next_execution_time'],
      { task_type: 'one_time', run_at: '2027-01-01T00:00:00Z', timezone: 'America/New_York' },
    ],
    [
      { timeout_seconds: 10, max_retries: 0, retry_delay_seconds: 5 },
      ['timeout_seconds', 'max_retries', 'retry_delay_seconds'],
      {},
    ],
    [
      { max_concurrent: 2, misfire_grace_time: 5, coalesce: false, stop_on_error: true, description: 'x' },
      ['max_concurrent', 'misfire_grace_time', 'coalesce', 'stop_on_error', 'description'],
      {},
    ],
  ])('takes %j', async (change, fields, shown) => {
    const id = await tasks.create(DAILY);
    const { status, body } = await tasks.call('PATCH', `/tasks/${id}`, change);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(new Set(body['updated_fields'] as string[])).toEqual(new Set(fields));
    const { body: task } = await tasks.call('GET', `/tasks/${id}`);
    expect(task).toMatchObject({ ...change, ...shown });
  });

  it('leaves a one-time task that has run as it is, but for what is said', async () => {
    const id = await tasks.create({ task_type: 'one_time', schedule_expression: '2025-03-12T15:11:00Z' });
    const before = tasks.now;
    tasks.now = Date.parse('2025-03-13T00:00:00Z');
    const { body } = await tasks.call('PATCH', `/tasks/${id}`, { priority: 'low', timezone: 'Europe/Berlin' });
    expect(body['updated_fields']).toEqual(['timezone', 'priority']);
    tasks.now = before;
  });

  it('is refused when somebody else was faster', async () => {
    const id = await tasks.create();
    await tasks.call('PATCH', `/tasks/${id}`, { priority: 'low' });
    const late = await tasks.call('PATCH', `/tasks/${id}`, { priority: 'high' }, { headers: { 'If-Match': '"1"' } });
    expect([late.status, late.body]).toMatchObject([409, { error: { code: 'PRECONDITION_FAILED' } }]);
  });
});

describe('deleting a task', () => {
  it('answers 204 with nothing, and it is gone [T-057]', async () => {
    const id = await tasks.create();
    const { status, body } = await tasks.call('DELETE', `/tasks/${id}`);
    expect([status, body]).toEqual([204, {}]);
    for (const method of ['GET', 'DELETE']) {
      const gone = await tasks.call(method, `/tasks/${id}`);
      expect([gone.status, gone.body]).toMatchObject([404, { error: { code: 'TASK_NOT_FOUND' } }]);
    }
  });
});

describe('pausing and resuming', () => {
  it('answer as documented [T-058..T-066]', async () => {
    const id = await tasks.create();
    const paused = await tasks.call('POST', `/tasks/${id}/pause`);
    expect(paused.status).toBe(200);
    expect(paused.body).toEqual({
      task_id: id,
      status: 'paused',
      paused_at: expect.stringMatching(/^2025-03-12T15:10/),
    });
    expect((await tasks.call('GET', `/tasks/${id}`)).body).toMatchObject({ status: 'paused', enabled: true });
    const resumed = await tasks.call('POST', `/tasks/${id}/resume`, { reason: 'Done' });
    expect(resumed.status).toBe(200);
    expect(resumed.body).toEqual({
      task_id: id,
      status: 'scheduled',
      next_execution_time: '2025-03-13T00:00:00Z',
      resumed_at: expect.stringMatching(/^2025-03-12T15:10:\d\dZ$/),
    });
  });

  it('of a paused task leaves it as it is', async () => {
    const id = await tasks.create();
    const first = await tasks.call('POST', `/tasks/${id}/pause`);
    tasks.now += 60_000;
    expect((await tasks.call('POST', `/tasks/${id}/pause`)).body).toEqual(first.body);
  });
});

describe('triggering', () => {
  it('answers 202 as documented, and starts the run [T-067..T-071]', async () => {
    const id = await tasks.create();
    const { status, body, headers } = await tasks.call('POST', `/tasks/${id}/trigger`);
    expect(status).toBe(202);
    expect(body).toEqual({
      task_id: id,
      execution_id: expect.stringMatching(UUID),
      status: 'queued',
      queued_at: expect.stringMatching(/^2025-03-12T15:1\d:\d\dZ$/),
    });
    expect(headers.get('location')).toBe(`/api/v1/executions/${String(body['execution_id'])}`);
    expect(tasks.engine.started.at(-1)).toMatchObject({ executionId: body['execution_id'], trigger: 'manual' });
    const { body: execution } = await tasks.call('GET', `/executions/${String(body['execution_id'])}`);
    expect(execution).toMatchObject({ status: 'queued', task_id: id });
  });

  it('is refused while the task is busy, paused or disabled, unless it is forced', async () => {
    const id = await tasks.create();
    await tasks.call('POST', `/tasks/${id}/trigger`);
    const busy = await tasks.call('POST', `/tasks/${id}/trigger`);
    expect([busy.status, busy.body]).toMatchObject([409, { error: { code: 'TASK_BUSY', details: { limit: 1 } } }]);
    expect(JSON.stringify(busy.body)).not.toMatch(/\bjob/);
    expect((await tasks.call('POST', `/tasks/${id}/trigger`, { force: true })).status).toBe(202);
    const off = await tasks.create({ enabled: false });
    const disabled = await tasks.call('POST', `/tasks/${off}/trigger`);
    expect([disabled.status, disabled.body]).toMatchObject([409, { error: { code: 'TASK_DISABLED' } }]);
  });
});

describe('Temporal away', () => {
  it('refuses what needs it with 503, stores nothing, and leaves what does not', async () => {
    const id = await tasks.create();
    tasks.engine.unreachable = true;
    const refused = await tasks.call('POST', '/tasks', DAILY);
    expect([refused.status, refused.body]).toMatchObject([503, { error: { code: 'ENGINE_UNAVAILABLE' } }]);
    expect(refused.headers.get('retry-after')).toBeTruthy();
    expect((await tasks.call('POST', `/tasks/${id}/trigger`)).status).toBe(503);
    expect((await tasks.call('POST', `/tasks/${id}/pause`)).status).toBe(200);
    expect((await tasks.call('DELETE', `/tasks/${id}`)).status).toBe(204);
    tasks.engine.unreachable = false;
  });
});

describe('an Idempotency-Key', () => {
  it('creates a task once', async () => {
    const headers = { 'Idempotency-Key': 'create-once' };
    const first = await tasks.call('POST', '/tasks', DAILY, { headers });
    const second = await tasks.call('POST', '/tasks', DAILY, { headers });
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await tasks.call('POST', '/tasks', { ...DAILY, task_name: 'other' }, { headers });
    expect([other.status, other.body]).toMatchObject([409, { error: { code: 'IDEMPOTENCY_MISMATCH' } }]);
  });
});
