import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJob } from '../../../api/verbs/create-job.ts';
import { getExecution } from '../../../api/verbs/get-execution.ts';
import { getJob } from '../../../api/verbs/get-job.ts';
import { jobStatistics } from '../../../api/verbs/job-statistics.ts';
import { listExecutions } from '../../../api/verbs/list-executions.ts';
import { listJobs } from '../../../api/verbs/list-jobs.ts';
import { uuidRangeOf, stampOf } from '../../../domain/ids.ts';
import { addExecution, type PastExecution } from '../../support/executions.ts';
import { jobSpec } from '../../support/job-specs.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const HOUR = 3_600_000;

async function add(job: Parameters<typeof addExecution>[1], past: Omit<PastExecution, 'id'>): Promise<string> {
  const id = verbs.ctx.ids.next();
  await addExecution(verbs.db, job, { id, ...past });
  return id;
}

describe('reading executions', () => {
  it('finds one by its id and by what a gateway id stands for, with its log', async () => {
    const job = await verbs.createJob({ name: 'Logged' });
    const logs = [{ at: TEST_NOW, level: 'info' as const, message: 'began' }];
    const id = await add(job, { dueAt: TEST_NOW - 1000, state: 'succeeded', durationMs: 3, logs });
    const range = uuidRangeOf(stampOf(id));
    if (range === null) throw new Error('malformed stamp');
    for (const key of [{ id }, range]) {
      expect(await getExecution(verbs.ctx, key)).toMatchObject({
        jobName: 'Logged',
        jobNumber: job.number,
        execution: { id, logs },
      });
    }
    await expect(getExecution(verbs.as({ face: 'tasks' }), { id })).rejects.toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
    });
  });

  it('lists all of a face, the latest nominal time first, with totals from the roll-ups', async () => {
    const ctx = verbs.as({ face: 'tasks' });
    const { job } = await createJob(ctx, { spec: jobSpec({ name: 'T1' }, verbs.now) });
    const { job: other } = await createJob(ctx, { spec: jobSpec({ name: 'T2' }, verbs.now) });
    await add(job, { dueAt: TEST_NOW - 3 * HOUR, state: 'failed', durationMs: 5 });
    await add(other, { dueAt: TEST_NOW - 2 * HOUR, state: 'succeeded', durationMs: 5 });
    await add(job, { dueAt: TEST_NOW - HOUR, state: 'succeeded', durationMs: 5 });
    const page = await listExecutions(ctx, { limit: 2, offset: 0 });
    expect(page.executions.map((e) => [e.jobName, e.execution.state])).toEqual([
      ['T1', 'succeeded'],
      ['T2', 'succeeded'],
    ]);
    expect(page).toMatchObject({ hasMore: true, total: 3, successRate: 2 / 3 });
    const failed = await listExecutions(ctx, { states: ['failed'], limit: 10, offset: 0 });
    expect(failed).toMatchObject({ hasMore: false, total: 1, executions: [{ jobName: 'T1' }] });
    const late = await listExecutions(ctx, { from: TEST_NOW - 2 * HOUR, limit: 10, offset: 0 });
    expect(late).toMatchObject({ total: 2, executions: [{ jobName: 'T1' }, { jobName: 'T2' }] });
  });

  it('never shows the same one twice where many share a nominal time', async () => {
    const ctx = verbs.as({ face: 'commands' });
    const { job } = await createJob(ctx, { spec: jobSpec({}, verbs.now) });
    for (let i = 0; i < 6; i += 1) {
      const id = verbs.ctx.ids.next();
      await addExecution(verbs.db, job, { id, dueAt: TEST_NOW, state: 'skipped' });
      await verbs.db
        .updateTable('execution')
        .set({ nonce: i + 1 })
        .where('id', '=', id)
        .execute();
    }
    const pages = [0, 2, 4].map((offset) => listExecutions(ctx, { limit: 2, offset }));
    const ids = (await Promise.all(pages)).flatMap((p) => p.executions.map((e) => e.execution.id));
    expect(new Set(ids).size).toBe(6);
  });
});

describe('reading jobs', () => {
  it('tells percentiles of the whole history from the histograms', async () => {
    const job = await verbs.createJob({});
    for (let i = 0; i < 10; i += 1)
      await add(job, { dueAt: TEST_NOW - i * HOUR, state: 'succeeded', durationMs: i === 0 ? 4000 : 50 });
    const { performance } = await jobStatistics(verbs.ctx, { id: job.id });
    expect(performance).toMatchObject({ averageMs: 445, successRate: 1, totals: { succeeded: 10 } });
    expect(performance.p50Ms).toBeGreaterThan(40);
    expect(performance.p50Ms).toBeLessThan(60);
    expect(performance.p99Ms).toBeGreaterThan(3300);
  });

  it('filters by creator and by kinds', async () => {
    const ctx = verbs.as({ face: 'reviewer' });
    await createJob(ctx, { spec: jobSpec({ name: 'Hers' }, verbs.now), createdBy: 'anna' });
    await createJob(ctx, { spec: jobSpec({ name: 'His', schedule: { kind: 'none' } }, verbs.now), createdBy: 'ben' });
    const names = async (filter: Parameters<typeof listJobs>[1]['filter']) => {
      const page = await listJobs(ctx, { filter, limit: 10, offset: 0 });
      return [...page.jobs.map((view) => view.job.name), page.total];
    };
    expect(await names({ createdBy: 'anna' })).toEqual(['Hers', 1]);
    expect(await names({ kinds: ['none', 'once'] })).toEqual(['His', 1]);
    expect(await names({})).toEqual(['Hers', 'His', 2]);
  });

  it('shows a job whose schedule can not be computed any more, instead of failing the list', async () => {
    const job = await verbs.createJob({ schedule: { kind: 'daily', time: '01:00' } });
    const schedule = JSON.stringify({ ...job.schedule, timezone: 'Nowhere/Land' });
    await verbs.db.updateTable('job').set({ schedule, enabled: true }).where('id', '=', job.id).execute();
    expect(await getJob(verbs.ctx, { id: job.id })).toMatchObject({ nextFireAt: null });
    const by = { enabled: false, disabled_by: 'invalid_schedule' };
    await verbs.db.updateTable('job').set(by).where('id', '=', job.id).execute();
    expect(await getJob(verbs.ctx, { id: job.id })).toMatchObject({ status: 'error' });
    expect((await listJobs(verbs.ctx, { filter: { status: 'error' }, limit: 5, offset: 0 })).jobs).toHaveLength(1);
  });
});
