import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const MODBUS = {
  name: 'Modbus Poll',
  description: 'Poll Modbus devices for sensor data',
  type: 'interval',
  enabled: true,
  schedule: { interval_seconds: 10 },
  action: {
    type: 'publish',
    topic: 'device/data/modbus',
    payload_template: '{"timestamp": "${NOW}", "device_id": "${DEVICE_ID}"}',
  },
  tags: ['modbus', 'polling', 'telemetry'],
};

const idOf = (body: Record<string, unknown>) => String(body['job_id']);

describe('creating a job', () => {
  it('answers 201 with the job as documented, and tells its clock of it [G-001..G-006, G-036..G-044, G-060..G-068, G-070, G-363]', async () => {
    const { status, body, headers } = await gateway.call('POST', '/jobs', {
      name: 'Health line',
      description: 'Says that all is well',
      type: 'daily',
      enabled: true,
      schedule: { time: '01:00', timezone: 'UTC', days_of_week: ['mon', 'tue', 'wed', 'thu', 'fri'] },
      action: { type: 'log', message: 'all is well', level: 'info' },
    });
    expect(status).toBe(201);
    const id = idOf(body);
    expect(id).toMatch(/^job_\d{3}$/);
    expect(body).toEqual({
      success: true,
      job_id: id,
      message: 'Job created successfully',
      job: {
        id,
        name: 'Health line',
        type: 'daily',
        enabled: true,
        status: 'active',
        schedule: {
          time: '01:00',
          timezone: 'UTC',
          days_of_week: ['mon', 'tue', 'wed', 'thu', 'fri'],
          skip_weekends: true,
          next_execution: '2025-03-13T01:00:00Z',
        },
        action: { type: 'log', message: 'all is well', level: 'info' },
        webhook_url: `/api/v1/scheduler/jobs/${id}/run`,
        status_url: `/api/v1/scheduler/jobs/${id}/status`,
      },
    });
    expect(headers.get('location')).toBe(`/api/v1/scheduler/jobs/${id}`);
    const stored = await gateway.db
      .selectFrom('job')
      .selectAll()
      .where('name', '=', 'Health line')
      .executeTakeFirstOrThrow();
    expect(gateway.engine.pokes.at(-1)?.jobIds).toEqual([stored.id]);
    expect(
      (
        await gateway.call(
          'GET',
          String((body['job'] as { status_url: string }).status_url).replace('/api/v1/scheduler', ''),
        )
      ).status,
    ).toBe(200);
  });

  it('keeps advanced settings, tags, notifications and variables [G-051..G-059]', async () => {
    const settings = {
      advanced: {
        retry_count: 3,
        retry_interval_seconds: 2,
        stop_on_error: true,
        priority: 7,
        timeout_seconds: 30,
        max_concurrent: 2,
        misfire_grace_time: 90,
        coalesce: false,
      },
      notifications: { on_success: false, on_failure: true, on_timeout: true },
      variables: { SITE: 'north' },
    };
    const made = await gateway.call('POST', '/jobs', {
      ...MODBUS,
      name: 'Settings',
      tags: ['a', 'b', 'a'],
      ...settings,
    });
    const { body } = await gateway.call('GET', `/jobs/${idOf(made.body)}`);
    expect(body).toMatchObject({ job: { configuration: settings, metadata: { tags: ['a', 'b'] } } });
  });

  it('has documented settings where nothing is said of them [G-353]', async () => {
    const made = await gateway.call('POST', '/jobs', { ...MODBUS, name: 'Plain' });
    const { body } = await gateway.call('GET', `/jobs/${idOf(made.body)}`);
    expect(body).toMatchObject({
      job: {
        configuration: {
          advanced: {
            retry_count: 0,
            retry_interval_seconds: 2,
            timeout_seconds: 300,
            max_concurrent: 1,
            misfire_grace_time: 60,
            coalesce: true,
          },
        },
      },
    });
    const { policy } = await gateway.db
      .selectFrom('job')
      .select('policy')
      .where('name', '=', 'Plain')
      .executeTakeFirstOrThrow();
    expect(policy).toMatchObject({ retryBackoff: 'exponential' });
  });

  it.each([
    ['high', 8],
    ['medium', 5],
    ['low', 2],
  ])('takes the priority "%s" as %i [G-054]', async (word, priority) => {
    const made = await gateway.call('POST', '/jobs', {
      ...MODBUS,
      name: `Priority ${word}`,
      advanced: { priority: word },
    });
    const { body } = await gateway.call('GET', `/jobs/${idOf(made.body)}`);
    expect(body).toMatchObject({ job: { configuration: { advanced: { priority } } } });
  });

  it('makes a job that is disabled, which has no clock and no next execution [G-040, G-066]', async () => {
    const pokes = gateway.engine.pokes.length;
    const { body } = await gateway.call('POST', '/jobs', { ...MODBUS, name: 'Later', enabled: false });
    expect(body).toMatchObject({ job: { enabled: false, status: 'inactive', schedule: { next_execution: null } } });
    expect(gateway.engine.pokes).toHaveLength(pokes);
  });

  it('makes one-time and event jobs, and takes three names for sun [G-008, G-039]', async () => {
    const place = { latitude: 40.7128, longitude: -74.006 };
    const action = { type: 'log', message: 'x' };
    const make = async (type: string, schedule: object) => {
      const { status, body } = await gateway.call('POST', '/jobs', {
        name: `As ${type}`,
        type,
        schedule,
        action,
        tags: ['kinds'],
      });
      expect(status, JSON.stringify(body)).toBe(201);
      return body['job'] as { type: string; schedule: Record<string, unknown> };
    };
    expect((await make('once', { run_at: '2025-03-14T09:30:00Z' })).schedule).toEqual({
      run_at: '2025-03-14T09:30:00Z',
      next_execution: '2025-03-14T09:30:00Z',
    });
    expect(
      (await make('event', { topic: 'sensors/+/door', payload_match: { state: 'open' }, min_interval_seconds: 5 }))
        .schedule,
    ).toEqual({
      topic: 'sensors/+/door',
      payload_match: { state: 'open' },
      min_interval_seconds: 5,
      next_execution: null,
    });
    expect(await make('sunrise', place)).toMatchObject({ type: 'sun', schedule: { mode: 'sunrise' } });
    expect(await make('sunset', { ...place, mode: 'sunset' })).toMatchObject({
      type: 'sun',
      schedule: { mode: 'sunset' },
    });
    expect(await make('sun', { ...place, mode: 'sunset' })).toMatchObject({
      type: 'sun',
      schedule: { mode: 'sunset' },
    });
    const listed = await gateway.call('GET', '/jobs?type=sunrise&tags=kinds');
    expect(listed.body).toMatchObject({ total_jobs: 3 });
  });

  it('refuses the job above MAX_JOBS, and stores nothing of it [G-340, G-351]', async () => {
    const bounded = await startGateway({ maxJobs: 2 });
    const make = (name: string) => bounded.call('POST', '/jobs', { ...MODBUS, name });
    const answers = await Promise.all([make('one'), make('two'), make('three')]);
    expect(answers.map((a) => a.status).sort()).toEqual([201, 201, 409]);
    const refused = answers.find((a) => a.status === 409);
    expect(refused?.body).toMatchObject({
      success: false,
      code: 'MAX_JOBS_EXCEEDED',
      error: 'Max jobs exceeded',
      max_jobs: 2,
    });
    expect((await bounded.call('GET', '/jobs')).body).toMatchObject({ total_jobs: 2 });
    const [first] = answers.filter((a) => a.status === 201);
    await bounded.call('DELETE', `/jobs/${idOf(first?.body ?? {})}`);
    expect((await make('four')).status).toBe(201);
    await bounded.stop();
  });

  it('stores nothing while Temporal does not answer, and says so', async () => {
    gateway.engine.unreachable = true;
    const { status, body } = await gateway.call('POST', '/jobs', { ...MODBUS, name: 'Not now' });
    gateway.engine.unreachable = false;
    expect(status).toBe(503);
    expect(body).toMatchObject({ success: false, code: 'ENGINE_UNAVAILABLE' });
    expect((await gateway.call('GET', '/jobs?limit=500')).body['jobs']).not.toContainEqual(
      expect.objectContaining({ name: 'Not now' }),
    );
  });

  it('is for operators: a viewer is refused', async () => {
    const { status, body } = await gateway.call('POST', '/jobs', MODBUS, { role: 'viewer' });
    expect([status, body['code']]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('listing jobs', () => {
  it('shows each job as documented [G-012..G-035]', async () => {
    const made = await gateway.call('POST', '/jobs', { ...MODBUS, tags: ['listed', 'modbus'] });
    const row = await gateway.db
      .selectFrom('job')
      .selectAll()
      .where('name', '=', 'Modbus Poll')
      .executeTakeFirstOrThrow();
    const job = { id: row.id, face: 'gateway', schedule: row.schedule, revision: 1 } as Parameters<
      typeof addExecution
    >[1];
    await addExecution(gateway.db, job, {
      id: gateway.ctx.ids.next(),
      dueAt: gateway.now - 10_000,
      state: 'succeeded',
      durationMs: 120,
    });
    await addExecution(gateway.db, job, {
      id: gateway.ctx.ids.next(),
      dueAt: gateway.now - 20_000,
      state: 'failed',
      durationMs: 130,
    });
    const { status, body } = await gateway.call('GET', '/jobs?tags=listed');
    expect(status).toBe(200);
    const id = idOf(made.body);
    expect(body).toEqual({
      success: true,
      total_jobs: 1,
      active_jobs: 1,
      jobs: [
        {
          id,
          name: 'Modbus Poll',
          description: 'Poll Modbus devices for sensor data',
          type: 'interval',
          enabled: true,
          status: 'active',
          schedule: {
            interval_seconds: 10,
            jitter_percentage: 0,
            start_immediately: false,
            next_execution: '2025-03-12T15:10:11Z',
          },
          action: {
            type: 'publish',
            topic: 'device/data/modbus',
            payload_template: '{"timestamp": "${NOW}", "device_id": "${DEVICE_ID}"}',
            qos: 1,
            retain: false,
          },
          tags: ['listed', 'modbus'],
          created_at: '2025-03-12T15:10:00Z',
          last_execution: '2025-03-12T15:09:50Z',
          execution_count: 2,
          average_duration_ms: 125,
          run_url: `/api/v1/scheduler/jobs/${id}/run`,
        },
      ],
      pagination: { limit: 50, offset: 0, has_more: false },
    });
  });

  it('filters by status, type and tags together [G-007..G-009]', async () => {
    const make = (name: string, more: object) => gateway.call('POST', '/jobs', { ...MODBUS, name, ...more });
    await make('F1', { tags: ['filter', 'red'] });
    await make('F2', { tags: ['filter', 'red'], enabled: false });
    await make('F3', { tags: ['filter', 'blue'], type: 'daily', schedule: { time: '02:00' } });
    const names = async (query: string) => {
      const { body } = await gateway.call('GET', `/jobs?${query}`);
      return [...(body['jobs'] as { name: string }[]).map((job) => job.name), body['total_jobs'], body['active_jobs']];
    };
    expect(await names('tags=filter')).toEqual(['F1', 'F2', 'F3', 3, 2]);
    expect(await names('tags=filter,red')).toEqual(['F1', 'F2', 2, 1]);
    expect(await names('tags=filter&status=inactive')).toEqual(['F2', 1, 0]);
    expect(await names('tags=filter&status=active&type=daily')).toEqual(['F3', 1, 1]);
    expect(await names('tags=filter&type=cron')).toEqual([0, 0]);
    expect(await names('tags=filter&status=error')).toEqual([0, 0]);
  });

  it('shows as error what its own failure stopped, until a run succeeds or someone enables it [G-007, G-021]', async () => {
    const made = await gateway.call('POST', '/jobs', {
      ...MODBUS,
      name: 'Broken',
      tags: ['broken'],
      advanced: { stop_on_error: true },
    });
    const id = idOf(made.body);
    const { job_id: uuid } = await gateway.db
      .selectFrom('job_state')
      .innerJoin('job', 'job.id', 'job_state.job_id')
      .select('job_id')
      .where('job.name', '=', 'Broken')
      .executeTakeFirstOrThrow();
    await gateway.db
      .updateTable('job')
      .set({ enabled: false, disabled_by: 'stop_on_error' })
      .where('id', '=', uuid)
      .execute();
    await gateway.db.updateTable('job_state').set({ last_state: 'failed' }).where('job_id', '=', uuid).execute();
    expect((await gateway.call('GET', `/jobs/${id}`)).body).toMatchObject({ job: { status: 'error' } });
    expect((await gateway.call('GET', '/jobs?status=error&tags=broken')).body).toMatchObject({
      total_jobs: 1,
      active_jobs: 0,
    });
    expect((await gateway.call('GET', '/jobs?status=inactive&tags=broken')).body).toMatchObject({ total_jobs: 0 });
    await gateway.db.updateTable('job_state').set({ last_state: 'succeeded' }).where('job_id', '=', uuid).execute();
    expect((await gateway.call('GET', '/jobs?status=inactive&tags=broken')).body).toMatchObject({
      jobs: [{ status: 'inactive' }],
    });
    await gateway.call('POST', `/jobs/${id}/toggle`, { enabled: true });
    expect((await gateway.call('GET', '/jobs?status=active&tags=broken')).body).toMatchObject({
      jobs: [{ status: 'active' }],
    });
  });

  it('pages in the order of creation; new jobs come after all pages [G-010, G-011, G-033..G-035]', async () => {
    const make = (name: string) => gateway.call('POST', '/jobs', { ...MODBUS, name, tags: ['paged'] });
    for (const name of ['P1', 'P2', 'P3']) await make(name);
    const first = await gateway.call('GET', '/jobs?tags=paged&limit=2');
    expect(first.body).toMatchObject({
      jobs: [{ name: 'P1' }, { name: 'P2' }],
      pagination: { limit: 2, offset: 0, has_more: true },
    });
    await make('P4');
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await gateway.call('GET', next.replace('/api/v1/scheduler', ''));
    expect(second.body).toMatchObject({
      jobs: [{ name: 'P3' }, { name: 'P4' }],
      pagination: { offset: 2, has_more: false },
    });
  });

  it('cuts a page down to 500, and says so [G-010]', async () => {
    const { body } = await gateway.call('GET', '/jobs?limit=10000');
    expect(body).toMatchObject({ pagination: { limit: 500 } });
  });

  it("lists no other face's jobs", async () => {
    const other = gateway.as({ face: 'console' });
    const { createJob } = await import('../../../../api/verbs/create-job.ts');
    const { jobSpec } = await import('../../../support/job-specs.ts');
    await createJob(other, { spec: jobSpec({ name: 'Elsewhere', tags: ['elsewhere'] }, gateway.now) });
    expect((await gateway.call('GET', '/jobs?tags=elsewhere')).body).toMatchObject({ total_jobs: 0, jobs: [] });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=ten', 'limit'],
    ['offset=-1', 'offset'],
    ['status=asleep', 'status'],
    ['type=yearly', 'type'],
    ['tags=a,,b', 'tags'],
    ['page=2', 'page'],
    ['limit=1&limit=2', 'limit'],
  ])('refuses ?%s by its name', async (query, field) => {
    const { status, body } = await gateway.call('GET', `/jobs?${query}`);
    expect([status, body['code']]).toEqual([400, 'INVALID_INPUT']);
    expect(body['fields']).toEqual([expect.objectContaining({ field })]);
  });
});
