import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import type { TestEngine } from './engine.ts';
import { workflowBundle } from './servers.ts';

/** With the engine's worker stopped: one that is given an activity of a queue, and goes without having begun it. */
export async function dropTask(
  { connection, namespace, client }: TestEngine,
  queue: 'actions' | 'control' = 'actions',
): Promise<void> {
  const bundle = { codePath: workflowBundle() };
  const workflows = await Worker.create({ connection, namespace, workflowBundle: bundle, taskQueue: 'control' });
  const ran = workflows.run();
  const taken = await client.workflowService.pollActivityTaskQueue({
    namespace,
    taskQueue: { name: queue },
    identity: 'goes at once',
  });
  workflows.shutdown();
  await ran;
  expect(taken.taskToken.length).toBeGreaterThan(0);
}
