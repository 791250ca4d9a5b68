import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../../domain/job.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { until } from '../support/until.ts';
import { on, waitingJobs } from '../support/waiting-jobs.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const { make, run, start, runs, only } = waitingJobs(() => engine);

/** A machine that is shared runs fifty jobs more slowly than one's own. */
const LONG_MS = 120_000;

/** Every job ran once for each round, and began when all of its parents had ended. */
async function ranInOrder(jobs: readonly Job[], rounds: number): Promise<void> {
  const last = jobs.at(-1);
  if (last === undefined) throw new Error('there are no jobs');
  await until(
    'the last has run',
    async () => (await runs(last)).filter((row) => row.endedAt !== null).length === rounds,
    LONG_MS,
  );
  const histories = new Map(await Promise.all(jobs.map(async (job) => [job.id, await runs(job)] as const)));
  for (const job of jobs) {
    const rows = histories.get(job.id) ?? [];
    expect([job.name, rows.map((row) => row.state)]).toEqual([
      job.name,
      Array.from({ length: rounds }, () => 'succeeded'),
    ]);
    expect(engine.publisher.count(topicOf(job.name))).toBe(rounds);
    for (const [round, row] of rows.entries()) {
      const parents = (job.dependencies ?? []).map(({ jobId }) => histories.get(jobId)?.[round]?.endedAt ?? Infinity);
      expect(row.startedAt ?? 0).toBeGreaterThanOrEqual(Math.max(0, ...parents));
    }
  }
}

describe('Fifty jobs', { timeout: 3 * LONG_MS }, () => {
  test('in a chain run in its order, each once', async () => {
    const jobs: Job[] = [];
    for (let i = 0; i < 50; i += 1)
      jobs.push(
        await make(
          `chain ${i}`,
          jobs.slice(-1).map((job) => on(job)),
        ),
      );
    const [first] = jobs;
    if (first !== undefined) await run(first);
    await ranInOrder(jobs, 1);
  });

  test('in a lattice of diamonds run each once a round, when all of its parents have ended', async () => {
    const layers: Job[][] = [[await make('lattice top')]];
    for (let layer = 1; layer <= 6; layer += 1) {
      const above = layers[layer - 1] ?? [];
      const parents = (i: number) =>
        above.filter((_, n) => above.length === 1 || n === i || n === (i + 1) % above.length);
      layers.push(
        await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            make(
              `lattice ${layer} ${i}`,
              parents(i).map((job) => on(job)),
            ),
          ),
        ),
      );
    }
    layers.push([
      await make(
        'lattice bottom',
        (layers.at(-1) ?? []).map((job) => on(job)),
      ),
    ]);
    const jobs = layers.flat();
    expect(jobs.length).toBe(50);
    const top = jobs[0];
    if (top === undefined) throw new Error('no top');
    await run(top);
    await ranInOrder(jobs, 1);
    await run(top);
    await ranInOrder(jobs, 2);
  });

  test('that all wait for one run once each', async () => {
    const parent = await make('fan');
    const children = await Promise.all(Array.from({ length: 49 }, (_, i) => make(`fan ${i}`, [on(parent)])));
    await start(parent);
    await Promise.all(children.map((child) => only(child, 'succeeded')));
    await ranInOrder([parent, ...children], 1);
  });
});
