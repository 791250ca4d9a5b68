import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Page, TaskSchedulerClient, WaitTimeoutError } from 'task-scheduler-sdk';
import { EXECUTION, refusal, scriptedServer, TASK } from './scripted-server.js';

const retry = { firstWaitMs: 1, longestWaitMs: 2 };
const clientOf = ({ url }) => new TaskSchedulerClient({ baseUrl: url, apiKey: 'key-1', retry });
const quick = { firstPauseMs: 1, longestPauseMs: 2 };
const tasks = (names, page) => ({ tasks: [...names].map((name) => ({ ...TASK, task_id: name })), ...page });

async function namesOf(items) {
  const names = [];
  for await (const { taskId } of items) names.push(taskId);
  return names.join('');
}

test('a page is an array that knows the total', async (t) => {
  const server = await scriptedServer(t, { body: { executions: [EXECUTION], total: 100 } });
  const page = await clientOf(server).getExecutions('t-1', { limit: 10 });
  assert.ok(Array.isArray(page) && page instanceof Page);
  assert.deepEqual([page.length, page.total, page[0].executionId], [1, 100, 'e-1']);
  const ids = page.map(({ executionId }) => executionId);
  assert.equal(Object.getPrototypeOf(ids), Array.prototype);
  assert.deepEqual(ids, ['e-1']);
  assert.deepEqual(server.asked[0].query, { limit: '10' });
});

test('filters go out as the service reads them', async (t) => {
  const server = await scriptedServer(t, { body: tasks('', { total: 0 }) });
  const tags = { team: 'analytics', env: 'production' };
  await clientOf(server).listTasks({ status: 'scheduled', priority: 'high', tags, limit: 5, offset: 10 });
  assert.deepEqual(server.asked[0].query, {
    status: 'scheduled',
    priority: 'high',
    tags: 'team:analytics,env:production',
    limit: '5',
    offset: '10',
  });
});

test('all pages are gone through by offset', async (t) => {
  const server = await scriptedServer(
    t,
    { body: tasks('ab', { total: 5, limit: 2, offset: 0 }) },
    { body: tasks('cd', { total: 5, limit: 2, offset: 2 }) },
    { body: tasks('e', { total: 5, limit: 2, offset: 4 }) },
  );
  const pages = clientOf(server).iterTasks({ status: 'scheduled', pageSize: 2 });
  assert.equal(server.asked.length, 0);
  assert.equal(await namesOf(pages), 'abcde');
  const first = { status: 'scheduled', limit: '2' };
  const queries = server.asked.map(({ query }) => query);
  assert.deepEqual(queries, [first, { ...first, offset: '2' }, { ...first, offset: '4' }]);
});

test('links of the service are followed to itself alone, and what moved is given once', async (t) => {
  const first = '</api/v1/tasks?limit=100>; rel="first"';
  const next = `${first}, <https://evil.example/?limit=100&cursor=x%3D>; rel="next"`;
  const server = await scriptedServer(
    t,
    { body: tasks('ab', { total: 9 }), headers: { Link: next } },
    { body: tasks('bc', { total: 9 }), headers: { Link: first } },
  );
  assert.equal(await namesOf(clientOf(server).iterTasks()), 'abc');
  assert.deepEqual(server.asked[1].query, { limit: '100', cursor: 'x=' });
  assert.equal(server.asked.length, 2);
});

test('waits until the execution has ended', async (t) => {
  const underWay = ['queued', 'waiting', 'running'].map((status) => ({ body: { ...EXECUTION, status } }));
  const server = await scriptedServer(t, ...underWay, refusal(503, 'DATABASE_UNAVAILABLE'), { body: EXECUTION });
  const execution = await clientOf(server).waitFor({ executionId: 'e/1' }, quick);
  assert.equal(execution.status, 'success');
  assert.deepEqual([...new Set(server.asked.map(({ path }) => path))], ['/api/v1/executions/e%2F1']);
  assert.equal(server.asked.length, 5);
});

for (const status of ['failed', 'timeout', 'cancelled', 'skipped', 'missed']) {
  test(`${status} is an end`, async (t) => {
    const server = await scriptedServer(t, { body: { ...EXECUTION, status } });
    assert.equal((await clientOf(server).waitFor('e-1')).status, status);
  });
}

test('waits no longer than its timeout', async (t) => {
  // Which of the two a busy machine sees before the timeout is open for the first, and certain for the second.
  for (const [reply, seen] of [
    [{ body: { ...EXECUTION, status: 'running' } }, [undefined, 'running']],
    [{ hangs: true }, [undefined]],
  ]) {
    const server = await scriptedServer(t, reply);
    await assert.rejects(clientOf(server).waitFor('e-1', { timeoutMs: 50, ...quick }), (error) => {
      assert.ok(error instanceof WaitTimeoutError);
      assert.ok(seen.includes(error.execution?.status));
      return error.executionId === 'e-1';
    });
  }
});

test('a wait that was too short says how the execution was seen last', () => {
  const message = (execution) => new WaitTimeoutError('e-1', 50, execution).message;
  assert.match(message({ status: 'running' }), /^Execution e-1 is still running after 50 ms: /);
  assert.match(message(null), /^Execution e-1 was never seen after 50 ms: /);
});

test('waiting ends with its signal', async (t) => {
  const server = await scriptedServer(t, { body: { ...EXECUTION, status: 'running' } });
  const reason = new Error('enough');
  const control = new AbortController();
  const waiting = clientOf(server).waitFor('e-1', { firstPauseMs: 3_600_000, signal: control.signal });
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  control.abort(reason);
  await assert.rejects(waiting, reason);
});
