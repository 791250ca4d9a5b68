import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { losingProxy } from '../sdk/losing-proxy.ts';
import { printedProgram, tourPrograms } from '../sdk/printed-program.ts';
import { runTool } from '../sdk/run-tool.ts';
import { expectPrintedEffects, storedTasks } from '../sdk/task-effects.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const MINUTES = 5 * 60_000;
const SDK = new URL('../../sdk/javascript', import.meta.url).pathname;

const almanac = await RunningAlmanac.create();
const folder = mkdtempSync(join(tmpdir(), 'almanac-sdk-javascript-'));

/** A project of a user with the package: a link to its folder, as npm makes it, or a copy of what it publishes. */
async function project(name: string, ...options: string[]): Promise<string> {
  const place = join(folder, name);
  mkdirSync(join(place, '.almanac'), { recursive: true });
  copyFileSync(join(almanac.home, 'token'), join(place, '.almanac', 'token'));
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version: '1.0.0', private: true }));
  const { code, said } = await runTool('npm', ['install', '--no-audit', '--no-fund', ...options, SDK], { cwd: place });
  expect(code, said).toBe(0);
  return place;
}

async function run(place: string, file: string, program: string): Promise<string> {
  writeFileSync(join(place, file), program);
  const { code, stdout, said } = await runTool(process.execPath, [file], { cwd: place });
  expect(code, said).toBe(0);
  return stdout;
}

