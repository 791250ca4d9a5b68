import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, sql } from '../../../../db/connect.ts';
import { beat, registerInstance, setInstanceStatus } from '../../../../db/queries/instances.ts';
import { addExecution } from '../../../support/executions.ts';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';

let tasks: TestTasks;
beforeAll(async () => {
  tasks = await startTasks();
});
afterAll(() => tasks.stop());

async function register(id: string, roles: readonly string[] = ['api', 'worker'], capacity = 10): Promise<void> {
  await inTransaction(tasks.db, (tx) =>
    registerInstance(
      tx,
      {
        id,
        name: `almanac@${id}`,
        host: id,
        processId: 1,
        processIdentity: id,
        mode: 'production',
        roles,
        version: '1',
        capacity,
      },
      () => false,
    ),
  );
}
const silentFor = (id: string, seconds: number) =>
  sql`update instance set last_heartbeat = now() - ${seconds} * interval '1 second' where id = ${id}`.execute(tasks.db);

describe('the status of the system', () => {
  it('is unhealthy while no worker lives', async () => {
    const { status, body } = await tasks.call('GET', '/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'unhealthy', scheduler: { leader: null, followers: [] } });
  });

  it('tells leader, followers, workers and the queue as documented [T-125..T-138]', async () => {
    for (const id of ['scheduler-1', 'scheduler-2', 'scheduler-3']) {
      await register(id);
      await sql`update instance set started_at = now() - interval '1 hour' where id = ${id} and id = 'scheduler-2'`.execute(
        tasks.db,
      );
    }
    await register('api-only', ['api'], 0);
    await beat(tasks.db, 'scheduler-1', { load: 4, cpuPercent: 1, memoryMb: 1 });
    await beat(tasks.db, 'scheduler-2', { load: 3, cpuPercent: 1, memoryMb: 1 });
    await silentFor('scheduler-3', 31);
    const [high, low] = [await tasks.create({ priority: 'high' }), await tasks.create({ priority: 'low' })];
    await tasks.create({ enabled: false });
    for (const [id, state] of [
      [high, 'queued'],
      [low, 'queued'],
      [low, 'waiting'],
      [low, 'running'],
    ] as const) {
      const job = await tasks.jobOf(id);
      await addExecution(tasks.db, job, {
        id: tasks.ctx.ids.next(),
        dueAt: (tasks.now += 1),
        state,
        trigger: 'manual',
      });
    }
    const { body } = await tasks.call('GET', '/status');
    expect(body).toEqual({
      status: 'healthy',
      scheduler: {
        leader: 'scheduler-2',
        followers: ['scheduler-1', 'api-only'],
        tasks_scheduled: 2,
        tasks_pending: 3,
      },
      workers: { total: 3, active: 2, inactive: 1, total_capacity: 20, current_load: 7 },
      queue: { high_priority: 1, medium_priority: 0, low_priority: 2 },
    });
  });

  it('has the next oldest lead when the leader dies, and is unhealthy without Temporal', async () => {
    await silentFor('scheduler-2', 31);
    tasks.engine.unreachable = true;
    const { body } = await tasks.call('GET', '/status');
    expect(body).toMatchObject({ status: 'unhealthy', scheduler: { leader: 'scheduler-1', followers: ['api-only'] } });
    tasks.engine.unreachable = false;
    await silentFor('scheduler-2', 0);
  });
});

describe('the workers', () => {
  it('are listed as documented: slots and load from their heartbeats [T-151..T-158]', async () => {
    const { status, body } = await tasks.call('GET', '/workers');
    expect(status).toBe(200);
    const workers = body['workers'] as Record<string, unknown>[];
    expect(body['total']).toBe(3);
    expect(workers.map((worker) => worker['worker_id'])).toEqual(['scheduler-2', 'scheduler-1', 'scheduler-3']);
    expect(workers[0]).toEqual({
      worker_id: 'scheduler-2',
      name: 'almanac@scheduler-2',
      status: 'active',
      capacity: 10,
      current_load: 3,
      last_heartbeat: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      uptime_seconds: expect.any(Number) as number,
    });
    expect(Number(workers[0]?.['uptime_seconds'])).toBeGreaterThanOrEqual(3600);
  });

  it('that are silent for 30 s are inactive, whether somebody noted it or not', async () => {
    const statusOf = async (id: string) => {
      const { body } = await tasks.call('GET', '/workers');
      const found = (body['workers'] as { worker_id: string; status: string; current_load: number }[]).find(
        (worker) => worker.worker_id === id,
      );
      return found === undefined ? null : [found.status, found.current_load];
    };
    expect(await statusOf('scheduler-3')).toEqual(['inactive', 0]);
    await silentFor('scheduler-1', 25);
    expect(await statusOf('scheduler-1')).toEqual(['active', 4]);
    await silentFor('scheduler-1', 31);
    expect(await statusOf('scheduler-1')).toEqual(['inactive', 0]);
    await silentFor('scheduler-1', 90_000);
    expect(await statusOf('scheduler-1')).toBeNull();
    await setInstanceStatus(tasks.db, 'scheduler-2', 'draining');
    expect(await statusOf('scheduler-2')).toEqual(['draining', 3]);
    await setInstanceStatus(tasks.db, 'scheduler-2', 'stopped');
    expect(await statusOf('scheduler-2')).toBeNull();
  });
});

describe("a task's statistics", () => {
  it('are as documented, from the roll-ups [T-139..T-150]', async () => {
    const id = await tasks.create();
    const job = await tasks.jobOf(id);
    const add = (daysAgo: number, past: Omit<Parameters<typeof addExecution>[2], 'id' | 'dueAt'>) =>
      addExecution(tasks.db, job, { id: tasks.ctx.ids.next(), dueAt: tasks.now - daysAgo * 86_400_000, ...past });
    for (let day = 1; day <= 98; day += 1) await add(day, { state: 'succeeded', durationMs: day === 98 ? 9000 : 4500 });
    await add(100, { state: 'failed', durationMs: 4500 });
    await add(101, { state: 'timed_out', durationMs: 4500 });
    await add(102, { state: 'missed' });
    const { status, body } = await tasks.call('GET', `/tasks/${id}/stats`);
    expect(status).toBe(200);
    expect(body).toEqual({
      task_id: id,
      total_executions: 101,
      successful_executions: 98,
      failed_executions: 2,
      cancelled_executions: 0,
      skipped_executions: 0,
      missed_executions: 1,
      success_rate: 0.98,
      average_duration_ms: 4545,
      p50_duration_ms: expect.any(Number) as number,
      p95_duration_ms: expect.any(Number) as number,
      p99_duration_ms: expect.any(Number) as number,
      last_7_days: { executions: 7, success_rate: 1 },
    });
    for (const name of ['p50_duration_ms', 'p95_duration_ms'])
      expect(Math.abs(Number(body[name]) - 4500) / 4500).toBeLessThan(0.1);
  });

  it('of one that never ran have no rates and no durations', async () => {
    const { body } = await tasks.call('GET', `/tasks/${await tasks.create()}/stats`);
    expect(body).toMatchObject({
      total_executions: 0,
      success_rate: null,
      average_duration_ms: null,
      p99_duration_ms: null,
      last_7_days: { executions: 0, success_rate: null },
    });
  });
});
