import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { runWorkflowId } from '../../domain/run.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { executionById } from '../support/ledger.ts';
import { workflowBundle } from '../support/servers.ts';
import { held } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ worker: false, deps: { slots: 1 } });
});
afterAll(() => engine.stop());

/** temporal.api.enums.v1.TaskQueueType. */
const OF_ACTIVITIES = 2;
const PRIORITIES = [0, 10, 5, 8, 2];
const names = (prefix: string) => PRIORITIES.map((priority) => `${prefix} ${priority}`);
const inOrder = (prefix: string) => [...PRIORITIES].sort((a, b) => b - a).map((p) => topicOf(`${prefix} ${p}`));
const published = (prefix: string) =>
  engine.publisher.published.map((p) => p.topic).filter((topic) => topic.startsWith(topicOf(prefix)));

test('Fires that are due together run in the order of their priority where slots are few', async () => {
  for (const [i, name] of names('due').entries()) {
    await engine.createJob({ name, schedule: { kind: 'immediate' }, policy: { priority: PRIORITIES[i] ?? 0 } });
  }
  await engine.startWorker();
  await until('all have fired', () => published('due').length === PRIORITIES.length);
  expect(published('due')).toEqual(inOrder('due'));
  await engine.stopWorker();
});

test('Runs that wait in the queue are taken in the order of their priority', async () => {
  for (const [i, name] of names('queued').entries()) {
    const job = await engine.createJob({ name, schedule: { kind: 'none' }, policy: { priority: PRIORITIES[i] ?? 0 } });
    await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
  }
  // The workflows first, so that all five activities wait when the first of them is taken.
  const { connection, namespace } = engine;
  const bundle = { codePath: workflowBundle() };
  const workflows = await Worker.create({ connection, namespace, workflowBundle: bundle, taskQueue: 'control' });
  const ran = workflows.run();
  await until('all wait for a worker', async () => {
    const { stats } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: 'actions' },
      taskQueueType: OF_ACTIVITIES,
      reportStats: true,
    });
    return Number(stats?.approximateBacklogCount) === PRIORITIES.length;
  });
  workflows.shutdown();
  await ran;
  await engine.startWorker();
  await until('all have run', () => published('queued').length === PRIORITIES.length);
  expect(published('queued')).toEqual(inOrder('queued'));
});

test('A run that is cancelled while it waits for a slot ends cancelled, and its action never begins', async () => {
  const { behaviour, release } = held();
  engine.publisher.answer(topicOf('holds the slot'), behaviour);
  await engine.createJob({ name: 'holds the slot', schedule: { kind: 'immediate' } });
  await until('the slot is taken', () => published('holds the slot').length === 1);
  const job = await engine.createJob({ name: 'waits', schedule: { kind: 'none' }, policy: { maxRetries: 3 } });
  const { executionId, at } = await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
  const handle = engine.client.workflow.getHandle(
    runWorkflowId({ jobId: job.id, trigger: 'manual', dueAt: at, executionId }),
  );
  await until('its activity waits for the slot', async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some(
      (activity) => activity.lastHeartbeatTime != null || activity.lastStartedTime != null,
    );
  });
  await handle.cancel();
  const row = await until('it ended', async () => {
    const found = await executionById(engine.db, executionId);
    return found.state !== 'queued' && found;
  });
  expect(row).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_user' });
  expect(published('waits')).toEqual([]);
  release();
});
