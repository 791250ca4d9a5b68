import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../db/connect.ts';
import { claimEvent } from '../../db/queries/event-runs.ts';
import type { Job } from '../../domain/job.ts';
import { claim, due } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import type { SpecOverrides } from '../support/job-specs.ts';
import { ledgerOf } from '../support/ledger.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

let verbs: TestVerbs;
let parent: Job;
beforeAll(async () => {
  verbs = await openVerbs();
  parent = await verbs.createJob({ schedule: { kind: 'none' } });
});
afterAll(() => verbs.close());

const gated = (more: SpecOverrides = {}) =>
  verbs.createJob({ dependencies: [{ jobId: parent.id, type: 'success' }], ...more });
const states = async (job: Job) => (await ledgerOf(verbs.db, job.id)).map((row) => [row.state, row.reason]);
const AT = Math.floor(TEST_NOW / 1000) * 1000;

describe('A claim of a job that waits for another', () => {
  it('holds its fire, quick as its action may be, and hands it to run-job; again when its start was lost', async () => {
    const job = await gated();
    const deps = testDeps(verbs.db);
    for (let time = 1; time <= 2; time += 1) {
      const { quick, long } = await claim(verbs.db, deps, [due(job, [AT])], AT);
      expect([quick, long.map((run) => [run.dueAt, run.waits])]).toEqual([[], [[AT, true]]]);
    }
    expect(await states(job)).toEqual([['waiting', null]]);
    const [row] = await ledgerOf(verbs.db, job.id);
    expect(row).toMatchObject({
      workerId: null,
      workflowId: `${job.id}-${new Date(AT).toISOString().replace('.000', '')}`,
    });
  });

  it('counts what is held as under way', async () => {
    const job = await gated();
    await claim(verbs.db, testDeps(verbs.db), [due(job, [AT])], AT);
    const later = await claim(verbs.db, testDeps(verbs.db), [due(job, [AT + 1000])], AT + 1000);
    expect([later.quick, later.long, later.parents]).toEqual([[], [], []]);
    expect(await states(job)).toEqual([
      ['waiting', null],
      ['skipped', 'overlap'],
    ]);
  });

  it('holds each run of a catch-up, in its turn', async () => {
    const job = await gated({ policy: { coalesce: false } });
    const { sequences } = await claim(verbs.db, testDeps(verbs.db), [due(job, [AT - 2000, AT - 1000, AT])], AT);
    expect(sequences.map((runs) => runs.map((run) => run.waits))).toEqual([[true, true, true]]);
    expect(await states(job)).toEqual(Array.from({ length: 3 }, () => ['waiting', null]));
  });

  it('holds the run that a message fires', async () => {
    const job = await gated({ schedule: { kind: 'event', topic: 'door' } });
    const run = { executionId: verbs.ctx.ids.next(), nonce: 7, parameters: {}, heardAgoMs: () => 0 };
    const claimed = await inTransaction(verbs.db, (tx) => claimEvent(tx, job.id, run));
    expect(claimed?.queued).toBe(true);
    expect(await states(job)).toEqual([['waiting', null]]);
  });
});

it('Of a job that others wait for, a claim tells that fires ended; of any other it does not', async () => {
  await gated();
  const alone = await verbs.createJob({ schedule: { kind: 'none' } });
  const long = AT - 3_600_000;
  const { parents } = await claim(verbs.db, testDeps(verbs.db), [due(parent, [long]), due(alone, [long])], AT);
  expect(parents).toEqual([parent.id]);
});
