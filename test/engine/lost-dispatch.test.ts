import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { isTerminal } from '../../domain/execution.ts';
import { dropTask } from '../support/drop-task.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { executionById, ledgerOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

/** A lost plan may go on for longer than this, were it not for its heartbeats. */
const LONG_BEFORE_MS = 50_000;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ worker: false });
});
afterAll(() => engine.stop());

test('A run whose task was lost on its way to a worker runs all the same, though it has no retries', async () => {
  const job = await engine.createJob({ name: 'lost', schedule: { kind: 'none' }, policy: { maxRetries: 0 } });
  const { executionId } = await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
  await dropTask(engine);
  await engine.startWorker();
  const row = await until('it has ended', async () => {
    const found = await executionById(engine.db, executionId);
    return isTerminal(found.state) && found;
  });
  expect(row).toMatchObject({ state: 'succeeded', attempt: 1, attempts: [], workerId: engine.deps.instanceId });
  expect(engine.publisher.count(topicOf('lost'))).toBe(1);
});

test('A clock whose plan was lost on its way to a worker plans again within seconds', async () => {
  await engine.stopWorker();
  const job = await engine.createJob({ name: 'planned', schedule: { kind: 'interval', everySeconds: 1 } });
  await dropTask(engine, 'control');
  await engine.startWorker();
  const fired = async () => (await ledgerOf(engine.db, job.id)).some(({ state }) => state === 'succeeded');
  await until('it has fired', fired, LONG_BEFORE_MS);
});
