import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from 'task-scheduler-sdk';
import { EXECUTION, refusal, scriptedServer, TASK } from './scripted-server.js';

const clientOf = ({ url }, options = {}) =>
  new sdk.TaskSchedulerClient({ baseUrl: url, apiKey: 'key-1', retry: { maxRetries: 0 }, ...options });

test("a task's own fields are renamed and typed; its payload and tags are left alone", async (t) => {
  const server = await scriptedServer(t, { body: { ...TASK, of_a_newer_service: { a_b: 1 } } });
  const task = await clientOf(server).getTask(TASK.task_id);
  assert.equal(task.taskId, TASK.task_id);
  assert.equal(task.scheduleExpression, '0 0 * * *');
  assert.deepEqual(task.nextExecutionTime, new Date('2024-01-09T05:00:00Z'));
  assert.deepEqual(task.payload, TASK.payload);
  assert.deepEqual(task.tags, TASK.tags);
  assert.deepEqual(task.dependencies, [{ dependsOnTaskId: 't-0', dependencyType: 'any' }]);
  assert.deepEqual(task.ofANewerService, { a_b: 1 });
  const [{ method, path, headers }] = server.asked;
  assert.deepEqual([method, path], ['GET', `/api/v1/tasks/${TASK.task_id}`]);
  assert.equal(headers.authorization, 'Bearer key-1');
  assert.equal(headers['idempotency-key'], undefined);
});

test('what goes out has its own names, and the payload as it was given', async (t) => {
  const server = await scriptedServer(t, { status: 201, body: TASK });
  const payload = { reportType: 'daily', nested: { camelCase: [{ aB: null }] }, snake_case: 'ü€', '': 1 };
  await clientOf(server).createTask({
    taskName: 'daily_report',
    taskType: 'one_time',
    payload,
    tags: { teamName: 'aB' },
    nextExecutionTime: new Date('2030-01-01T10:00:00Z'),
    timeoutSeconds: 60,
    priority: undefined,
    dependencies: [{ dependsOnTaskId: 't-0', dependencyType: 'any' }],
  });
  assert.deepEqual(server.asked[0].body, {
    task_name: 'daily_report',
    task_type: 'one_time',
    payload,
    tags: { teamName: 'aB' },
    next_execution_time: '2030-01-01T10:00:00.000Z',
    timeout_seconds: 60,
    dependencies: [{ depends_on_task_id: 't-0', dependency_type: 'any' }],
  });
});

test('an execution is typed, and its result is left alone', async (t) => {
  const server = await scriptedServer(t, { body: EXECUTION });
  const execution = await clientOf(server).getExecution('e-1');
  assert.deepEqual(execution.result, EXECUTION.result);
  assert.equal(execution.durationMs, 330000);
  assert.equal(execution.isRetry, false);
  assert.ok(sdk.hasEnded(execution));
});

test('statistics keep their names with figures', async (t) => {
  const stats = {
    task_id: 't',
    total_executions: 1,
    p50_duration_ms: 4,
    last_7_days: { executions: 7, success_rate: 1 },
  };
  const server = await scriptedServer(t, { body: stats });
  assert.deepEqual(await clientOf(server).getTaskStats('t'), {
    taskId: 't',
    totalExecutions: 1,
    p50DurationMs: 4,
    last7Days: { executions: 7, successRate: 1 },
  });
});

test('what could only be guessed is refused before it is sent', async (t) => {
  const server = await scriptedServer(t, { body: TASK });
  const client = clientOf(server);
  for (const id of ['', '..', undefined, 7]) await assert.rejects(client.getTask(id), TypeError);
  assert.deepEqual(server.asked, []);
  const good = { baseUrl: 'http://x', apiKey: 'k' };
  for (const bad of [{ baseUrl: 'ftp://x' }, { apiKey: '' }, { apiKey: 'a b' }, { apiKey: undefined }, { fetch: 7 }]) {
    assert.throws(() => new sdk.TaskSchedulerClient({ ...good, ...bad }), TypeError);
  }
  assert.throws(() => new sdk.TaskSchedulerClient({ ...good, timeoutMs: 0 }), RangeError);
});

test('an id cannot leave its place in the path, and a base with a path is kept', async (t) => {
  const server = await scriptedServer(t, { body: TASK });
  await clientOf({ url: `${server.url}/tasks/` }).getTask('../workers?x=1');
  assert.equal(server.asked[0].path, '/tasks/api/v1/tasks/..%2Fworkers%3Fx%3D1');
});

for (const [status, name] of [
  [400, 'InvalidRequestError'],
  [401, 'AuthenticationError'],
  [403, 'PermissionDeniedError'],
  [404, 'NotFoundError'],
  [409, 'ConflictError'],
  [413, 'InvalidRequestError'],
  [418, 'APIError'],
  [429, 'RateLimitError'],
  [500, 'ServerError'],
  [503, 'ServiceUnavailableError'],
]) {
  test(`${status} is ${name}, with what the service said`, async (t) => {
    const headers = { 'X-Request-Id': 'r-1' };
    const server = await scriptedServer(
      t,
      refusal(status, 'SOME_CODE', { message: 'Say it so.', headers, field: 'cron' }),
    );
    await assert.rejects(clientOf(server).getStatus(), (error) => {
      assert.equal(error.constructor, sdk[name]);
      assert.ok(error instanceof sdk.APIError);
      assert.equal(String(error), `${name}: Say it so.`);
      const { status: told, code, details, requestId } = error;
      assert.deepEqual(
        { told, code, details, requestId },
        {
          told: status,
          code: 'SOME_CODE',
          details: { field: 'cron' },
          requestId: 'r-1',
        },
      );
      return true;
    });
  });
}

test('what is not of this API is told plainly', async (t) => {
  const page = await scriptedServer(t, { status: 502, text: '<html>Bad Gateway</html>' });
  await assert.rejects(clientOf(page).getStatus(), /answered 502 Bad Gateway/);
  for (const reply of [{ text: '<html>' }, { body: { hello: 1 } }, { body: [1] }, { text: '' }]) {
    const client = clientOf(await scriptedServer(t, reply));
    await assert.rejects(client.listTasks(), sdk.UnexpectedAnswerError);
    await assert.rejects(client.getTask('t-1'), sdk.UnexpectedAnswerError);
  }
});

test('the key follows no redirect', async (t) => {
  const elsewhere = await scriptedServer(t, { body: TASK });
  const server = await scriptedServer(t, { status: 307, headers: { Location: `${elsewhere.url}/api/v1/tasks/t-1` } });
  await assert.rejects(clientOf(server).getTask('t-1'), sdk.UnexpectedAnswerError);
  assert.deepEqual(elsewhere.asked, []);
});

test('the key is seen in no printed client', async () => {
  const { inspect } = await import('node:util');
  const client = new sdk.TaskSchedulerClient({ baseUrl: 'http://x', apiKey: 'key-1' });
  assert.ok(!inspect(client, { depth: 9, showHidden: true }).includes('key-1'));
});
