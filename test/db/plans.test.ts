import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlan, type PlannedJob } from '../../activities/plan.ts';
import { createJobs } from '../../api/verbs/create-jobs.ts';
import { PlannedFires } from '../../domain/instants.ts';
import { testDeps } from '../support/deps.ts';
import { jobSpec } from '../support/job-specs.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const unheard = () => undefined;
/** What Temporal takes as one payload. */
const MOST_BYTES = 2 * 1024 * 1024;
/** No two fires that follow each other are as far apart as the next two. */
const UNEVEN = '0,1,3,4,6,7,9,10,12,13,15,16,18,19,21,22,24,25,27,28,30,31,33,34,36,37,39,40,42,43 * * * * *';

test('a plan of many jobs that fire in uneven steps is no larger than Temporal takes, and leaves none without fires', async () => {
  const count = 500;
  const specs = Array.from({ length: count }, (_, i) =>
    jobSpec({ name: `uneven ${i}`, schedule: { kind: 'cron', expression: UNEVEN } }, verbs.now),
  );
  await createJobs(verbs.as({}, { clockCapacity: count }), specs);
  const [clock] = await verbs.db.selectFrom('clock').select(['id', 'seats']).execute();
  expect(clock?.seats).toBe(count);
  const plan = createPlan(testDeps(verbs.db, { now: () => verbs.now }));
  const ask = (jobIds: string[] | null) =>
    plan({ clockId: clock?.id ?? '', jobIds, now: verbs.now, handed: {} }, unheard);

  const whole = await ask(null);
  expect(whole.jobs).toHaveLength(count);
  expect(JSON.stringify(whole).length).toBeLessThan(MOST_BYTES);
  const few = whole.jobs.filter((job) => fires(job) < 100);
  // Were there room for all, this would prove nothing.
  expect(few.length).toBeGreaterThan(0);
  expect(few.every((job) => fires(job) >= 2 && job.more)).toBe(true);

  const again = await ask(few.slice(0, 10).map((job) => job.id));
  expect(again.jobs.map(fires).every((length) => length === 200)).toBe(true);
});

test('a plan of some jobs leaves the clock dirty, since the poke of another may have been lost; a plan of all makes it clean', async () => {
  const { id } = await verbs.createJob();
  const seat = await verbs.db.selectFrom('job_state').select('clock_id').where('job_id', '=', id).executeTakeFirst();
  const clockId = seat?.clock_id ?? '';
  const dirty = async () =>
    (await verbs.db.selectFrom('clock').select('dirty_since').where('id', '=', clockId).executeTakeFirst())
      ?.dirty_since !== null;
  const plan = createPlan(testDeps(verbs.db, { now: () => verbs.now }));
  const ask = (jobIds: string[] | null) => plan({ clockId, jobIds, now: verbs.now, handed: {} }, unheard);

  expect(await dirty()).toBe(true);
  await ask([id]);
  expect(await dirty()).toBe(true);
  await ask(null);
  expect(await dirty()).toBe(false);
});

test('a plan of many jobs lets what else is under way go on between them', async () => {
  const specs = [0, 1, 2].map((i) => jobSpec({ name: `turn ${i}` }, verbs.now));
  await createJobs(verbs.as({}, { clockCapacity: specs.length }), specs);
  const [clock] = await verbs.db.selectFrom('clock').select('id').where('seats', '=', specs.length).execute();
  let turns = 0;
  let next = setImmediate(function turn() {
    turns += 1;
    next = setImmediate(turn);
  });
  // A second passes whenever the plan looks at the time.
  const turnsAt: number[] = [];
  const monotonicMs = () => turnsAt.push(turns) * 1000;
  const deps = testDeps(verbs.db, { now: () => verbs.now, monotonicMs });
  await createPlan(deps)({ clockId: clock?.id ?? '', jobIds: null, now: verbs.now, handed: {} }, unheard);
  clearImmediate(next);
  const passed = turnsAt.filter((at, i) => i > 0 && at > (turnsAt[i - 1] ?? 0));
  expect(passed.length).toBeGreaterThanOrEqual(specs.length);
});

function fires(job: PlannedJob): number {
  return new PlannedFires(job.fires).length;
}
