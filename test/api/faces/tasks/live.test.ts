import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../../../db/connect.ts';
import { registerFunctions } from '../../../../db/queries/functions.ts';
import type { RunFunction } from '../../../../domain/functions/function-context.ts';
import { readMetadata } from '../../../../domain/functions/function-metadata.ts';
import { startLiveTasks, type LiveTasks } from '../../../support/tasks.ts';
import { until } from '../../../support/until.ts';

const functions = new Map<string, RunFunction>();
let tasks: LiveTasks;
beforeAll(async () => {
  tasks = await startLiveTasks({ deps: { functions: { find: (key) => functions.get(key) ?? null } } });
});
afterAll(() => tasks.stop());

/** Serves a function under a key of its own. */
async function serve(run: RunFunction): Promise<string> {
  const key = `f-${randomUUID()}`;
  functions.set(key, run);
  await inTransaction(tasks.engine.db, (tx) => registerFunctions(tx, 'nobody', [readMetadata({}, key)]));
  return key;
}

async function trigger(taskId: string, body?: object): Promise<string> {
  const answer = await tasks.call('POST', `/tasks/${taskId}/trigger`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return String(answer.body['execution_id']);
}

function whenIs(executionId: string, status: string) {
  return until(`the execution is ${status}`, async () => {
    const { body } = await tasks.call('GET', `/executions/${executionId}`);
    return body['status'] === status && body;
  });
}

function newGate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

const ON_DEMAND = { task_type: 'manual', schedule_expression: undefined };

describe('a task', () => {
  it('without a function is published to tasks/<task_name> at QoS 1, as it was given [T-008]', async () => {
    const payload = { report_type: 'daily', note: '${NOW} and ${unknown}' };
    const id = await tasks.create({ ...ON_DEMAND, task_name: 'daily/report', payload });
    const execution = await whenIs(await trigger(id), 'success');
    expect(execution).toMatchObject({ worker_id: tasks.engine.deps.instanceId, retry_number: 0, trigger: 'manual' });
    const sent = tasks.engine.publisher.published.filter(({ topic }) => topic === 'tasks/daily/report');
    expect(sent.map(({ qos, payload: bytes }) => [qos, JSON.parse(bytes.toString()) as unknown])).toEqual([
      [1, payload],
    ]);
  });

  it('calls the function under payload.handler, and shows what it returned [T-091]', async () => {
    const handler = await serve(({ payload, parameters }) => ({ records_processed: 10_000, payload, parameters }));
    const id = await tasks.create({ ...ON_DEMAND, payload: { handler, source: 'a' } });
    expect((await tasks.call('GET', `/tasks/${id}`)).body).toMatchObject({
      payload: { handler, source: 'a' },
      runs: `call ${handler}`,
    });
    const execution = await whenIs(await trigger(id, { parameters: { full: true } }), 'success');
    expect(execution['result']).toEqual({
      records_processed: 10_000,
      payload: { source: 'a' },
      parameters: { full: true },
    });
  });

  it('calls the function of its own name', async () => {
    const name = await serve(() => ({ called: true }));
    const id = await tasks.create({ ...ON_DEMAND, task_name: name });
    expect((await whenIs(await trigger(id), 'success'))['result']).toEqual({ called: true });
  });

  it('that runs once is running while it runs, then completed', async () => {
    const gate = newGate();
    const handler = await serve(() => gate.opened);
    const soon = new Date(Date.now() + 8000).toISOString();
    const once = { task_type: 'one_time', schedule_expression: undefined, next_execution_time: soon };
    const id = await tasks.create({ ...once, payload: { handler } });
    const is = (status: string) =>
      until(`it is ${status}`, async () => (await tasks.call('GET', `/tasks/${id}`)).body['status'] === status);
    await is('running');
    const { body: listed } = await tasks.call('GET', '/tasks?status=running');
    expect((listed['tasks'] as { task_id: string }[]).map((task) => task.task_id)).toContain(id);
    gate.open();
    await is('completed');
    const { body } = await tasks.call('GET', `/tasks/${id}/executions`);
    expect(body).toMatchObject({ total: 1, executions: [{ status: 'success', trigger: 'scheduled' }] });
  });

  it('that fails is tried again, and says how often', async () => {
    const handler = await serve(({ attempt }) => {
      if (attempt < 2) throw new Error('not yet');
      return attempt;
    });
    const id = await tasks.create({ ...ON_DEMAND, payload: { handler }, retry_delay_seconds: 1 });
    const execution = await whenIs(await trigger(id), 'success');
    expect(execution).toMatchObject({ retry_number: 1, is_retry: true, result: 2 });
    expect((await tasks.call('GET', `/tasks/${id}`)).body['retry_count']).toBe(1);
  });
});

describe('a run', () => {
  it('can be watched while it runs: its logs are live [T-094..T-098]', async () => {
    const gate = newGate();
    const handler = await serve(async ({ log }) => {
      log.info('Starting report generation');
      await gate.opened;
      log.warn('Report generated');
    });
    const id = await tasks.create({ ...ON_DEMAND, payload: { handler } });
    const executionId = await trigger(id);
    const lines = async () => {
      const { body } = await tasks.call('GET', `/executions/${executionId}/logs`);
      return (body['logs'] as { level: string; message: string }[]).map(({ level, message }) => [level, message]);
    };
    await until('the first line is there', async () => (await lines()).length === 1);
    expect(await lines()).toEqual([['INFO', 'Starting report generation']]);
    expect((await tasks.call('GET', `/executions/${executionId}`)).body['status']).toBe('running');
    gate.open();
    await whenIs(executionId, 'success');
    expect(await lines()).toEqual([
      ['INFO', 'Starting report generation'],
      ['WARN', 'Report generated'],
    ]);
  });

  it('that is cancelled has really stopped when the answer comes [T-099..T-102]', async () => {
    const stopped: string[] = [];
    const handler = await serve(
      ({ signal, executionId }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            stopped.push(executionId);
            reject(signal.reason as Error);
          });
        }),
    );
    const id = await tasks.create({ ...ON_DEMAND, payload: { handler } });
    const executionId = await trigger(id);
    await whenIs(executionId, 'running');
    const { status, body } = await tasks.call('POST', `/executions/${executionId}/cancel`);
    expect([status, body['status'], stopped]).toEqual([200, 'cancelled', [executionId]]);
    expect((await tasks.call('GET', `/executions/${executionId}`)).body).toMatchObject({
      status: 'cancelled',
      completed_at: body['cancelled_at'],
    });
  });
});

describe('a chain of tasks', () => {
  it('runs one after the other, and the graph tells their states', async () => {
    const first = await tasks.create({ ...ON_DEMAND, task_name: 'first' });
    const second = await tasks.create({
      ...ON_DEMAND,
      task_name: 'second',
      dependencies: [{ depends_on_task_id: first }],
    });
    await whenIs(await trigger(first), 'success');
    await until('the second has run', async () => {
      const { body } = await tasks.call('GET', `/tasks/${second}/executions?status=success`);
      return body['total'] === 1 && body;
    });
    const { body } = await tasks.call('GET', '/graph');
    const states = (body['nodes'] as { task_id: string; state: string }[])
      .filter(({ task_id: of }) => of === first || of === second)
      .map(({ state }) => state);
    expect(states).toEqual(['success', 'success']);
  });
});
