import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { rowCounts, TEST_NOW } from '../../../support/verbs.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({ relays: ['lights', 'relay_1'] });
});
afterEach(() => gateway.stop());

const idOf = (body: Record<string, unknown>) => String(body['job_id']);
const lights = (name: string, time: string, value = 'on') => ({
  name,
  type: 'daily',
  schedule: { time },
  action: { type: 'output', relay: 'lights', value },
});

async function dailyBackup(): Promise<string> {
  const made = await gateway.call('POST', '/jobs', {
    name: 'Daily Backup',
    type: 'daily',
    schedule: { time: '02:00' },
    action: { type: 'system', operation: 'backup' },
  });
  const job = await gateway.db
    .selectFrom('job')
    .selectAll()
    .where('name', '=', 'Daily Backup')
    .executeTakeFirstOrThrow();
  const schedule = { kind: 'daily', time: '02:00', timezone: 'UTC' } as const;
  const id = gateway.ctx.ids.next();
  const past = { id, dueAt: TEST_NOW - 50_000_000, state: 'succeeded', durationMs: 300_000 } as const;
  await addExecution(gateway.db, { ...(await gateway.createJob({ enabled: false })), id: job.id, schedule }, past);
  return idOf(made.body);
}

describe('POST /conflicts/check', () => {
  it('answers the documented example as documented [G-254..G-266]', async () => {
    const id = await dailyBackup();
    const before = await rowCounts(gateway.db);
    const { status, body } = await gateway.call('POST', '/conflicts/check', {
      job_id: 'job_new',
      schedule: { type: 'daily', time: '02:00' },
      estimated_duration_seconds: 300,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      has_conflicts: true,
      conflicts: [
        {
          job_id: id,
          job_name: 'Daily Backup',
          conflict_type: 'time_overlap',
          conflict_period: '02:00-02:05',
          severity: 'medium',
          first_at: '2025-03-13T02:00:00Z',
          resources: [],
        },
      ],
      recommendations: ['Schedule at 02:10 to avoid conflict'],
    });
    expect(await rowCounts(gateway.db)).toEqual(before);
  });

  it('finds nothing where nothing overlaps, and leaves out disabled jobs and the job itself [G-260]', async () => {
    const id = await dailyBackup();
    const free = { success: true, has_conflicts: false, conflicts: [], recommendations: [] };
    const check = async (body: object) => (await gateway.call('POST', '/conflicts/check', body)).body;
    expect(await check({ schedule: { type: 'daily', time: '02:05' } })).toEqual(free);
    expect(await check({ job_id: id })).toEqual(free);
    expect(await check({ job_id: id, schedule: { time: '02:03' } })).toEqual(free);
    await gateway.call('POST', `/jobs/${id}/toggle`, { enabled: false });
    expect(await check({ schedule: { type: 'daily', time: '02:00' } })).toEqual(free);
  });

  it('judges by what the action touches, and tells the period in the zone of the schedule [G-263, G-264, G-265]', async () => {
    await dailyBackup();
    const { body } = await gateway.call('POST', '/conflicts/check', {
      schedule: { type: 'cron', cron_expression: '30 7 * * *', timezone: 'Asia/Kathmandu' },
      action: { type: 'system', operation: 'backup' },
      estimated_duration_seconds: 3600,
    });
    expect(body['conflicts']).toMatchObject([
      {
        conflict_type: 'resource_overlap',
        conflict_period: '07:45-07:50',
        severity: 'high',
        resources: ['system:backup'],
      },
    ]);
    expect(body['recommendations']).toEqual(['Schedule at "50 7 * * *" to avoid conflict']);
  });

  it('tells of more than may run at once as capacity [G-263]', async () => {
    const small = await startGateway({ executorPoolSize: 1 });
    try {
      const action = { type: 'log', message: 'tick' };
      await small.call('POST', '/jobs', { name: 'Tick', type: 'daily', schedule: { time: '02:00' }, action });
      const { body } = await small.call('POST', '/conflicts/check', { schedule: { type: 'daily', time: '02:00' } });
      expect(body['conflicts']).toMatchObject([{ conflict_type: 'capacity', severity: 'high' }]);
    } finally {
      await small.stop();
    }
  });

  it.each([
    [{}, 'INVALID_SCHEDULE', 'schedule'],
    [{ schedule: { time: '02:00' } }, 'INVALID_SCHEDULE', 'schedule.type'],
    [{ schedule: { type: 'daily', time: '25:00' } }, 'INVALID_SCHEDULE', 'schedule.time'],
    [{ schedule: { type: 'cron', cron_expression: 'often' } }, 'INVALID_CRON_EXPRESSION', 'schedule.cron_expression'],
    [{ schedule: { type: 'hourly' } }, 'INVALID_INPUT', 'schedule.type'],
    [
      { schedule: { type: 'daily', time: '02:00' }, estimated_duration_seconds: 0 },
      'INVALID_INPUT',
      'estimated_duration_seconds',
    ],
    [{ schedule: { type: 'daily', time: '02:00' }, duration: 5 }, 'INVALID_INPUT', 'duration'],
  ])('refuses %j with 400 %s at %s', async (asked, code, field) => {
    const { status, body } = await gateway.call('POST', '/conflicts/check', asked);
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, code, fields: [{ field }] });
  });
});