describe('the JavaScript SDK, installed by `npm install ./sdk/javascript`, against the running service', () => {
  let linked = '';
  let copied = '';

  beforeAll(async () => {
    await almanac.start();
    linked = await project('linked');
    copied = await project('copied', '--install-links');
  }, 300_000);

  afterAll(async () => {
    await almanac.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'runs the printed program word for word [T-165..T-170]',
    async () => {
      const program = printedProgram('javascript', { host: almanac.apiUrl, key: almanac.token() });
      const said = await run(linked, 'printed.mjs', program);
      const [, taskId = '', executionId = ''] =
        new RegExp(`^Task created: (${UUID})\nStatus: scheduled\nTriggered execution: (${UUID})\n$`).exec(said) ?? [];
      expect(taskId, said).not.toBe('');
      await expectPrintedEffects(almanac, { taskId, executionId, payload: { reportType: 'daily' } });
    },
    MINUTES,
  );

  it(
    'walks the tour of its README as it is pasted, by import and by require, linked and copied',
    async () => {
      const readme = new URL('../../sdk/javascript/README.md', import.meta.url);
      const [tour = ''] = tourPrograms(readme, 'javascript tour', almanac.apiUrl);
      const [required = ''] = tourPrograms(readme, 'javascript tour cjs', almanac.apiUrl);
      for (const place of [linked, copied]) {
        const lines = (await run(place, 'tour.mjs', tour)).split('\n').filter((line) => !line.startsWith('  '));
        expect(lines).toEqual([
          expect.stringMatching(/^tour_report is scheduled, next at \d{4}-\d\d-\d\dT0[45]:00:00.000Z$/),
          'It ended as success',
          '1 execution so far',
          'High priority: tour_report',
          'It waits for tour_report',
          'Changed: priority',
          'Now it is paused',
          'Success rate: 1',
          'The service is healthy',
          'Gone: TASK_NOT_FOUND',
          '',
        ]);
        expect(await run(place, 'tour.cjs', required)).toBe("[ 'success', 'success', 'success' ]\n");
      }
    },
    MINUTES,
  );

  it(
    'goes through every operation and reads each answer into its type',
    async () => {
      const program = operations(almanac.apiUrl, almanac.token());
      expect(await run(copied, 'operations.mjs', program)).toBe('all is well\n');
    },
    MINUTES,
  );

  const creation = (name: string, baseUrl: string) => {
    const retry = { maxRetries: 200, longestWaitMs: 500 };
    const options = JSON.stringify({ baseUrl, apiKey: almanac.token(), retry });
    return `import { TaskSchedulerClient } from 'task-scheduler-sdk';
const client = new TaskSchedulerClient(${options});
console.log((await client.createTask({ taskName: '${name}', taskType: 'manual', payload: {} })).taskId);
`;
  };

  it(
    'makes one task, not two, where the answer to its creation is lost',
    async () => {
      const proxy = await losingProxy(almanac.apiUrl);
      try {
        const said = await run(linked, 'lost.mjs', creation('lost_answer', proxy.url));
        expect(proxy.lost()).toBe(1);
        const stored = await storedTasks(almanac, 'lost_answer');
        expect(stored.map(({ id }) => id)).toEqual([said.trim()]);
      } finally {
        proxy.close();
      }
    },
    MINUTES,
  );

  it(
    'waits for a service that was killed, until it is back',
    async () => {
      almanac.killPart('service');
      const said = await run(linked, 'fall.mjs', creation('after_the_fall', almanac.apiUrl));
      const stored = await storedTasks(almanac, 'after_the_fall');
      expect(stored.map(({ id }) => id)).toEqual([said.trim()]);
    },
    MINUTES,
  );
});

/** Asserts in the user's program, where the SDK is. */
function operations(baseUrl: string, apiKey: string): string {
  return `
import assert from 'node:assert/strict';
import * as sdk from 'task-scheduler-sdk';

const client = new sdk.TaskSchedulerClient(${JSON.stringify({ baseUrl, apiKey })});
const later = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000);
const payload = { camelCase: { snake_case: [1, null, { 'Kebab-Key': '\\u20ac' }] } };
const fields = {
  taskName: 'once', taskType: sdk.TaskType.ONE_TIME, nextExecutionTime: later, payload,
  priority: 'high', tags: { teamName: 'a_b' }, timeoutSeconds: 60, maxRetries: 1,
};
const made = await client.createTask(fields, { idempotencyKey: 'sdk-javascript-once' });
const again = await client.createTask(fields, { idempotencyKey: 'sdk-javascript-once' });
assert.equal(again.taskId, made.taskId);
assert.deepEqual(made.nextExecutionTime, later);
const task = await client.getTask(made.taskId);
assert.deepEqual([task.payload, task.tags, task.taskType], [payload, { teamName: 'a_b' }, 'one_time']);
assert.deepEqual([task.timeoutSeconds, task.maxRetries, task.enabled, task.priority], [60, 1, true, 'high']);
assert.ok(task.createdAt instanceof Date);
const changed = await client.updateTask(task.taskId, { priority: 'low', maxRetries: 1 });
assert.deepEqual(changed.updatedFields, ['priority']);

const filters = { tags: { teamName: 'a_b' }, status: 'scheduled', priority: 'low' };
const page = await client.listTasks({ ...filters, limit: 1 });
assert.deepEqual([page.total, page.limit, page.offset, page[0].taskId], [1, 1, 0, task.taskId]);
assert.equal((await client.pauseTask(task.taskId, { reason: 'a test' })).status, 'paused');
await assert.rejects(client.triggerTask(task.taskId), { name: 'ConflictError', code: 'TASK_DISABLED' });
assert.deepEqual((await client.resumeTask(task.taskId)).nextExecutionTime, later);

const runs = [];
for (const n of [0, 1, 2]) {
  runs.push(await client.waitFor(await client.triggerTask(task.taskId, { parameters: { aKey: n } })));
}
assert.ok(runs.every((run) => run.status === 'success' && run.workerId && run.durationMs !== null));
const seen = [];
for await (const run of client.iterExecutions(task.taskId, { pageSize: 1 })) seen.unshift(run.executionId);
assert.deepEqual(seen, runs.map(({ executionId }) => executionId));
assert.equal((await client.getExecutions(task.taskId, { status: 'failed' })).total, 0);
const run = await client.getExecution(seen[0]);
assert.deepEqual([run.parameters, run.isRetry, run.completedAt >= run.startedAt], [{ aKey: 0 }, false, true]);
for (const line of await client.getExecutionLogs(run.executionId)) assert.ok(line.timestamp instanceof Date);
await assert.rejects(client.cancelExecution(run.executionId), { name: 'ConflictError', code: 'EXECUTION_FINISHED' });
const stats = await client.getTaskStats(task.taskId);
assert.deepEqual([stats.totalExecutions, stats.successRate, stats.last7Days.executions], [3, 1, 3]);
assert.ok(stats.p99DurationMs >= stats.p50DurationMs);

const child = await client.createTask({
  // Nobody serves that queue: its run waits until it is cancelled.
  taskName: 'child', taskType: 'manual', payload: { task_queue: 'nobody' },
  dependencies: [{ dependsOnTaskId: task.taskId, dependencyType: 'completion' }],
});
const [dependency] = await client.listDependencies(child.taskId);
assert.deepEqual([dependency.dependsOnTaskName, dependency.dependencyType], ['once', 'completion']);
const back = { dependsOnTaskId: child.taskId };
await assert.rejects(client.addDependency(task.taskId, back), { name: 'ConflictError', code: 'DEPENDENCY_CYCLE' });
const { edges } = await client.getGraph({ onlyConnected: true });
assert.deepEqual(edges.map(({ from, to }) => [from, to]), [[task.taskId, child.taskId]]);
const held = await client.triggerTask(child.taskId);
assert.match((await client.cancelExecution(held.executionId)).status, /^cancell(ed|ing)$/);
assert.equal((await client.waitFor(held)).status, 'cancelled');
await client.removeDependency(child.taskId, dependency.dependencyId);
assert.deepEqual(await client.listDependencies(child.taskId), []);

const bulk = await client.bulkCreateTasks([
  ...Array.from({ length: 7 }, (_, n) => ({ taskName: 'bulk_' + n, taskType: 'one_time', nextExecutionTime: later })),
  { taskName: 'wrong', taskType: 'cron', scheduleExpression: 'never' },
]);
assert.deepEqual([bulk.created, bulk.failed, bulk.taskIds.length, bulk.errors[0].index], [7, 1, 7, 7]);
const all = new Set();
for await (const { taskId } of client.iterTasks({ pageSize: 2 })) all.add(taskId);
assert.deepEqual([...all].sort(), [...bulk.taskIds, task.taskId, child.taskId].sort());
const gone = await client.bulkDeleteTasks([...bulk.taskIds, child.taskId]);
assert.deepEqual([gone.deleted, gone.failed], [8, 0]);

const status = await client.getStatus();
assert.ok(status.scheduler.leader && status.workers.totalCapacity > 0 && status.queue.highPriority >= 0);
const { workers, total } = await client.listWorkers();
assert.ok(total >= 1 && workers[0].capacity > 0 && workers[0].lastHeartbeat instanceof Date);

await client.deleteTask(task.taskId);
await assert.rejects(client.getTask(task.taskId), { name: 'NotFoundError', code: 'TASK_NOT_FOUND' });
await assert.rejects(client.getExecution(task.taskId), { name: 'NotFoundError', code: 'EXECUTION_NOT_FOUND' });
const wrong = { taskName: 'x', taskType: 'cron', scheduleExpression: 'no' };
await assert.rejects(client.createTask(wrong), (error) => {
  assert.equal(error.code, 'INVALID_CRON_EXPRESSION');
  assert.equal(error.details.fields[0].field, 'schedule_expression');
  return error instanceof sdk.InvalidRequestError && error.requestId !== null;
});
const stranger = new sdk.TaskSchedulerClient({ baseUrl: ${JSON.stringify(baseUrl)}, apiKey: 'wrong' });
await assert.rejects(stranger.getStatus(), { name: 'AuthenticationError', code: 'UNAUTHENTICATED' });
console.log('all is well');
`;
}
