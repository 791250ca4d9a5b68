import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScheduler } from '../../start/library/create-scheduler.ts';
import type { Scheduler } from '../../start/library/scheduler.ts';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import { temporalAddress } from '../support/servers.ts';
import { temporalClient } from '../support/temporal.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let namespace: string;
let scheduler: Scheduler;
let other: Scheduler;
let instanceId: string;

const calls: unknown[] = [];
let opened = false;
const functions = {
  greet: {
    nameEn: 'Greet',
    nameAr: 'تحية',
    run: ({ payload }: { payload: unknown }) => {
      calls.push(payload);
      return { summary: 'Greeted 3 people' };
    },
  },
  wait: { run: () => until('the gate is open', () => opened).then(() => 'Waited') },
};

const made = (instanceName: string): Scheduler =>
  createScheduler({
    mode: 'standalone',
    instanceName,
    databaseUrl: database.url,
    temporalAddress: temporalAddress(),
    temporalNamespace: namespace,
    functions,
    settings: { LOG_LEVEL: 'silent' },
  });

beforeAll(async () => {
  database = await openDatabase();
  ({ namespace } = await temporalClient());
  scheduler = made('first');
  other = made('second');
  instanceId = await scheduler.initialize();
});
afterAll(async () => {
  opened = true;
  await Promise.all([scheduler.stop(), other.stop()]);
  await database.close();
});

const idOf = async (key: string) =>
  (await scheduler.repository.getTaskFunctions()).find((one) => one.key === key)?.id ?? 0;
const ended = (jobId: number, executionId: string) =>
  until('the execution has ended', async () => {
    const [found] = await scheduler.getJobHistory(jobId);
    return found.find((one) => one.executionId === executionId && one.completedAt !== undefined);
  });

describe('the life of a scheduler', () => {
  it('begins with its registration: it does not run before it is started [C-175, C-176]', async () => {
    expect(instanceId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await scheduler.initialize()).toBe(instanceId);
    const status = await scheduler.getStatus();
    expect(status).toMatchObject({ isRunning: false, mode: 'standalone', instanceId, activeInstances: 1 });
    const [instance] = await scheduler.repository.getActiveInstances();
    expect(instance).toMatchObject({ id: instanceId, mode: 'standalone', status: 'starting', processId: process.pid });
    expect(instance?.instanceName).toContain('first');
    await scheduler.start();
    expect(await scheduler.getStatus()).toMatchObject({ isRunning: true, instanceId, activeInstances: 1 });
    expect((await scheduler.repository.getActiveInstances())[0]?.status).toBe('running');
  });

  it('is refused before that, and in a standalone mode without addresses', async () => {
    await expect(async () => createScheduler().getJob(1)).rejects.toThrow('call initialize() or start() first');
    await expect(createScheduler({ mode: 'standalone' }).initialize()).rejects.toThrow(
      'databaseUrl and temporalAddress',
    );
  });

  it('has several instances at once, and each tells of itself', async () => {
    await other.start();
    const status = await other.getStatus();
    expect(status).toMatchObject({ isRunning: true, activeInstances: 2 });
    expect(status.instanceId).not.toBe(instanceId);
    expect((await scheduler.getStatus()).instanceId).toBe(instanceId);
  });
});