describe('SCHEDULE_CONFLICT', () => {
  it('refuses a creation that would switch a relay together with another job, as documented [G-072..G-077, G-337]', async () => {
    const made = await gateway.call('POST', '/jobs', lights('Lights on', '19:00'));
    const before = await rowCounts(gateway.db);
    const { status, body } = await gateway.call('POST', '/jobs', lights('Lights off', '19:00', 'off'));
    expect(status).toBe(400);
    expect(body).toEqual({
      success: false,
      error: 'Invalid schedule',
      message: 'Schedule conflicts with existing job: Lights on',
      code: 'SCHEDULE_CONFLICT',
      timestamp: '2025-03-12T15:10:00Z',
      conflicts: [{ job_id: idOf(made.body), job_name: 'Lights on', conflict_period: '19:00-19:01' }],
      recommendations: ['Schedule at 19:10 to avoid conflict'],
    });
    expect(await rowCounts(gateway.db)).toEqual(before);
    expect((await gateway.call('POST', '/jobs', lights('Lights off', '19:10', 'off'))).status).toBe(201);
  });

  it('lets through what shares nothing exclusive, and what does not fire', async () => {
    await gateway.call('POST', '/jobs', lights('Lights on', '19:00'));
    const others = [
      { ...lights('Other relay', '19:00'), action: { type: 'output', relay: 'relay_1', value: 'on' } },
      { ...lights('Topic', '19:00'), action: { type: 'publish', topic: 'a/b' } },
      { ...lights('Same topic', '19:00'), action: { type: 'publish', topic: 'a/b' } },
      { ...lights('Disabled', '19:00'), enabled: false },
    ];
    for (const other of others) expect((await gateway.call('POST', '/jobs', other)).status).toBe(201);
  });

  it('refuses a change into a conflict, and leaves the job as it was [G-337]', async () => {
    await gateway.call('POST', '/jobs', lights('Lights on', '19:00'));
    const id = idOf((await gateway.call('POST', '/jobs', lights('Lights off', '23:00', 'off'))).body);
    const before = await gateway.call('GET', `/jobs/${id}`);
    for (const change of [{ schedule: { time: '19:00' } }, { type: 'interval', schedule: { interval_seconds: 1 } }]) {
      const { status, body } = await gateway.call('PUT', `/jobs/${id}`, change);
      expect([status, body['code']]).toEqual([400, 'SCHEDULE_CONFLICT']);
    }
    expect((await gateway.call('GET', `/jobs/${id}`)).body).toEqual(before.body);
    expect((await gateway.call('PUT', `/jobs/${id}`, { schedule: { time: '22:00' }, name: 'Off' })).status).toBe(200);
  });

  it('refuses to enable a job into a conflict, however it was made [G-337]', async () => {
    await gateway.call('POST', '/jobs', lights('Lights on', '19:00'));
    const made = await gateway.call('POST', '/jobs', { ...lights('Lights off', '19:00', 'off'), enabled: false });
    const toggled = await gateway.call('POST', `/jobs/${idOf(made.body)}/toggle`, { enabled: true });
    expect([toggled.status, toggled.body['code']]).toEqual([400, 'SCHEDULE_CONFLICT']);
    expect((await gateway.call('GET', `/jobs/${idOf(made.body)}/status`)).body).toMatchObject({ enabled: false });
  });

  it('lets through only one of two that are created at the same time', async () => {
    const made = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => gateway.call('POST', '/jobs', lights(name, '20:00'))),
    );
    expect(made.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
  });

  it.each([
    ['reject', 400],
    ['allow', 201],
  ] as const)(
    'under CONFLICT_POLICY=%s answers a mere overlap of time with %i [G-337]',
    async (conflictPolicy, status) => {
      const other = await startGateway({ conflictPolicy, relays: ['lights'] });
      try {
        const tick = (name: string) => ({
          name,
          type: 'daily',
          schedule: { time: '02:00' },
          action: { type: 'log', message: 'x' },
        });
        await other.call('POST', '/jobs', tick('One'));
        expect((await other.call('POST', '/jobs', tick('Two'))).status).toBe(status);
        await other.call('POST', '/jobs', lights('Lights on', '19:00'));
        expect((await other.call('POST', '/jobs', lights('Lights off', '19:00', 'off'))).status).toBe(status);
      } finally {
        await other.stop();
      }
    },
  );
});
