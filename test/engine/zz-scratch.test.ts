import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { startEngine } from '../support/engine.ts';
import { clockOf } from '../support/ledger.ts';
import { workflowBundle } from '../support/servers.ts';
import { held } from '../support/test-publisher.ts';

test('scratch', async () => {
  const engine = await startEngine();
  const { behaviour, release } = held();
  engine.publisher.answer('test/long', behaviour);
  const job = await engine.createJob({ name: 'long', policy: { maxConcurrent: 100 } });
  const clockId = (await clockOf(engine.db, job.id)) ?? '';
  const handle = engine.client.workflow.getHandle(clockId);
  for (;;) {
    const t = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => engine.client.workflow.signalWithStart('clock', { workflowId: clockId, taskQueue: 'control', args: [{ clockId, carried: [] }], signal: 'poke', signalArgs: [[job.id]] })));
    const n = (await handle.describe()).historyLength;
    if (n % 5 === 0) console.log(n, Math.round(performance.now() - t));
    if (n > 3600) break;
  }
  const history = await handle.fetchHistory();
  writeFileSync('/tmp/enginetests/long.json', JSON.stringify(historyToJSON(history)));
  const t = performance.now();
  await Worker.runReplayHistory({ workflowBundle: { codePath: workflowBundle() } }, history, clockId);
  console.log('replay ms', performance.now() - t, history.events?.length);
  release();
  await engine.stop();
}, 120_000);
