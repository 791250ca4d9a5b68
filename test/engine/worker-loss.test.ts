import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { isTerminal, type Execution } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { claim, due } from '../support/claiming.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { expireLease, housekeep } from '../support/housekeeping.ts';
import { topicOf, type SpecOverrides } from '../support/job-specs.ts';
import { executionById, ledgerOf } from '../support/ledger.ts';
import { spawnWorker, type SpawnedWorker } from '../support/spawn-worker.ts';
import { until } from '../support/until.ts';

const LOST = { type: 'WorkerLost' };

let engine: TestEngine;
let worker: SpawnedWorker | undefined;
beforeAll(async () => {
  engine = await startEngine({ worker: false });
});
afterAll(() => engine.stop());
afterEach(() => worker?.kill());

const ended = (id: string): Promise<Execution> =>
  until('the run has ended', async () => {
    const row = await executionById(engine.db, id);
    return isTerminal(row.state) && row;
  });

test(
  'A worker killed in the midst of two runs: the one is tried again by another worker, the other ends failed',
  { timeout: 180_000 },
  async () => {
    const byHand = (name: string, maxRetries: number) =>
      engine.createJob({ name, schedule: { kind: 'none' }, policy: { maxRetries } });
    const [again, never] = [await byHand('again', 2), await byHand('never', 0)];
    worker = await spawnWorker(engine, [topicOf('again'), topicOf('never')]);
    const run = (job: Job) => runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
    const [first, second] = [await run(again), await run(never)];
    await until('both act', () =>
      ['again', 'never'].every((name) => worker?.said().includes(`publishing ${topicOf(name)}`)),
    );
    await worker.kill();
    await engine.startWorker();
    expect(await ended(first.executionId)).toMatchObject({
      state: 'succeeded',
      attempt: 2,
      workerId: engine.deps.instanceId,
      attempts: [{ attempt: 1, endedAt: null, error: LOST }],
    });
    expect(await ended(second.executionId)).toMatchObject({ state: 'failed', reason: 'worker_lost', attempt: 1 });
    await engine.stopWorker();
  },
);

describe('A quick attempt whose worker was lost', () => {
  beforeAll(async () => {
    await engine.startWorker();
  });

  /** Claimed by a worker that then died: its row is running, and nobody will end it. */
  async function lostFire(spec: SpecOverrides): Promise<string> {
    const job = await engine.createJob({ schedule: { kind: 'none' }, ...spec });
    const at = Math.floor(Date.now() / 1000) * 1000;
    const dead = { ...engine.deps, instanceId: 'a worker that died' };
    const { quick } = await claim(engine.db, dead, [due(job, [at])], at);
    const id = quick[0]?.executionId ?? '';
    await housekeep(engine);
    expect((await ledgerOf(engine.db, job.id)).map((e) => e.state)).toEqual(['running']);
    await expireLease(engine.db, id);
    await housekeep(engine);
    return id;
  }

  test('is tried again through run-job, as its policy says', async () => {
    const row = await ended(await lostFire({ name: 'tried again', policy: { maxRetries: 1 } }));
    expect(row).toMatchObject({
      state: 'succeeded',
      attempt: 2,
      attempts: [{ attempt: 1, endedAt: null, error: LOST }],
    });
    expect(row.workflowId).toBe(`${row.jobId}-${new Date(row.dueAt).toISOString().replace('.000Z', 'Z')}`);
    expect(engine.publisher.count(topicOf('tried again'))).toBe(1);
  });

  test('ends failed, worker lost, where no retries are left', async () => {
    const row = await ended(await lostFire({ name: 'not tried again' }));
    expect(row).toMatchObject({ state: 'failed', reason: 'worker_lost', attempt: 1 });
    expect(engine.publisher.count(topicOf('not tried again'))).toBe(0);
  });
});
