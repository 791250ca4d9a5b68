import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelExecution } from '../../../api/verbs/cancel-execution.ts';
import { createJob } from '../../../api/verbs/create-job.ts';
import { deleteJob } from '../../../api/verbs/delete-job.ts';
import { getExecution } from '../../../api/verbs/get-execution.ts';
import { pauseJob } from '../../../api/verbs/pause-job.ts';
import { runJob, type RunInput } from '../../../api/verbs/run-job.ts';
import type { Job } from '../../../domain/job.ts';
import { addExecution } from '../../support/executions.ts';
import { jobSpec } from '../../support/job-specs.ts';
import { executionById, ledgerOf, stateOf } from '../../support/ledger.ts';
import { openVerbs, rowCounts, type TestVerbs } from '../../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const newJob = (more: Parameters<TestVerbs['createJob']>[0] = {}) =>
  verbs.createJob({ schedule: { kind: 'interval', everySeconds: 3600 }, ...more });
const run = (job: Job, more: Partial<RunInput> = {}, ctx = verbs.ctx) =>
  runJob(ctx, { job: { id: job.id }, force: false, parameters: {}, ...more });

describe('running a job by hand', () => {
  it('records a queued run with its audit, then starts it with the whole specification [G-358]', async () => {
    const job = await newJob({ name: 'By hand', policy: { priority: 9 }, variables: { SITE: 'north' } });
    const started = await run(job, { parameters: { debug: true }, force: true });
    expect(await executionById(verbs.db, started.executionId)).toMatchObject({
      jobId: job.id,
      state: 'queued',
      trigger: 'manual',
      dueAt: verbs.now,
      parameters: { debug: true },
      triggeredBy: 'admin',
      number: null,
      jobRevision: 1,
      workflowId: `${job.id}-manual-${started.executionId}`,
    });
    expect(verbs.engine.started.at(-1)).toMatchObject({
      executionId: started.executionId,
      workflowId: `${job.id}-manual-${started.executionId}`,
      job: { name: 'By hand', variables: { SITE: 'north' }, face: 'gateway' },
      policy: { priority: 9 },
      trigger: 'manual',
      parameters: { debug: true },
      correlationId: 'request-1',
    });
    const audit = await verbs.db
      .selectFrom('audit')
      .selectAll()
      .where('execution_id', '=', started.executionId)
      .executeTakeFirst();
    expect(audit).toMatchObject({
      action: 'job.run',
      actor: 'admin',
      after: { force: true, parameters: { debug: true } },
    });
  });

  it('numbers executions for the faces that show integers', async () => {
    const ctx = verbs.as({ face: 'console' });
    const { job } = await createJob(ctx, { spec: jobSpec({ policy: { maxConcurrent: 5 } }, verbs.now) });
    expect([(await run(job, {}, ctx)).number, (await run(job, {}, ctx)).number]).toEqual([1, 2]);
  });

  it('admits as many at once as the job allows, however many ask', async () => {
    const job = await newJob({ policy: { maxConcurrent: 2 } });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => run(job)));
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(2);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'JOB_BUSY' });
    expect(await ledgerOf(verbs.db, job.id)).toHaveLength(2);
  });

  it('does not count what was lost: a running row whose lease is over', async () => {
    const job = await newJob();
    await addExecution(verbs.db, job, {
      id: verbs.ctx.ids.next(),
      dueAt: verbs.now - 5000,
      state: 'running',
      leaseMs: -1,
    });
    await run(job);
    await expect(run(job)).rejects.toMatchObject({ code: 'JOB_BUSY' });
  });

  it('refuses disabled and paused jobs unless forced', async () => {
    const disabled = await newJob({ enabled: false });
    await expect(run(disabled)).rejects.toMatchObject({
      code: 'JOB_DISABLED',
      message: expect.stringContaining('Enable it') as string,
    });
    const paused = await newJob();
    await pauseJob(verbs.ctx, { job: { id: paused.id } });
    await expect(run(paused)).rejects.toMatchObject({
      code: 'JOB_DISABLED',
      message: expect.stringContaining('Resume it') as string,
    });
    await run(disabled, { force: true });
    await run(paused, { force: true });
  });

  it('never passes the bound of the whole service', async () => {
    const busy = await newJob();
    for (let i = 0; i < 2; i += 1)
      await addExecution(verbs.db, busy, { id: verbs.ctx.ids.next(), dueAt: verbs.now - i, state: 'running' });
    const job = await newJob();
    const before = await rowCounts(verbs.db);
    const ctx = verbs.as({}, { maxConcurrentExecutions: 2 });
    await expect(run(job, { force: true }, ctx)).rejects.toMatchObject({ code: 'RESOURCE_LIMIT_EXCEEDED' });
    expect(await rowCounts(verbs.db)).toEqual(before);
    await verbs.db.deleteFrom('execution').where('job_id', '=', busy.id).execute();
    await run(job, {}, ctx);
  });

  it('leaves a run that could not be started to the housekeeper', async () => {
    const job = await newJob();
    const { startRun } = verbs.engine;
    verbs.engine.startRun = () => Promise.reject(new Error('14 UNAVAILABLE'));
    const { executionId } = await run(job);
    verbs.engine.startRun = startRun;
    expect(await executionById(verbs.db, executionId)).toMatchObject({ state: 'queued' });
    expect(verbs.log.said('could not be started')?.fields).toMatchObject({ executionId });
  });

  it('stores nothing while Temporal does not answer, nor for jobs that are not there', async () => {
    const job = await newJob();
    const gone = await newJob();
    await deleteJob(verbs.ctx, { job: { id: gone.id } });
    const before = await rowCounts(verbs.db);
    verbs.engine.unreachable = true;
    await expect(run(job)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    verbs.engine.unreachable = false;
    await expect(run(gone, { force: true })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(run(job, {}, verbs.as({ face: 'tasks' }))).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    const restart = await newJob({ action: { type: 'system', operation: 'restart' } });
    const stored = await rowCounts(verbs.db);
    await expect(run(restart, {}, verbs.as({ roles: ['operator'] }))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await rowCounts(verbs.db))['execution']).toBe(before['execution']);
    expect(await rowCounts(verbs.db)).toEqual(stored);
  });
});

