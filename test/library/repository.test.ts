import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScheduler } from '../../start/library/create-scheduler.ts';
import type { Scheduler, SchedulerRepository } from '../../start/library/scheduler.ts';
import { sql } from '../../db/connect.ts';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import { temporalAddress } from '../support/servers.ts';
import { temporalClient } from '../support/temporal.ts';

let database: TestDatabase;
let scheduler: Scheduler;
let repository: SchedulerRepository;
let instanceId: string;
let taskFunctionId: number;

beforeAll(async () => {
  database = await openDatabase();
  const { namespace } = await temporalClient();
  scheduler = createScheduler({
    mode: 'standalone',
    databaseUrl: database.url,
    temporalAddress: temporalAddress(),
    temporalNamespace: namespace,
    settings: { LOG_LEVEL: 'silent' },
  });
  ({ repository } = scheduler);
  await scheduler.start();
  ({ id: instanceId } = await repository.registerInstance({ instanceName: 'outside' }));
  taskFunctionId = (await repository.getTaskFunctions())[0]?.id ?? 0;
});
afterAll(async () => {
  await scheduler.stop();
  await database.close();
});

const newJob = async (maxInstances = 1) =>
  (await repository.createJob({ taskFunctionId, intervalDays: 1, maxInstances, isEnabled: false })).id;

describe('the repository', () => {
  it('keeps jobs, and says nothing of one that is gone [C-192]', async () => {
    const id = await newJob();
    expect(await repository.getJobById(id)).toMatchObject({ id, isEnabled: false });
    expect(await repository.updateJob(id, { priority: 9 })).toMatchObject({ priority: 9 });
    expect((await repository.getJobs({ isEnabled: false }))[0].map((job) => job.id)).toContain(id);
    expect(await repository.softDeleteJob(id)).toMatchObject({ isActive: false });
    expect(await repository.getJobById(id)).toBeUndefined();
    expect((await repository.getJobs({ includeInactive: true }))[0].map((job) => job.id)).toContain(id);
  });

  it('records what a program runs by itself, under a lock, and counts it [C-047, C-193..C-196]', async () => {
    const jobId = await newJob();
    const { executionId, statusName } = await repository.createExecution({ jobId });
    expect(statusName).toBe('pending');
    await expect(repository.updateExecution(executionId, { statusId: 3 })).rejects.toMatchObject({
      code: 'EXECUTION_FINISHED',
    });
    expect(await repository.checkLock(jobId)).toBeUndefined();
    expect(await repository.acquireLock(jobId, executionId, instanceId)).toBe(true);
    expect(await repository.acquireLock(jobId, executionId, 'another')).toBe(false);
    const lock = await repository.checkLock(jobId);
    expect(lock).toMatchObject({ jobId, executionId, lockedBy: instanceId });
    expect(Date.parse(lock?.expiresAt ?? '') - Date.parse(lock?.lockedAt ?? '')).toBe(3_600_000);
    await repository.releaseLock(jobId, executionId);
    expect(await repository.checkLock(jobId)).toBeUndefined();
    expect(await repository.acquireLock(jobId, executionId, instanceId)).toBe(true);
    const done = await repository.updateExecution(executionId, {
      statusId: 4,
      durationMs: 1200,
      errorMessage: 'No answer',
      errorTraceback: 'at x',
    });
    expect(done).toMatchObject({
      statusName: 'failed',
      durationMs: 1200,
      errorMessage: 'No answer',
      executorId: instanceId,
    });
    await expect(repository.updateExecution(executionId, { statusId: 3 })).rejects.toThrow('is not under a lock');
    expect(await repository.checkLock(jobId)).toBeUndefined();
    expect(await repository.getExecutions(jobId, { statusId: 4 })).toEqual([[done], 1]);
    const { rows } = await sql`select failed, duration_total_ms from job_state s join job j on j.id = s.job_id
      where j.number = ${jobId}`.execute(database.db);
    expect(rows).toEqual([{ failed: 1, duration_total_ms: 1200 }]);
  });

  it('locks no more executions of a job than maxInstances, however many ask at once [C-194]', async () => {
    const jobId = await newJob(2);
    const executions = await Promise.all(Array.from({ length: 6 }, () => repository.createExecution({ jobId })));
    const taken = await Promise.all(
      executions.map(({ executionId }) => repository.acquireLock(jobId, executionId, instanceId)),
    );
    expect(taken.filter(Boolean)).toHaveLength(2);
  });

  it('refuses an outcome that is none', async () => {
    const jobId = await newJob();
    const { executionId } = await repository.createExecution({ jobId });
    await repository.acquireLock(jobId, executionId, instanceId);
    for (const update of [
      { statusId: 2 },
      { statusId: 99 },
      { statusId: 3, durationMs: -1 },
      { statusId: 3, completedAt: 'now' },
    ])
      await expect(repository.updateExecution(executionId, update)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(repository.acquireLock(jobId, 'x', instanceId)).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('registers instances and keeps them by their heartbeats [C-197..C-199]', async () => {
    await repository.updateHeartbeat(instanceId);
    const found = await repository.registerInstance({ instanceName: 'elsewhere', hostName: 'far', mode: 'embedded' });
    expect(found).toMatchObject({ instanceName: 'elsewhere', hostName: 'far', mode: 'embedded', status: 'running' });
    const active = async () => (await repository.getActiveInstances()).map(({ id }) => id);
    expect(await active()).toEqual(expect.arrayContaining([found.id, instanceId]));
    const silentFor = (seconds: number) =>
      sql`update instance set last_heartbeat = now() - ${seconds} * interval '1 second' where id = ${found.id}`.execute(
        database.db,
      );
    const sinceBeat = async () => {
      const instances = await repository.getActiveInstances();
      const lastHeartbeat = instances.find(({ id }) => id === found.id)?.lastHeartbeat ?? '';
      return Date.now() - Date.parse(lastHeartbeat);
    };
    await silentFor(20);
    expect(await sinceBeat()).toBeGreaterThanOrEqual(20_000);
    expect(await repository.updateHeartbeat(found.id)).toBe(true);
    expect(await sinceBeat()).toBeLessThan(20_000);
    await silentFor(31);
    expect(await active()).not.toContain(found.id);
    expect(await repository.updateHeartbeat('nobody')).toBe(false);
  });

  it('has the lookups [C-200]', async () => {
    expect((await repository.getTaskFunctions()).map(({ key }) => key)).toContain('cleanup_history');
    expect((await repository.getJobTypes()).map(({ id, name }) => [id, name])).toEqual([
      [1, 'interval'],
      [2, 'cron'],
    ]);
    expect((await repository.getExecutionStatuses()).map(({ name }) => name)).toContain('success');
  });
});
