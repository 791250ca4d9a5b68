import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../../domain/job.ts';
import { jobOf } from '../../../../db/queries/job-row.ts';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { TEST_NOW } from '../../../support/verbs.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const TEMPLATE = '{"timestamp": "${NOW}", "device_id": "${DEVICE_ID}"}';

/** The document's Modbus Poll, made anew. */
async function modbus(more: object = {}): Promise<{ id: string; path: string; job: Job }> {
  gateway.now = TEST_NOW;
  const { status, body } = await gateway.call('POST', '/jobs', {
    name: 'Modbus Poll',
    description: 'Poll Modbus devices for sensor data',
    type: 'interval',
    schedule: { interval_seconds: 10, jitter_percentage: 10, start_immediately: true },
    action: { type: 'publish', topic: 'device/data/modbus', payload: { template: TEMPLATE }, qos: 1, retain: false },
    advanced: { retry_count: 3, retry_interval_seconds: 2, priority: 5, timeout_seconds: 30 },
    tags: ['modbus', 'polling', 'telemetry'],
    ...more,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  const id = String(body['job_id']);
  const row = await gateway.db
    .selectFrom('job')
    .selectAll()
    .where('number', '=', Number(id.slice(4)))
    .where('face', '=', 'gateway')
    .executeTakeFirstOrThrow();
  return { id, path: `/jobs/${id}`, job: jobOf(row) };
}

describe('the details of a job', () => {
  it('are as documented [G-078..G-116]', async () => {
    const { id, path, job } = await modbus();
    const add = (past: Omit<Parameters<typeof addExecution>[2], 'id'>) =>
      addExecution(gateway.db, job, { id: gateway.ctx.ids.next(), ...past });
    await add({
      dueAt: TEST_NOW - 30_000,
      state: 'failed',
      durationMs: 130,
      error: { type: 'Offline', message: 'no broker' },
    });
    await add({ dueAt: TEST_NOW - 20_000, state: 'skipped', reason: 'overlap' });
    await add({ dueAt: TEST_NOW - 10_000, state: 'succeeded', durationMs: 120, result: { message: 'ok' } });
    const { status, body, headers } = await gateway.call('GET', path);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toEqual({
      success: true,
      job: {
        id,
        name: 'Modbus Poll',
        description: 'Poll Modbus devices for sensor data',
        type: 'interval',
        enabled: true,
        status: 'active',
        disabled_reason: null,
        configuration: {
          schedule: { interval_seconds: 10, jitter_percentage: 10, start_immediately: true },
          action: {
            type: 'publish',
            topic: 'device/data/modbus',
            payload: { template: TEMPLATE, variables: { NOW: '2025-03-12T15:10:00Z', DEVICE_ID: 'test-device' } },
            qos: 1,
            retain: false,
          },
          advanced: {
            retry_count: 3,
            retry_interval_seconds: 2,
            stop_on_error: false,
            priority: 5,
            timeout_seconds: 30,
            max_concurrent: 1,
            misfire_grace_time: 60,
            coalesce: true,
          },
          notifications: { on_success: false, on_failure: false, on_timeout: false },
          variables: {},
        },
        statistics: {
          total_executions: 3,
          successful_executions: 1,
          failed_executions: 1,
          cancelled_executions: 0,
          skipped_executions: 1,
          missed_executions: 0,
          average_duration_ms: 125,
          last_execution: '2025-03-12T15:09:50Z',
          last_duration_ms: 120,
          last_status: 'success',
          last_error: null,
          next_execution: '2025-03-12T15:10:01Z',
          estimated_storage_impact_mb: 0.001,
        },
        metadata: {
          created_by: 'admin',
          created_at: '2025-03-12T15:10:00Z',
          updated_by: 'admin',
          updated_at: '2025-03-12T15:10:00Z',
          revision: 1,
          tags: ['modbus', 'polling', 'telemetry'],
        },
      },
    });
  });

  it('say what failed last [G-108, G-109, G-111]', async () => {
    const { path, job } = await modbus();
    const failed = {
      state: 'timed_out',
      durationMs: 30_000,
      error: { type: 'Timeout', message: 'ran longer than 30 s' },
    } as const;
    await addExecution(gateway.db, job, { id: gateway.ctx.ids.next(), dueAt: TEST_NOW - 60_000, ...failed });
    const { body } = await gateway.call('GET', path);
    expect(body).toMatchObject({
      job: { statistics: { failed_executions: 1, last_status: 'timeout', last_error: 'ran longer than 30 s' } },
    });
  });

  it.each(['job_999', 'job_1', 'job_0001', 'job_', '17', 'job_99999999999999999999', 'job_%00'])(
    'of %s are not found [G-339]',
    async (id) => {
      const { status, body } = await gateway.call('GET', `/jobs/${id}`);
      if (id === 'job_%00') return expect([status, body['code']]).toEqual([400, 'INVALID_INPUT']);
      expect([status, body['code'], body['error']]).toEqual([404, 'JOB_NOT_FOUND', 'Job not found']);
      return expect(body['message']).toContain(id);
    },
  );

  it('are read by viewers too', async () => {
    const { path } = await modbus();
    expect((await gateway.call('GET', path, undefined, { role: 'viewer' })).status).toBe(200);
    expect((await gateway.call('DELETE', path, undefined, { role: 'viewer' })).status).toBe(403);
  });
});

describe('changing a job', () => {
  it('merges, tells what changed, and when it fires next [G-117..G-128]', async () => {
    const { id, path } = await modbus();
    gateway.now = TEST_NOW + 4_000;
    const { status, body, headers } = await gateway.call('PUT', path, {
      enabled: true,
      schedule: { interval_seconds: 30 },
      action: { payload: { template: '{"interval": "30s"}' } },
      tags: ['modbus', 'polling', 'telemetry', 'optimized'],
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(headers.get('etag')).toBe('"2"');
    expect(body).toEqual({
      success: true,
      message: 'Job updated successfully',
      job_id: id,
      changes: {
        'schedule.interval_seconds': '10 → 30',
        'action.payload.template': `${TEMPLATE} → {"interval": "30s"}`,
        tags: 'Added: optimized',
      },
      // It starts immediately, anew: the interval moved, and with it its phase.
      next_execution: '2025-03-12T15:10:05Z',
    });
    const { body: after } = await gateway.call('GET', path);
    expect(after).toMatchObject({
      job: {
        configuration: {
          schedule: { interval_seconds: 30, jitter_percentage: 10, start_immediately: true },
          action: { topic: 'device/data/modbus', payload: { template: '{"interval": "30s"}' } },
          advanced: { retry_count: 3 },
        },
        metadata: { created_at: '2025-03-12T15:10:00Z', updated_at: '2025-03-12T15:10:04Z', revision: 2 },
      },
    });
  });

  it('leaves the phase of an interval alone where the interval stays', async () => {
    const { path } = await modbus({ schedule: { interval_seconds: 10 } });
    gateway.now = TEST_NOW + 4_000;
    const { body } = await gateway.call('PUT', path, { schedule: { jitter_percentage: 50 }, name: 'Renamed' });
    expect(body).toMatchObject({
      next_execution: '2025-03-12T15:10:11Z',
      changes: { name: 'Modbus Poll → Renamed', 'schedule.jitter_percentage': '0 → 50' },
    });
  });

  it('words what came and went of lists, and changes of kind', async () => {
    const { path } = await modbus({ schedule: { interval_seconds: 10 } });
    const { body } = await gateway.call('PUT', path, {
      type: 'weekly',
      schedule: { days_of_week: ['mon', 'tue'], time: '09:00' },
      tags: ['polling', 'new'],
      advanced: { priority: 'high' },
      notifications: { on_failure: true },
      variables: { SITE: 'north' },
    });
    expect(body['changes']).toEqual({
      type: 'interval → weekly',
      'schedule.interval_seconds': '10 → none',
      'schedule.jitter_percentage': '0 → none',
      'schedule.start_immediately': 'false → none',
      'schedule.days_of_week': 'Added: mon, tue',
      'schedule.time': 'none → 09:00',
      'schedule.timezone': 'none → UTC',
      'advanced.priority': '5 → 8',
      tags: 'Added: new; Removed: modbus, telemetry',
      'notifications.on_failure': 'false → true',
      'variables.SITE': 'none → north',
    });
  });

  it('turns weekends back on for a daily job', async () => {
    const { path } = await modbus({ type: 'daily', schedule: { time: '02:00', skip_weekends: true } });
    await gateway.call('PUT', path, { schedule: { skip_weekends: false } });
    const { body } = await gateway.call('GET', path);
    expect(body).toMatchObject({ job: { configuration: { schedule: { time: '02:00', timezone: 'UTC' } } } });
    expect(body).not.toHaveProperty('job.configuration.schedule.days_of_week');
  });

  it('stores nothing where nothing changes', async () => {
    const { path, job } = await modbus();
    const { body } = await gateway.call('PUT', path, {
      name: 'Modbus Poll',
      schedule: { interval_seconds: 10 },
      tags: ['modbus', 'polling', 'telemetry'],
    });
    expect(body).toMatchObject({ changes: {}, message: 'Job updated successfully' });
    const revisions = await gateway.db
      .selectFrom('job_revision')
      .select('revision')
      .where('job_id', '=', job.id)
      .execute();
    expect(revisions).toEqual([{ revision: 1 }]);
  });

  it('of one-time jobs that have fired is possible without touching their time', async () => {
    const { path } = await modbus({ type: 'once', schedule: { run_at: '2025-03-12T15:11:00Z' } });
    gateway.now = TEST_NOW + 3_600_000;
    expect(
      (await gateway.call('PUT', path, { name: 'Was once', schedule: { run_at: '2025-03-12T15:11:00Z' } })).status,
    ).toBe(200);
    const again = await gateway.call('PUT', path, { schedule: { run_at: '2025-03-12T15:30:00Z' } });
    expect([again.status, again.body['code']]).toEqual([400, 'INVALID_SCHEDULE']);
    expect(again.body['message']).toMatch(/^schedule\.run_at: lies in the past .*give a later time/);
    expect(again.body['message']).not.toContain('kind');
  });

  it('is refused when If-Match names another state', async () => {
    const { path } = await modbus();
    const headers = { 'If-Match': '"1"' };
    expect((await gateway.call('PUT', path, { name: 'First' }, { headers })).status).toBe(200);
    const second = await gateway.call('PUT', path, { name: 'Second' }, { headers });
    expect([second.status, second.body['code']]).toEqual([409, 'PRECONDITION_FAILED']);
    expect((await gateway.call('POST', `${path}/toggle`, { enabled: false }, { headers })).status).toBe(409);
    expect((await gateway.call('DELETE', path, undefined, { headers })).status).toBe(409);
    expect((await gateway.call('DELETE', path, undefined, { headers: { 'If-Match': '"2"' } })).status).toBe(200);
  });

  it('of a name alone needs no Temporal; of a schedule it does', async () => {
    const { path } = await modbus();
    gateway.engine.unreachable = true;
    const renamed = await gateway.call('PUT', path, { name: 'Offline' });
    const moved = await gateway.call('PUT', path, { schedule: { interval_seconds: 20 } });
    gateway.engine.unreachable = false;
    expect([renamed.status, moved.status, moved.body['code']]).toEqual([200, 503, 'ENGINE_UNAVAILABLE']);
    expect((await gateway.call('GET', path)).body).toMatchObject({
      job: { name: 'Offline', configuration: { schedule: { interval_seconds: 10 } } },
    });
  });
});

describe('enabling and disabling', () => {
  it('answers as documented [G-136..G-144]', async () => {
    const { id, path } = await modbus({ schedule: { interval_seconds: 10 } });
    const off = await gateway.call('POST', `${path}/toggle`, { enabled: false, reason: 'System maintenance' });
    expect([off.status, off.body]).toEqual([
      200,
      { success: true, message: 'Job disabled successfully', job_id: id, enabled: false, next_execution: null },
    ]);
    expect((await gateway.call('GET', path)).body).toMatchObject({
      job: { status: 'inactive', disabled_reason: 'System maintenance' },
    });
    const on = await gateway.call('POST', `${path}/toggle`, { enabled: true, reason: 'System maintenance completed' });
    expect([on.status, on.body]).toEqual([
      200,
      {
        success: true,
        message: 'Job enabled successfully',
        job_id: id,
        enabled: true,
        next_execution: '2025-03-12T15:10:11Z',
      },
    ]);
  });

  it('disables without Temporal, and does not enable', async () => {
    const { path } = await modbus();
    gateway.engine.unreachable = true;
    const off = await gateway.call('POST', `${path}/toggle`, { enabled: false });
    const on = await gateway.call('POST', `${path}/toggle`, { enabled: true });
    gateway.engine.unreachable = false;
    expect([off.status, on.status]).toEqual([200, 503]);
  });
});

describe('the status of a job', () => {
  it('tells what runs at this moment [G-071]', async () => {
    const { id, path, job } = await modbus({ schedule: { interval_seconds: 10 } });
    const { ids } = gateway.ctx;
    await addExecution(gateway.db, job, {
      id: ids.next(),
      dueAt: TEST_NOW - 20_000,
      state: 'succeeded',
      durationMs: 5,
    });
    await addExecution(gateway.db, job, { id: ids.next(), dueAt: TEST_NOW - 10_000, state: 'running' });
    await addExecution(gateway.db, job, { id: ids.next(), dueAt: TEST_NOW - 15_000, state: 'running', leaseMs: -1 });
    const { status, body } = await gateway.call('GET', `${path}/status`);
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      job_id: id,
      status: 'active',
      enabled: true,
      running_executions: 1,
      last_execution: '2025-03-12T15:09:40Z',
      last_status: 'success',
      next_execution: '2025-03-12T15:10:11Z',
    });
  });
});

describe('deleting a job', () => {
  it('is for good, and answers with what it did [G-129..G-135]', async () => {
    const { id, path, job } = await modbus();
    for (const dueAt of [TEST_NOW - 7_200_000, TEST_NOW - 3_600_000]) {
      await addExecution(gateway.db, job, {
        id: gateway.ctx.ids.next(),
        dueAt,
        state: 'succeeded',
        durationMs: 1_800_000,
      });
    }
    const { status, body } = await gateway.call('DELETE', path);
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        message: 'Job deleted successfully',
        deleted_job: id,
        statistics: { total_executions: 2, total_runtime_hours: 1 },
      },
    ]);
    for (const [method, sub] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/run'],
      ['GET', '/history'],
      ['GET', '/status'],
    ] as const) {
      expect((await gateway.call(method, `${path}${sub}`)).body['code'], `${method} ${sub}`).toBe('JOB_NOT_FOUND');
    }
  });

  it('never gives its id to another', async () => {
    const gone = await modbus();
    await gateway.call('DELETE', gone.path);
    const next = await modbus();
    expect(Number(next.id.slice(4))).toBeGreaterThan(Number(gone.id.slice(4)));
  });
});
