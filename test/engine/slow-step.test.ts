import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker } from '../../worker/start-worker.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { workflowBundle } from '../support/servers.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ worker: false });
});
afterAll(() => engine.stop());

/** The workflows, of which one takes some seconds for its last step, as on a machine that stands still in it. */
function slowed(): string {
  const code = readFileSync(workflowBundle(), 'utf8');
  const last = '.housekeep(Date.now());';
  if (!code.includes(last)) throw new Error(`The bundle holds no "${last}": give this test another step`);
  return code.replace(last, `${last} for (let i = 0; i < 8e9; i += 1);`);
}

test(
  'A step of a workflow that a stall makes long ends late, and does not end the process',
  { timeout: 180_000 },
  async () => {
    const { connection, namespace, deps, client } = engine;
    const worker = await startWorker({
      connection,
      namespace,
      workflowBundle: { code: slowed() },
      deps,
      drainMs: 4_000,
    });
    const workflowId = `slow-${randomUUID()}`;
    const how = { taskQueue: 'control', workflowId, workflowTaskTimeout: '120s', args: [] };
    await client.workflow.execute('housekeeper', how);
    expect((await client.workflow.getHandle(workflowId).describe()).status.name).toBe('COMPLETED');
    await worker.stop();
  },
);
