import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { sql } from '../../db/connect.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ worker: false, deps: { slots: 1 } });
});
afterAll(() => engine.stop());

const PRIORITIES = [0, 10, 5, 8, 2];
const names = (prefix: string) => PRIORITIES.map((priority) => `${prefix} ${priority}`);
const inOrder = (prefix: string) => [...PRIORITIES].sort((a, b) => b - a).map((p) => topicOf(`${prefix} ${p}`));
const published = (prefix: string) =>
  engine.publisher.published.map((p) => p.topic).filter((topic) => topic.startsWith(topicOf(prefix)));

test('Fires that are due together run in the order of their priority where slots are few', async () => {
  const at = Math.ceil(Date.now() / 1000) * 1000 + 1000;
  for (const [i, name] of names('due').entries()) {
    await engine.createJob({ name, schedule: { kind: 'once', at }, policy: { priority: PRIORITIES[i] ?? 0 } });
  }
  await until('they are due', () => Date.now() > at);
  await engine.startWorker();
  await until('all have fired', () => published('due').length === PRIORITIES.length);
  expect(published('due')).toEqual(inOrder('due'));
  await engine.stopWorker();
});

test('Runs that wait in the queue are taken in the order of their priority', async () => {
  const started: string[] = [];
  for (const [i, name] of names('queued').entries()) {
    const job = await engine.createJob({ name, schedule: { kind: 'none' }, policy: { priority: PRIORITIES[i] ?? 0 } });
    started.push((await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} })).executionId);
  }
  // The workflows first, so that all five activities wait when the first of them is taken.
  const { Worker } = await import('@temporalio/worker');
  const { workflowBundle } = await import('../support/servers.ts');
  const { connection, namespace } = engine;
  const bundle = { codePath: workflowBundle() };
  const workflows = await Worker.create({ connection, namespace, workflowBundle: bundle, taskQueue: 'control' });
  const ran = workflows.run();
  await until('all wait for a worker', async () => {
    const waiting = await Promise.all(
      (
        await sql<{ id: string }>`select workflow_id as id from execution where id = any(${started}::uuid[])`.execute(
          engine.db,
        )
      ).rows.map(async ({ id }) => (await engine.client.workflow.getHandle(id).describe()).historyLength >= 5),
    );
    return waiting.length === PRIORITIES.length && waiting.every(Boolean);
  });
  workflows.shutdown();
  await ran;
  await engine.startWorker();
  await until('all have run', () => published('queued').length === PRIORITIES.length);
  expect(published('queued')).toEqual(inOrder('queued'));
});
