import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { OutcomeWriter } from '../../activities/outcome-writer.ts';
import type { ClaimedRun } from '../../activities/quick-run.ts';
import type { Job } from '../../domain/job.ts';
import { claim, due } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { executionById } from '../support/ledger.ts';
import { outcomeOf } from '../support/outcomes.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;
/** So long that no outcome is written unless somebody asks for it. */
const LONG_MS = 600_000;

let verbs: TestVerbs;
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());

async function running(job: Job): Promise<ClaimedRun> {
  const { quick } = await claim(verbs.db, deps, [due(job, [AT])], AT);
  const [run] = quick;
  if (run === undefined) throw new Error('the claim was not admitted');
  return run;
}

const pending = (run: ClaimedRun) => ({ ...outcomeOf(run, deps), policy: run.job.policy });

test('Who waits until the outcomes of a job are written finds its seat free, however long they would have gathered', async () => {
  const writer = new OutcomeWriter(deps, 20_000);
  const job = await verbs.createJob();
  const run = await running(job);
  const end = writer.write(pending(run), LONG_MS);
  await writer.written([job.id]);
  expect((await executionById(verbs.db, run.executionId)).state).toBe('succeeded');
  expect(await end).toBe(true);
  const next = await claim(verbs.db, deps, [due(job, [AT + 1000])], AT + 1000);
  expect(next.quick).toHaveLength(1);
});

test('Who waits for the outcomes of one job does not write those of another', async () => {
  const writer = new OutcomeWriter(deps, 20_000);
  const [one, other] = [await verbs.createJob(), await verbs.createJob()];
  const run = await running(one);
  const end = writer.write(pending(run), LONG_MS);
  await writer.written([other.id]);
  expect((await executionById(verbs.db, run.executionId)).state).toBe('running');
  writer.flush();
  expect(await end).toBe(true);
  await writer.written([one.id, other.id]);
});
