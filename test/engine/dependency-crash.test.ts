import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../db/connect.ts';
import type { Runs } from '../../activities/deps.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ageQueued, housekeep } from '../support/housekeeping.ts';
import { instead } from '../support/instead.ts';
import { topicOf } from '../support/job-specs.ts';
import { spawnWorker, type SpawnedWorker } from '../support/spawn-worker.ts';
import { until } from '../support/until.ts';
import { on, waitingJobs } from '../support/waiting-jobs.ts';

let engine: TestEngine;
let worker: SpawnedWorker | undefined;
beforeAll(async () => {
  engine = await startEngine({ worker: false });
});
afterAll(() => engine.stop());
afterEach(async () => {
  await worker?.kill();
  await engine.stopWorker();
});

const { make, fire, run, start, runs, only, ended } = waitingJobs(() => engine);

/** Nobody else looks at what waits for others while `work` goes on: a worker's look blocks here. */
async function whileLocked<T>(jobId: string, work: () => Promise<T>): Promise<T> {
  return engine.db.transaction().execute(async (tx) => {
    await sql`select from job_state where job_id = ${jobId} for update`.execute(tx);
    return work();
  });
}

/** Someone waits for the lock of the job that `whileLocked` holds. */
const isWaitedFor = async () => {
  const { rows } = await sql`select 1 from pg_stat_activity
    where datname = current_database() and application_name = 'killed' and wait_event_type = 'Lock'`.execute(engine.db);
  return rows.length > 0;
};

/** A process of its own is started, and its death is noticed when it has been silent for 10 s. */
describe('A worker that is killed', { timeout: 180_000 }, () => {
  test("between a parent's end and its child's start: the child is fired all the same, once", async () => {
    const parent = await make('ends before the kill');
    const child = await make('is not started', [on(parent)]);
    await whileLocked(child.id, async () => {
      worker = await spawnWorker(engine, []);
      await run(parent);
      await until('its worker is about to fire the child', isWaitedFor);
      await worker.kill();
    });
    expect(await runs(child)).toEqual([]);
    await engine.startWorker();
    await until('the housekeeper finds it', async () => {
      await housekeep(engine);
      return (await runs(child)).length > 0;
    });
    await only(child, 'succeeded');
    await housekeep(engine);
    expect((await runs(child)).map((row) => [row.state, row.trigger])).toEqual([['succeeded', 'dependency']]);
    expect(engine.publisher.count(topicOf(child.name))).toBe(1);
  });

  test('in the midst of a diamond: its middle is tried again, and its end runs once, last', async () => {
    const top = await make('diamond top');
    const left = await make('diamond left', [on(top)], { policy: { maxRetries: 2, timeoutSeconds: 300 } });
    const right = await make('diamond right', [on(top)]);
    const bottom = await make('diamond bottom', [on(left), on(right)]);
    worker = await spawnWorker(engine, [topicOf(left.name)]);
    await run(top);
    await until('the middle acts', () => worker?.said().includes(`publishing ${topicOf(left.name)}`));
    await only(right, 'succeeded');
    await worker.kill();
    await engine.startWorker();
    const last = await only(bottom, 'succeeded');
    expect(await only(left, 'succeeded')).toMatchObject({ attempt: 2, attempts: [{ error: { type: 'WorkerLost' } }] });
    for (const job of [top, left, right]) {
      const [before, ...more] = await runs(job);
      expect(more).toEqual([]);
      expect(last.startedAt ?? 0).toBeGreaterThanOrEqual(before?.endedAt ?? Infinity);
    }
    expect(engine.publisher.count(topicOf(bottom.name))).toBe(1);
  });

  test('while a run is held: another worker lets it go', async () => {
    const parent = await make('ends with another worker');
    worker = await spawnWorker(engine, []);
    const child = await fire('held through a kill', [on(parent)]);
    await only(child, 'waiting');
    await worker.kill();
    await engine.startWorker();
    expect(await only(child, 'waiting')).toMatchObject({ startedAt: null });
    await run(parent);
    await only(child, 'succeeded');
    expect(engine.publisher.count(topicOf(child.name))).toBe(1);
  });
});

describe('The housekeeper', () => {
  const without = (overrides: Partial<Runs>) => ({ runs: instead<Runs>(engine.engine, overrides) });
  const lost = () => Promise.reject(new Error('Temporal is away'));

  test('starts a child whose run was recorded and never started', async () => {
    const parent = await make('ends');
    const child = await make('recorded only', [on(parent)]);
    const { executionId } = await start(parent);
    await engine.startWorker(without({ startRun: lost }));
    await ended(executionId);
    const queued = await only(child, 'queued');
    await engine.stopWorker();
    await engine.startWorker();
    await ageQueued(engine.db, queued.id);
    await housekeep(engine);
    await only(child, 'succeeded');
  });

  test('wakes a held run that nobody told of the end of its parent', async () => {
    const parent = await make('ends unheard');
    await engine.startWorker(without({ wakeRun: lost }));
    const child = await fire('not woken', [on(parent)]);
    await only(child, 'waiting');
    await run(parent);
    await engine.stopWorker();
    await engine.startWorker();
    await until('it is woken', async () => {
      await housekeep(engine);
      return (await runs(child))[0]?.state === 'succeeded';
    });
  });

  test('starts a held run whose start was lost', async () => {
    const parent = await make('never mind');
    await engine.startWorker(without({ startRun: lost }));
    const child = await fire('held, not started', [on(parent)]);
    const waiting = await only(child, 'waiting');
    await engine.stopWorker();
    await engine.startWorker();
    await ageQueued(engine.db, waiting.id);
    await housekeep(engine);
    await until('its workflow is there', () => engine.client.workflow.getHandle(waiting.workflowId ?? '').describe());
    await run(parent);
    await only(child, 'succeeded');
  });
});

test('A run that is held for longer than DEPENDENCY_TIMEOUT ends failed, in Temporal too, and says what it waited for', async () => {
  await engine.startWorker({ dependencyTimeoutMs: 1500 });
  const [parent, late] = [await make('in time'), await make('too late')];
  await run(parent);
  const child = await fire('timed out', [on(parent), on(late)]);
  const row = await only(child, 'failed');
  expect(row).toMatchObject({ reason: 'dependency_timed_out', startedAt: null });
  expect(row.error?.message).toBe('It was held for 1.5 s (DEPENDENCY_TIMEOUT) and still waited for "too late".');
  const handle = engine.client.workflow.getHandle(row.workflowId ?? '');
  await expect(handle.result()).rejects.toThrow();
  expect((await handle.describe()).status.name).toBe('FAILED');
  await run(late);
  expect((await runs(child)).map((each) => each.state)).toEqual(['failed']);
  expect(engine.publisher.count(topicOf(child.name))).toBe(0);
});
