import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addExecution, type PastExecution } from '../../../support/executions.ts';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';

let tasks: TestTasks;
beforeAll(async () => {
  tasks = await startTasks();
});
afterAll(() => tasks.stop());

async function add(taskId: string, past: Omit<PastExecution, 'id'>): Promise<string> {
  const id = tasks.ctx.ids.next();
  await addExecution(tasks.db, await tasks.jobOf(taskId), { id, ...past });
  return id;
}
const at = (text: string) => Date.parse(text);

describe("a task's executions", () => {
  it('are listed as documented, the latest first, ten at a time [T-072..T-082]', async () => {
    const taskId = await tasks.create();
    for (let day = 1; day <= 12; day += 1) {
      const dueAt = at(`2025-02-${String(day).padStart(2, '0')}T05:00:00Z`);
      await add(taskId, { dueAt, state: 'succeeded', durationMs: 330_000, workerId: 'worker-1' });
    }
    const { status, body, headers } = await tasks.call('GET', `/tasks/${taskId}/executions`);
    expect(status).toBe(200);
    const executions = body['executions'] as Record<string, unknown>[];
    expect([executions.length, body['total']]).toEqual([10, 12]);
    expect(executions[0]).toEqual({
      execution_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      task_id: taskId,
      worker_id: 'worker-1',
      started_at: '2025-02-12T05:00:00Z',
      completed_at: '2025-02-12T05:05:30Z',
      duration_ms: 330_000,
      status: 'success',
      retry_number: 0,
      scheduled_at: '2025-02-12T05:00:00Z',
      trigger: 'scheduled',
    });
    expect(headers.get('link')).toContain(`/api/v1/tasks/${taskId}/executions?limit=10&offset=10>; rel="next"`);
    const second = await tasks.call('GET', `/tasks/${taskId}/executions?limit=5&offset=10`);
    expect((second.body['executions'] as unknown[]).length).toBe(2);
  });

  it('count those under way, and can be asked for by status', async () => {
    const taskId = await tasks.create();
    await add(taskId, { dueAt: at('2025-03-01T00:00:00Z'), state: 'succeeded', durationMs: 5 });
    await add(taskId, { dueAt: at('2025-03-02T00:00:00Z'), state: 'failed', durationMs: 5 });
    await add(taskId, { dueAt: at('2025-03-03T00:00:00Z'), state: 'missed' });
    await tasks.call('POST', `/tasks/${taskId}/trigger`);
    const all = await tasks.call('GET', `/tasks/${taskId}/executions`);
    const states = (all.body['executions'] as { status: string }[]).map(({ status }) => status);
    expect([all.body['total'], states]).toEqual([4, ['queued', 'missed', 'failed', 'success']]);
    for (const status of ['queued', 'missed', 'failed', 'success']) {
      const { body } = await tasks.call('GET', `/tasks/${taskId}/executions?status=${status}`);
      expect([body['total'], (body['executions'] as { status: string }[])[0]?.status]).toEqual([1, status]);
    }
    const none = await tasks.call('GET', `/tasks/${taskId}/executions?status=timeout`);
    expect(none.body).toEqual({ executions: [], total: 0 });
  });
});

