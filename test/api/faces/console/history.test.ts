import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import type { ExecutionState } from '../../../../domain/execution.ts';
import { startConsole, type TestConsole } from '../../../support/console.ts';
import { addInstance } from '../../../support/instances.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => Date.parse(text);

let face: TestConsole;
beforeAll(async () => {
  face = await startConsole();
});
afterAll(() => face.stop());

const get = async (path: string) => {
  const { status, body } = await face.call('GET', path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as { items: Record<string, unknown>[]; total: number; totalPages: number };
};

describe("a job's history", () => {
  it('shows an execution as the document and its types do [C-140, C-144..C-157]', async () => {
    const id = await face.create();
    const worker = await addInstance(face.db, { host: 'worker-7.example' });
    const executionId = await face.add(id, {
      dueAt: at('2025-01-07T10:00:00Z'),
      state: 'succeeded',
      durationMs: 4000,
      workerId: worker,
      result: { message: 'Synced 150 records' },
    });
    const { items, total } = await get(`/jobs/${id}/history`);
    expect(total).toBe(1);
    expect(items).toEqual([
      {
        id: expect.any(Number) as number,
        jobId: id,
        executionId,
        scheduledAt: '2025-01-07T10:00:00Z',
        startedAt: '2025-01-07T10:00:00Z',
        completedAt: '2025-01-07T10:00:04Z',
        durationMs: 4000,
        statusId: 3,
        statusName: 'success',
        errorMessage: null,
        errorTraceback: null,
        resultSummary: 'Synced 150 records',
        executorId: worker,
        hostName: 'worker-7.example',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      },
    ]);
  });

  it('says why a run failed with its traceback, and why one did not run [C-035, C-036, C-154]', async () => {
    const id = await face.create();
    const error = {
      type: 'Error',
      message: 'No answer from HRIS',
      traceback: 'Error: No answer\n    at run (x.js:3:9)',
    };
    await face.add(id, { dueAt: face.now - 2000, state: 'failed', reason: 'action_failed', durationMs: 5, error });
    await face.add(id, { dueAt: face.now - 1000, state: 'missed', reason: 'beyond_grace' });
    const { items } = await get(`/jobs/${id}/history`);
    expect(items).toMatchObject([
      { statusName: 'missed', errorMessage: expect.stringContaining('within the grace') as string, executorId: '' },
      { statusName: 'failed', errorMessage: error.message, errorTraceback: error.traceback, resultSummary: null },
    ]);
  });

  const STATES: readonly [ExecutionState, number, string][] = [
    ['queued', 1, 'pending'],
    ['running', 2, 'running'],
    ['succeeded', 3, 'success'],
    ['failed', 4, 'failed'],
    ['cancelled', 5, 'cancelled'],
    ['timed_out', 6, 'timeout'],
    ['skipped', 7, 'skipped'],
    ['missed', 8, 'missed'],
  ];

  it('has a status id for each state, and is filtered by it [C-143, C-151, C-152]', async () => {
    const id = await face.create();
    for (const [n, [state]] of STATES.entries()) await face.add(id, { dueAt: face.now - n * 1000, state });
    await face.add(id, { dueAt: face.now - 60_000, state: 'waiting' });
    expect((await get(`/jobs/${id}/history`)).total).toBe(9);
    for (const [, statusId, statusName] of STATES) {
      const { items, total } = await get(`/jobs/${id}/history?status_id=${statusId}`);
      expect([statusId, total, items.length]).toEqual([statusId, statusId === 1 ? 2 : 1, total]);
      expect(items).toMatchObject(items.map(() => ({ statusId, statusName })));
    }
  });

  it('comes in pages, the latest first [C-141, C-142, C-157]', async () => {
    const id = await face.create();
    for (let n = 1; n <= 25; n += 1)
      await face.add(id, { dueAt: at('2025-02-01T00:00:00Z') + n * HOUR_MS, state: 'succeeded', durationMs: 1 });
    const first = await get(`/jobs/${id}/history`);
    expect([first.items.length, first.total, first.totalPages]).toEqual([20, 25, 2]);
    expect(first.items[0]?.['scheduledAt']).toBe('2025-02-02T01:00:00Z');
    const last = await get(`/jobs/${id}/history?page=3&per_page=10`);
    expect([last.items.length, last.total, last.totalPages]).toEqual([5, 25, 3]);
    expect(last.items.at(-1)?.['scheduledAt']).toBe('2025-02-01T01:00:00Z');
  });
});

describe('the history of all jobs', () => {
  it('has those of every job of the console, with the same filters [C-158]', async () => {
    const own = await startConsole();
    const [a, b] = [await own.create(), await own.create()];
    await own.add(a, { dueAt: own.now - 3000, state: 'succeeded', durationMs: 1 });
    await own.add(b, { dueAt: own.now - 2000, state: 'failed', durationMs: 1 });
    await own.add(b, { dueAt: own.now - 5 * HOUR_MS, state: 'succeeded', durationMs: 1 });
    await own.createJob({});
    const all = (await own.call('GET', '/history')).body;
    expect(all['total']).toBe(3);
    expect((all['items'] as { jobId: number }[]).map(({ jobId }) => jobId)).toEqual([b, a, b]);
    const succeeded = (await own.call('GET', '/history?status_id=3&per_page=1&page=2')).body;
    expect(succeeded).toMatchObject({ total: 2, page: 2, perPage: 1, totalPages: 2, items: [{ jobId: b }] });
    await own.stop();
  });
});

describe('a clean-up', () => {
  it('deletes what ended long ago, keeps the rest and the statistics, and says how many [C-168..C-171]', async () => {
    const own = await startConsole();
    const id = await own.create();
    for (const days of [60, 45, 31, 29, 10, 1])
      await own.add(id, { dueAt: own.now - days * DAY_MS, state: 'succeeded', durationMs: 100 });
    const running = await own.add(id, { dueAt: own.now - 50 * DAY_MS, state: 'running' });
    const { status, body } = await own.call('POST', '/cleanup');
    expect(status).toBe(200);
    expect(body).toEqual({ deletedCount: 3, message: 'Cleaned up 3 execution records older than 30 days' });
    const history = (await own.call('GET', `/jobs/${id}/history`)).body as { total: number; items: unknown[] };
    expect([history.total, history.items.length]).toEqual([4, 4]);
    expect((await own.call('GET', '/history')).body['total']).toBe(4);
    expect((history.items as { executionId: string }[]).map((one) => one.executionId)).toContain(running);
    const { rows } = await sql<{ counted: number; summed: number }>`
      select (select succeeded from job_state s join job j on j.id = s.job_id where j.number = ${id}) as counted,
        (select sum(succeeded)::bigint from job_rollup) as summed`.execute(own.db);
    expect(rows).toEqual([{ counted: 6, summed: 6 }]);
    expect(own.log.said('A clean-up of the history goes on')?.fields).toMatchObject({ deleted: 3 });
    const shorter = await own.call('POST', '/cleanup', { retentionDays: 5 });
    expect(shorter.body).toEqual({ deletedCount: 2, message: 'Cleaned up 2 execution records older than 5 days' });
    await own.stop();
  });

  it('goes in batches, and tells the log how far it is', async () => {
    const own = await startConsole();
    const job = await own.jobOf(await own.create());
    await sql`insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, job_revision)
      select gen_random_uuid(), ${job.id}, 'console', n, 'scheduled', ${new Date(own.now - 90 * DAY_MS)}::timestamptz
        + n * interval '1 s', 0, 'succeeded', 1 from generate_series(1, 12000) n`.execute(own.db);
    expect((await own.call('POST', '/cleanup')).body['deletedCount']).toBe(12_000);
    const told = own.log.entries.filter(({ message }) => message === 'A clean-up of the history goes on');
    expect(told.map(({ fields }) => (fields as { deleted: number }).deleted)).toEqual([5000, 10_000, 12_000]);
    await own.stop();
  });

  it('leaves the executions of the other faces alone', async () => {
    const own = await startConsole();
    const other = await own.createJob({});
    await own.db
      .insertInto('execution')
      .values({
        id: own.ctx.ids.next(),
        job_id: other.id,
        face: 'gateway',
        trigger: 'scheduled',
        due_at: new Date(own.now - 400 * DAY_MS),
        nonce: 0,
        state: 'succeeded',
        job_revision: 1,
      })
      .execute();
    expect((await own.call('POST', '/cleanup', { retentionDays: 0 })).body['deletedCount']).toBe(0);
    await own.stop();
  });
});