describe('the service', () => {
  it('creates, reads, lists, changes and deletes jobs in the name of who asks [C-178..C-182]', async () => {
    const taskFunctionId = await idOf('greet');
    const job = await scheduler.createJob({ taskFunctionId, nameAr: 'تحية', intervalHours: 1 }, 'user-7');
    expect(job).toMatchObject({ taskFunctionKey: 'greet', jobTypeName: 'interval', nameAr: 'تحية', isActive: true });
    expect(Object.values(job)).not.toContain(null);
    expect(await scheduler.getJob(job.id)).toEqual(job);
    const cron = await scheduler.createJob({ taskFunctionId, cronExpression: '0 2 * * *', isEnabled: false });
    const [jobs, total] = await scheduler.listJobs(1, 20, { isEnabled: true });
    expect([jobs.map(({ id }) => id), total]).toEqual([[job.id], 1]);
    expect((await scheduler.listJobs(1, 20, { jobTypeId: 2 }))[0]).toEqual([cron]);
    expect((await scheduler.listJobs(2, 1))[1]).toBe(2);
    const changed = await scheduler.updateJob(job.id, { intervalHours: 2, nameAr: null }, 'user-8');
    expect(changed).toMatchObject({ intervalHours: 2 });
    expect(changed.nameAr).toBeUndefined();
    const row = await database.db.selectFrom('job').selectAll().where('number', '=', job.id).executeTakeFirstOrThrow();
    expect([row.created_by, row.updated_by]).toEqual(['user-7', 'user-8']);
    expect(await scheduler.deleteJob(cron.id)).toMatchObject({ id: cron.id, isActive: false });
    await expect(scheduler.getJob(cron.id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(scheduler.createJob({ taskFunctionId, maxInstances: 11 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });

  it('enables, disables, pauses and resumes, and protects primary jobs [C-183, C-184, C-186, C-187]', async () => {
    const { id } = await scheduler.createJob({ taskFunctionId: await idOf('greet'), intervalDays: 1, isPrimary: true });
    await expect(scheduler.disableJob(id)).rejects.toMatchObject({ code: 'JOB_PROTECTED' });
    expect(await scheduler.disableJob(id, true)).toMatchObject({ isEnabled: false });
    expect(await scheduler.enableJob(id)).toMatchObject({ isEnabled: true });
    const paused = await scheduler.pauseJob(id);
    expect([paused.isEnabled, paused.nextRunAt]).toEqual([true, undefined]);
    expect((await scheduler.resumeJob(id)).nextRunAt).toMatch(/Z$/);
    await expect(scheduler.deleteJob(id)).rejects.toMatchObject({ code: 'JOB_PROTECTED' });
    await scheduler.deleteJob(id, true);
  });

  it('runs a function of the program, and tells its history [C-185, C-188..C-190]', async () => {
    const payload = { to: 'everyone' };
    const { id } = await scheduler.createJob({ taskFunctionId: await idOf('greet'), intervalDays: 1, payload });
    const [executionId, job] = await scheduler.triggerJobNow(id, 'user-9');
    expect(job.id).toBe(id);
    const execution = await ended(id, executionId);
    expect(execution).toMatchObject({
      jobId: id,
      statusId: 3,
      statusName: 'success',
      resultSummary: 'Greeted 3 people',
    });
    expect(execution.executorId).not.toBe('');
    expect(execution.hostName).not.toBe('');
    expect(calls).toContainEqual(payload);
    expect((await scheduler.getJobHistory(id, { statusId: 4 }))[1]).toBe(0);
    const [all] = await scheduler.getAllHistory({ statusId: 3 });
    expect(all.map((one) => one.executionId)).toContain(executionId);
    expect((await scheduler.getStatus()).totalJobs).toBe((await scheduler.listJobs())[1]);
  });

  it('cleans its history up [C-191]', async () => {
    const before = (await scheduler.getAllHistory())[1];
    expect(before).toBeGreaterThan(0);
    expect(await scheduler.cleanupHistory()).toEqual({
      deletedCount: 0,
      message: 'Cleaned up 0 execution records older than 30 days',
    });
    expect((await scheduler.cleanupHistory(0)).deletedCount).toBe(before);
    expect((await scheduler.getAllHistory())[1]).toBe(0);
  });
});

describe('the end of a scheduler', () => {
  it('waits for what runs, or leaves that behind it [C-177]', async () => {
    const { id } = await scheduler.createJob({ taskFunctionId: await idOf('wait'), intervalDays: 1 });
    await other.stop();
    expect((await scheduler.getStatus()).activeInstances).toBe(1);
    const [executionId] = await scheduler.triggerJobNow(id);
    await until('it runs', async () => (await scheduler.getStatus()).runningExecutions === 1);
    await scheduler.stop(false);
    await expect(async () => scheduler.getJob(id)).rejects.toThrow('initialize');
    opened = true;
    const row = await until('the run has ended behind it', async () => {
      const found = await database.db
        .selectFrom('execution')
        .selectAll()
        .where('id', '=', executionId)
        .executeTakeFirst();
      return found?.state === 'succeeded' && found;
    });
    expect(row.worker_id).toBe(instanceId);
    await until('the instance has stopped', async () => {
      const found = await database.db
        .selectFrom('instance')
        .selectAll()
        .where('id', '=', instanceId)
        .executeTakeFirst();
      return found?.status === 'stopped';
    });
    scheduler = made('again');
    await scheduler.start();
    expect(await scheduler.getJob(id)).toMatchObject({ id });
  });
});