describe('an execution', () => {
  it('is shown as documented, with what the function returned [T-083..T-093]', async () => {
    const taskId = await tasks.create();
    const returned = { records_processed: 10000, output_file: 's3://bucket/report.pdf' };
    const id = await add(taskId, {
      dueAt: at('2024-01-08T05:00:00Z'),
      state: 'succeeded',
      durationMs: 330_000,
      workerId: 'worker-1',
      result: { message: 'Done', data: returned },
    });
    const { status, body } = await tasks.call('GET', `/executions/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      execution_id: id,
      task_id: taskId,
      worker_id: 'worker-1',
      started_at: '2024-01-08T05:00:00Z',
      completed_at: '2024-01-08T05:05:30Z',
      duration_ms: 330_000,
      status: 'success',
      result: returned,
      retry_number: 0,
      is_retry: false,
      scheduled_at: '2024-01-08T05:00:00Z',
      trigger: 'scheduled',
      error: null,
      parameters: {},
      triggered_by: null,
    });
  });

  it('tells what other actions counted, and why one failed, and its retries [T-033, T-092, T-093]', async () => {
    const taskId = await tasks.create();
    const sent = await add(taskId, {
      dueAt: at('2025-01-01T00:00:00Z'),
      state: 'succeeded',
      durationMs: 3,
      result: { message: 'Published 2 bytes', metrics: { bytes_published: 2 } },
    });
    expect((await tasks.call('GET', `/executions/${sent}`)).body['result']).toEqual({
      message: 'Published 2 bytes',
      bytes_published: 2,
    });
    const failed = await add(taskId, {
      dueAt: at('2025-01-02T00:00:00Z'),
      state: 'failed',
      reason: 'action_failed',
      durationMs: 3,
      attempt: 3,
      error: { type: 'ConnectionRefused', message: 'Nobody answers at example.com' },
    });
    expect((await tasks.call('GET', `/executions/${failed}`)).body).toMatchObject({
      status: 'failed',
      result: null,
      retry_number: 2,
      is_retry: true,
      error: { code: 'action_failed', type: 'ConnectionRefused', message: 'Nobody answers at example.com' },
    });
    expect((await tasks.call('GET', `/tasks/${taskId}`)).body).toMatchObject({
      retry_count: 2,
      last_status: 'failed',
      last_execution_time: '2025-01-02T00:00:00Z',
    });
    const skipped = await add(taskId, { dueAt: at('2025-01-03T00:00:00Z'), state: 'skipped', reason: 'overlap' });
    expect((await tasks.call('GET', `/executions/${skipped}`)).body).toMatchObject({
      status: 'skipped',
      started_at: null,
      error: { code: 'overlap', message: expect.stringContaining('task') as string },
    });
  });

  it('has its logs as documented [T-094..T-098]', async () => {
    const taskId = await tasks.create();
    const id = await add(taskId, {
      dueAt: at('2024-01-08T05:00:00Z'),
      state: 'succeeded',
      durationMs: 1,
      logs: [
        { at: at('2024-01-08T05:00:01Z'), level: 'info', message: 'Starting report generation' },
        { at: at('2024-01-08T05:05:30Z'), level: 'warn', message: 'Report generated' },
      ],
    });
    const { status, body } = await tasks.call('GET', `/executions/${id}/logs`);
    expect([status, body]).toEqual([
      200,
      {
        execution_id: id,
        logs: [
          { timestamp: '2024-01-08T05:00:01Z', level: 'INFO', message: 'Starting report generation' },
          { timestamp: '2024-01-08T05:05:30Z', level: 'WARN', message: 'Report generated' },
        ],
        next_offset: 2,
        complete: true,
      },
    ]);
    const since = await tasks.call('GET', `/executions/${id}/logs?offset=1`);
    expect((since.body['logs'] as unknown[]).length).toBe(1);
    const grave = await tasks.call('GET', `/executions/${id}/logs?level=warn`);
    expect(grave.body).toMatchObject({ logs: [{ level: 'WARN' }], next_offset: 2 });
    expect((await tasks.call('GET', `/executions/${id}/logs?level=loud`)).status).toBe(400);
  });

  it('of a deleted task can still be read; that of another face never', async () => {
    const taskId = await tasks.create();
    const id = await add(taskId, { dueAt: at('2024-01-08T05:00:00Z'), state: 'succeeded', durationMs: 1 });
    await tasks.call('DELETE', `/tasks/${taskId}`);
    expect((await tasks.call('GET', `/executions/${id}`)).status).toBe(200);
    const job = await tasks.createJob();
    const foreign = tasks.ctx.ids.next();
    await addExecution(tasks.db, job, { id: foreign, dueAt: tasks.now, state: 'succeeded', durationMs: 1 });
    for (const path of ['', '/logs']) {
      const refused = await tasks.call('GET', `/executions/${foreign}${path}`);
      expect([refused.status, refused.body]).toMatchObject([404, { error: { code: 'EXECUTION_NOT_FOUND' } }]);
    }
  });
});

describe('cancelling', () => {
  it('of one that has not begun answers as documented [T-099..T-102]', async () => {
    const taskId = await tasks.create();
    const { body: started } = await tasks.call('POST', `/tasks/${taskId}/trigger`);
    const id = String(started['execution_id']);
    const { status, body } = await tasks.call('POST', `/executions/${id}/cancel`);
    expect(status).toBe(200);
    expect(body).toEqual({
      execution_id: id,
      status: 'cancelled',
      cancelled_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
    const again = await tasks.call('POST', `/executions/${id}/cancel`);
    expect([again.status, again.body]).toMatchObject([409, { error: { code: 'EXECUTION_FINISHED' } }]);
  });

  it('says so where the work does not stop in time', async () => {
    const taskId = await tasks.create();
    const id = await add(taskId, { dueAt: tasks.now, state: 'running', workflowId: 'deaf' });
    tasks.engine.onCancel = () => Promise.resolve(false);
    const { status, body } = await tasks.call('POST', `/executions/${id}/cancel`);
    expect([status, body]).toEqual([202, { execution_id: id, status: 'cancelling', cancelled_at: null }]);
    expect(tasks.engine.cancelled.at(-1)).toBe('deaf');
  });
});
