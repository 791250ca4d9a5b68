import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Runs } from '../../activities/deps.ts';
import { fireChild } from '../../activities/fire-child.ts';
import type { Job } from '../../domain/job.ts';
import type { RunSpec } from '../../domain/run.ts';
import { testDeps } from '../support/deps.ts';
import { addExecution } from '../support/executions.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

/** The world of a worker that only writes down what it starts. */
function worker() {
  const started: RunSpec[] = [];
  const startRun = (spec: RunSpec) => {
    started.push(spec);
    return Promise.resolve();
  };
  return { started, deps: testDeps(verbs.db, { runs: { startRun } as Runs, ids: verbs.ctx.ids }) };
}

const make = (parents: readonly Job[] = []) =>
  verbs.createJob({
    schedule: { kind: 'none' },
    ...(parents.length > 0 && { dependencies: parents.map(({ id }) => ({ jobId: id, type: 'success' as const })) }),
  });
let ends = 0;
const end = (job: Job) =>
  addExecution(verbs.db, job, {
    id: verbs.ctx.ids.next(),
    dueAt: TEST_NOW + (ends += 1),
    state: 'succeeded',
    durationMs: 5,
  });

it('However many look at once at a child whose parents have ended, it is fired once', async () => {
  const { started, deps } = worker();
  const parents = [await make(), await make()];
  const child = await make(parents);
  await Promise.all(parents.map(end));
  const looks = await Promise.all(Array.from({ length: 12 }, () => fireChild(deps, child.id)));
  expect(looks).toEqual(Array.from({ length: 12 }, () => 'going'));
  const rows = await ledgerOf(verbs.db, child.id);
  expect(rows.map((row) => [row.state, row.trigger])).toEqual([['queued', 'dependency']]);
  expect(started.map((spec) => [spec.executionId, spec.workflowId])).toEqual([[rows[0]?.id, rows[0]?.workflowId]]);
});

it('An end that comes while a child is fired is neither lost nor counted twice', async () => {
  const { deps } = worker();
  const parent = await make();
  const child = await make([parent]);
  const rounds = 20;
  for (let round = 0; round < rounds; round += 1) {
    await end(parent);
    // The next end races with the look at this one; what is left over is looked at after it.
    await Promise.all([fireChild(deps, child.id), end(parent)]);
    await fireChild(deps, child.id);
  }
  const fired = await ledgerOf(verbs.db, child.id);
  // Two ends that meet before a look are one round of the only parent.
  expect(fired.length).toBeGreaterThanOrEqual(rounds);
  expect(fired.length).toBeLessThanOrEqual(2 * rounds);
  expect(new Set(fired.map((row) => row.triggeredBy)).size).toBe(fired.length);
  const last = (await ledgerOf(verbs.db, parent.id)).at(-1);
  expect(fired.map((row) => row.triggeredBy)).toContain(`execution ${last?.id ?? ''}`);
});

it('A job that nobody waits for is marked so, and one that others wait for too', async () => {
  const [alone, parent] = [await make(), await make()];
  await make([parent]);
  expect([(await stateOf(verbs.db, alone.id)).has_children, (await stateOf(verbs.db, parent.id)).has_children]).toEqual(
    [false, true],
  );
});