describe('cancelling an execution', () => {
  const add = async (job: Job, past: Omit<Parameters<typeof addExecution>[2], 'id'>) => {
    const id = verbs.ctx.ids.next();
    await addExecution(verbs.db, job, { id, ...past });
    return id;
  };

  it('ends one that has not begun at once, and counts it', async () => {
    const job = await newJob();
    const { executionId } = await run(job);
    const { execution } = await cancelExecution(verbs.ctx, { execution: { id: executionId }, reason: 'Not now' });
    expect(execution).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_user' });
    expect(verbs.engine.cancelled).toContain(`${job.id}-manual-${executionId}`);
    expect((await stateOf(verbs.db, job.id)).cancelled).toBe(1);
    const audit = await verbs.db
      .selectFrom('audit')
      .selectAll()
      .where('execution_id', '=', executionId)
      .where('action', '=', 'execution.cancel')
      .executeTakeFirst();
    expect(audit).toMatchObject({ reason: 'Not now', before: { state: 'queued' } });
  });

  it('asks a running one to stop, and tells how it stands afterwards', async () => {
    const job = await newJob();
    const id = await add(job, { dueAt: verbs.now - 1, state: 'running', workflowId: 'w-1' });
    verbs.engine.onCancel = async () => {
      await verbs.db.updateTable('execution').set({ state: 'cancelled' }).where('id', '=', id).execute();
      return true;
    };
    expect((await cancelExecution(verbs.ctx, { execution: { id } })).execution.state).toBe('cancelled');
    const slow = await add(job, { dueAt: verbs.now - 2, state: 'running', workflowId: 'w-2' });
    verbs.engine.onCancel = () => Promise.resolve(false);
    expect((await cancelExecution(verbs.ctx, { execution: { id: slow } })).execution.state).toBe('running');
  });

  it('refuses what has ended, what ends by itself, and what is not there', async () => {
    const job = await newJob();
    const ended = await add(job, { dueAt: verbs.now - 1, state: 'succeeded', durationMs: 1 });
    const quick = await add(job, { dueAt: verbs.now - 2, state: 'running' });
    const cancel = (id: string, ctx = verbs.ctx) => cancelExecution(ctx, { execution: { id } });
    await expect(cancel(ended)).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
    await expect(cancel(quick)).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
    await expect(cancel(quick, verbs.as({ face: 'tasks' }))).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    expect((await getExecution(verbs.ctx, { id: quick })).execution.state).toBe('running');
  });
});
