import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { inTransaction } from '../../db/connect.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { findExecutions, type ExecutionFilter } from '../../db/queries/executions-read.ts';
import { writeOutcomes } from '../../db/queries/outcomes.ts';
import type { Job } from '../../domain/job.ts';
import { claimOne } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { outcomeOf } from '../support/outcomes.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const BASE = Math.ceil(TEST_NOW / HOUR) * HOUR;

let verbs: TestVerbs;
let deps: Deps;
let job: Job;
/** Nominal times of what succeeded, the latest first; what failed lies between, for hours on end too. */
const succeeded: number[] = [];

beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
  job = await verbs.createJob();
  const wells = new Set([0, 10, 20, 30, 65, 200, 210, 220, 230, 600, 610].map((minutes) => BASE + minutes * MINUTE));
  for (let at = BASE; at <= BASE + 640 * MINUTE; at += 10 * MINUTE) await end(at, wells.has(at));
  await end(BASE + 65 * MINUTE, true);
  succeeded.push(...[...wells].sort((a, b) => b - a));
}, 60_000);
afterAll(() => verbs.close());

async function end(at: number, well: boolean): Promise<void> {
  const run = await claimOne(verbs.db, deps, job, at);
  const failed = { state: 'failed', reason: 'action_failed', error: { type: 'E', message: 'no' } } as const;
  await inTransaction(verbs.db, async (tx) => {
    await lockJobs(tx, [job.id]);
    await writeOutcomes(tx, [outcomeOf(run, deps, well ? {} : failed)]);
  });
}

async function page(filter: Partial<ExecutionFilter>, limit: number, offset: number) {
  const all = { jobId: job.id, states: ['succeeded'], ...filter } as const;
  const found = await findExecutions(verbs.db, 'gateway', { filter: all, limit, offset });
  return { times: found.executions.map((e) => e.execution.dueAt), hasMore: found.hasMore };
}

test.each([1, 2, 3, 5, 100])('What of a job succeeded comes whole and in order in pages of %i', async (limit) => {
  const seen: number[] = [];
  for (let offset = 0; offset <= succeeded.length; offset += limit) {
    const { times, hasMore } = await page({}, limit, offset);
    expect(hasMore).toBe(offset + limit < succeeded.length);
    seen.push(...times);
  }
  expect(seen).toEqual(succeeded);
});

test.each([
  [0, 640],
  [5, 25],
  [20, 205],
  [215, 605],
  [66, 199],
  [601, 609],
])('What succeeded between minutes %i and %i is what of all lies between them', async (fromMinute, toMinute) => {
  const [from, to] = [BASE + fromMinute * MINUTE, BASE + toMinute * MINUTE];
  const wanted = succeeded.filter((at) => at >= from && at < to);
  for (const limit of [1, 2, 4]) {
    const seen: number[] = [];
    for (let offset = 0; offset <= wanted.length; offset += limit)
      seen.push(...(await page({ from, to }, limit, offset)).times);
    expect(seen).toEqual(wanted);
  }
});
