import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { isTerminal } from '../../domain/execution.ts';
import { dropTask } from '../support/drop-task.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { executionById } from '../support/ledger.ts';
import { until } from '../support/until.ts';

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
