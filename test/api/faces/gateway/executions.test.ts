import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobOf } from '../../../../db/queries/job-row.ts';
import { stampOf } from '../../../../domain/ids.ts';
import type { Job } from '../../../../domain/job.ts';
import { addExecution, type PastExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { TEST_NOW } from '../../../support/verbs.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

async function newJob(more: object = {}): Promise<{ id: string; path: string; job: Job }> {
  const { body } = await gateway.call('POST', '/jobs', {
    name: 'Modbus Poll',
    type: 'interval',
    schedule: { interval_seconds: 10 },
    action: { type: 'publish', topic: 'device/data/modbus' },
    ...more,
  });
  const id = String(body['job_id']);
  const row = await gateway.db
    .selectFrom('job')
    .selectAll()
    .where('number', '=', Number(id.slice(4)))
    .executeTakeFirstOrThrow();
  return { id, path: `/jobs/${id}`, job: jobOf(row) };
}

async function add(job: Job, past: Omit<PastExecution, 'id'>): Promise<string> {
  const id = gateway.ctx.ids.next();
  await addExecution(gateway.db, job, { id, ...past });
  return `exec_${stampOf(id)}`;
}

describe('running a job', () => {
  it('answers as documented, and starts the run with its parameters [G-145..G-158]', async () => {
    const { id, path, job } = await newJob();
    await add(job, { dueAt: TEST_NOW - 10_000, state: 'succeeded', durationMs: 120 });
    const parameters = { override_topic: 'device/data/manual', debug: true };
    const { status, body } = await gateway.call('POST', `${path}/run`, { force: true, parameters });
    expect(status).toBe(200);
    const executionId = String(body['execution_id']);
    expect(executionId).toMatch(/^exec_20250312151000250(\d{5,8})?$/);
    expect(body).toEqual({
      success: true,
      execution_id: executionId,
      job_id: id,
      status: 'started',
      trigger: 'manual',
      start_time: '2025-03-12T15:10:00Z',
      estimated_duration_ms: 120,
      progress_url: `/api/v1/scheduler/executions/${executionId}`,
    });
    expect(gateway.engine.started.at(-1)).toMatchObject({
      trigger: 'manual',
      parameters,
      job: { id: job.id },
      dueAt: TEST_NOW,
    });
    const { body: progress } = await gateway.call('GET', `/executions/${executionId}`);
    expect(progress).toMatchObject({
      execution: { id: executionId, status: 'queued', trigger: 'manual', parameters, result: null },
    });
  });

  it('takes no body at all, whatever the Content-Type says', async () => {
    const { path } = await newJob();
    expect((await gateway.call('POST', `${path}/run`)).status).toBe(200);
    const { path: other } = await newJob();
    expect(
      (await gateway.call('POST', `${other}/run`, '', { headers: { 'Content-Type': 'application/json' } })).status,
    ).toBe(200);
  });

  it('is refused while the job is busy or disabled, unless it is forced [G-147]', async () => {
    const { path } = await newJob();
    expect((await gateway.call('POST', `${path}/run`, {})).status).toBe(200);
    const busy = await gateway.call('POST', `${path}/run`, { force: false });
    expect([busy.status, busy.body['code'], busy.body['error']]).toEqual([409, 'JOB_BUSY', 'Job busy']);
    expect((await gateway.call('POST', `${path}/run`, { force: true })).status).toBe(200);
    const { path: off } = await newJob({ enabled: false });
    const disabled = await gateway.call('POST', `${off}/run`, {});
    expect([disabled.status, disabled.body['code']]).toEqual([409, 'JOB_DISABLED']);
    expect((await gateway.call('POST', `${off}/run`, { force: true })).status).toBe(200);
  });

  it('is refused above the limit of the service, forced or not [G-341, G-347]', async () => {
    const bounded = await startGateway({ maxConcurrentExecutions: 1 });
    const body = {
      name: 'Long',
      type: 'interval',
      schedule: { interval_seconds: 60 },
      action: { type: 'log', message: 'x' },
    };
    const made = await bounded.call('POST', '/jobs', body);
    const row = await bounded.db.selectFrom('job').selectAll().executeTakeFirstOrThrow();
    await addExecution(bounded.db, jobOf(row), {
      id: bounded.ctx.ids.next(),
      dueAt: bounded.now - 1000,
      state: 'running',
    });
    const refused = await bounded.call('POST', `/jobs/${String(made.body['job_id'])}/run`, { force: true });
    expect([refused.status, refused.body['code']]).toEqual([409, 'RESOURCE_LIMIT_EXCEEDED']);
    expect(refused.body).toMatchObject({ limit: 1, running: 1 });
    await bounded.stop();
  });
});

describe('an execution', () => {
  it('that succeeded is shown as documented [G-159..G-176]', async () => {
    const { id, job } = await newJob();
    const execution = await add(job, {
      dueAt: Date.parse('2025-03-12T15:10:30Z'),
      state: 'succeeded',
      trigger: 'manual',
      durationMs: 2000,
      result: { message: 'Modbus data collected successfully', metrics: { data_points: 24, bytes_published: 512 } },
      logs: [{ at: Date.parse('2025-03-12T15:10:30.123Z'), level: 'info', message: 'Starting Modbus poll' }],
    });
    const { status, body } = await gateway.call('GET', `/executions/${execution}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      execution: {
        id: execution,
        job_id: id,
        job_name: 'Modbus Poll',
        status: 'completed',
        trigger: 'manual',
        scheduled_time: '2025-03-12T15:10:30Z',
        start_time: '2025-03-12T15:10:30Z',
        end_time: '2025-03-12T15:10:32Z',
        duration_ms: 2000,
        attempt: 1,
        parameters: {},
        result: {
          status: 'success',
          message: 'Modbus data collected successfully',
          data_points: 24,
          bytes_published: 512,
        },
        logs: [{ timestamp: '2025-03-12T15:10:30.123Z', level: 'info', message: 'Starting Modbus poll' }],
      },
    });
  });

  it.each([
    [
      { state: 'failed', durationMs: 5, error: { type: 'Offline', message: 'no broker' } },
      'failed',
      { status: 'failed', message: 'no broker', error_type: 'Offline' },
    ],
    [
      { state: 'timed_out', durationMs: 30_000, reason: 'attempt_timed_out' },
      'timeout',
      { status: 'timeout', message: 'The action ran longer than its timeout', code: 'EXECUTION_TIMEOUT' },
    ],
    [
      { state: 'failed', durationMs: 0, reason: 'dependency_failed' },
      'failed',
      { status: 'failed', message: 'A job that it depends on did not end as needed', code: 'DEPENDENCY_FAILED' },
    ],
    [
      { state: 'cancelled', reason: 'cancelled_by_user' },
      'cancelled',
      { status: 'cancelled', message: 'Cancelled on request' },
    ],
    [
      { state: 'skipped', reason: 'overlap' },
      'skipped',
      { status: 'skipped', message: "Skipped: as many of the job's executions as allowed were still under way" },
    ],
    [
      { state: 'missed', reason: 'beyond_grace' },
      'missed',
      { status: 'missed', message: 'Missed: the scheduler could not fire it within the grace time' },
    ],
    [{ state: 'running' }, 'running', null],
  ] as const)('that ended otherwise says how: %o [G-165, G-343, G-344]', async (past, status, result) => {
    const { job } = await newJob();
    const execution = await add(job, { dueAt: TEST_NOW - 60_000, ...past });
    const { body } = await gateway.call('GET', `/executions/${execution}`);
    expect(body).toMatchObject({ execution: { status } });
    expect((body['execution'] as { result: unknown }).result).toEqual(result);
  });

  it('is shown when its job is gone', async () => {
    const { path, job } = await newJob({ name: 'Gone' });
    const execution = await add(job, { dueAt: TEST_NOW - 60_000, state: 'succeeded', durationMs: 1 });
    await gateway.call('DELETE', path);
    expect((await gateway.call('GET', `/executions/${execution}`)).body).toMatchObject({
      execution: { job_name: 'Gone' },
    });
  });

  it.each(['exec_20250312151030999', 'exec_1', 'exec_99999999999999999', '4711', 'exec_'])(
    '%s is not found',
    async (id) => {
      const { status, body } = await gateway.call('GET', `/executions/${id}`);
      expect([status, body['code']]).toEqual([404, 'EXECUTION_NOT_FOUND']);
      expect(body['message']).toContain(id);
    },
  );
});

describe('the history of a job', () => {
  it('is as documented [G-177, G-178, G-182..G-201]', async () => {
    const { id, path, job } = await newJob();
    const metrics = { data_points: 24, bytes_published: 512, cpu_usage_percent: 12.5, memory_usage_mb: 15.2 };
    const at = Date.parse('2025-03-12T15:10:30Z');
    await add(job, { dueAt: at - 10_000, state: 'skipped', reason: 'overlap' });
    const execution = await add(job, {
      dueAt: at,
      state: 'succeeded',
      durationMs: 120,
      result: { message: 'Collected', metrics },
    });
    const { status, body } = await gateway.call('GET', `${path}/history?limit=1`);
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      job_id: id,
      job_name: 'Modbus Poll',
      total_executions: 2,
      success_rate: 100,
      history: [
        {
          execution_id: execution,
          timestamp: '2025-03-12T15:10:30Z',
          trigger: 'scheduled',
          duration_ms: 120,
          status: 'success',
          message: 'Collected',
          metrics,
        },
      ],
      pagination: { limit: 1, offset: 0, has_more: true },
    });
    const rest = await gateway.call('GET', `${path}/history?limit=1&offset=1`);
    expect(rest.body).toMatchObject({
      history: [{ status: 'skipped', metrics: {} }],
      pagination: { offset: 1, has_more: false },
    });
  });

  it('is empty at first, with the default page', async () => {
    const { path } = await newJob();
    const { body } = await gateway.call('GET', `${path}/history`);
    expect(body).toMatchObject({
      total_executions: 0,
      success_rate: null,
      history: [],
      pagination: { limit: 50, offset: 0, has_more: false },
    });
  });

  it('is filtered by status, with totals from the counters [G-181]', async () => {
    const { path, job } = await newJob();
    const states = [
      'succeeded',
      'succeeded',
      'failed',
      'timed_out',
      'cancelled',
      'skipped',
      'missed',
      'running',
    ] as const;
    for (const [i, state] of states.entries()) await add(job, { dueAt: TEST_NOW - 1000 * (i + 1), state });
    const count = async (status: string) => {
      const { body } = await gateway.call('GET', `${path}/history?status=${status}`);
      const shown = (body['history'] as { status: string }[]).map((entry) => entry.status);
      expect(new Set(shown)).toEqual(new Set([status]));
      return [shown.length, body['total_executions'], body['success_rate']];
    };
    expect(await count('success')).toEqual([2, 2, 50]);
    for (const status of ['failed', 'timeout', 'cancelled', 'skipped', 'missed'])
      expect(await count(status), status).toEqual([1, 1, 50]);
    expect((await gateway.call('GET', `${path}/history`)).body['history']).toHaveLength(8);
  });

  it('is filtered by dates: whole days, times, offsets [G-179, G-180]', async () => {
    const { path, job } = await newJob();
    const times = ['2025-03-09T23:30:00Z', '2025-03-10T00:00:00Z', '2025-03-10T12:00:00Z', '2025-03-11T00:00:00Z'];
    for (const time of times) await add(job, { dueAt: Date.parse(time), state: 'succeeded', durationMs: 1 });
    const found = async (query: string) => {
      const { status, body } = await gateway.call('GET', `${path}/history?${query}`);
      expect(status, JSON.stringify(body)).toBe(200);
      const times = (body['history'] as { timestamp: string }[]).map((entry) => entry.timestamp).reverse();
      expect(body['total_executions']).toBe(times.length);
      return times;
    };
    expect(await found('start_date=2025-03-10&end_date=2025-03-10')).toEqual(times.slice(1, 3));
    expect(await found('start_date=2025-03-10T12:00:00Z')).toEqual(times.slice(2));
    expect(await found('end_date=2025-03-10T00:00:00Z')).toEqual(times.slice(0, 2));
    expect(await found('start_date=2025-03-10T02:00:00%2B02:00&end_date=2025-03-10T14:00:00%2B02:00')).toEqual(
      times.slice(1, 3),
    );
    expect(await found('start_date=2025-03-10T00:00:00&end_date=2025-03-10T12:00:00')).toEqual(times.slice(1, 3));
  });

  it('keeps its pages while executions arrive, where end_date holds them', async () => {
    const { path, job } = await newJob();
    for (let i = 0; i < 4; i += 1)
      await add(job, { dueAt: TEST_NOW - 10_000 * (i + 1), state: 'succeeded', durationMs: 1 });
    const page = async (offset: number) => {
      const { body } = await gateway.call(
        'GET',
        `${path}/history?limit=2&offset=${offset}&end_date=2025-03-12T15:10:00Z`,
      );
      return (body['history'] as { execution_id: string }[]).map((entry) => entry.execution_id);
    };
    const first = await page(0);
    await add(job, { dueAt: TEST_NOW + 10_000, state: 'succeeded', durationMs: 1 });
    expect(await page(0)).toEqual(first);
    expect(new Set([...first, ...(await page(2))]).size).toBe(4);
  });

  it.each([
    ['start_date=yesterday', 'start_date'],
    ['end_date=2025-02-30', 'end_date'],
    ['start_date=2025-03-02&end_date=2025-03-01', 'start_date'],
    ['status=broken', 'status'],
    ['limit=1.5', 'limit'],
    ['from=2025-03-02', 'from'],
  ])('refuses ?%s by its name', async (query, field) => {
    const { path } = await newJob();
    const { status, body } = await gateway.call('GET', `${path}/history?${query}`);
    expect([status, body['code']]).toEqual([400, 'INVALID_INPUT']);
    expect(body['fields']).toEqual([expect.objectContaining({ field })]);
  });
});
