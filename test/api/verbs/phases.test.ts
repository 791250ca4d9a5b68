import { afterAll, beforeAll, expect, it } from 'vitest';
import { getJob } from '../../../api/verbs/get-job.ts';
import { listExecutions, listJobExecutions, type ExecutionPage } from '../../../api/verbs/list-executions.ts';
import { withPhase } from '../../../api/verbs/phased-job.ts';
import { inTransaction, sql } from '../../../db/connect.ts';
import { writeOutcomes } from '../../../db/queries/outcomes.ts';
import type { Job } from '../../../domain/job.ts';
import { claimOne } from '../../support/claiming.ts';
import { testDeps } from '../../support/deps.ts';
import { outcomeOf } from '../../support/outcomes.ts';
import { until } from '../../support/until.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../../support/verbs.ts';

/** The latest execution, and how many there are with those that have not ended. */
const PAGE = { limit: 1, offset: 0, countsUnended: true };

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

it('a job whose last run ends while it is read is completed, and shows how that run ended', async () => {
  const job = await verbs.createJob({ schedule: { kind: 'once', at: new Date(TEST_NOW + 1000).toISOString() } });
  const deps = testDeps(verbs.db);
  const { nextFireAt } = await getJob(verbs.ctx, { id: job.id });
  const run = await claimOne(verbs.db, deps, job, nextFireAt ?? 0);
  const asItRuns = await getJob(verbs.ctx, { id: job.id });
  expect(await withPhase(verbs.ctx, asItRuns)).toMatchObject({ phase: 'running', statistics: { lastState: null } });
  await inTransaction(verbs.db, (tx) => writeOutcomes(tx, [outcomeOf(run, deps)]));
  expect(await withPhase(verbs.ctx, asItRuns)).toMatchObject({
    phase: 'completed',
    statistics: { lastState: 'succeeded', total: 1 },
  });
});

it.each([
  ['of a job', (job: Job) => listJobExecutions(verbs.ctx, { id: job.id }, PAGE)],
  ['of the face', () => listExecutions(verbs.ctx, PAGE)],
])('a run that ends while executions %s are listed is in the total as on the page', async (_of, list) => {
  const job = await verbs.createJob({ schedule: { kind: 'once', at: new Date(TEST_NOW + 1000).toISOString() } });
  const deps = testDeps(verbs.db);
  const { nextFireAt } = await getJob(verbs.ctx, { id: job.id });
  const run = await claimOne(verbs.db, deps, job, nextFireAt ?? 0);
  const before = await list(job);
  const during = await inTransaction(verbs.db, async (tx) => {
    // Counters can be read, executions can't: the run ends between the statements of the list.
    await sql`lock table execution in access exclusive mode`.execute(tx);
    const listed = list(job);
    await until('the list waits for the executions', async () => {
      const { rows } = await sql`select from pg_locks where not granted and relation in (
        select oid from pg_class where relname like 'execution%')`.execute(tx);
      return rows.length > 0;
    });
    await writeOutcomes(tx, [outcomeOf(run, deps)]);
    return { listed };
  });
  const shown = ({ total, executions }: ExecutionPage) => [
    total,
    executions.map(({ execution: { id, state } }) => [id, state]),
  ];
  expect(shown(await during.listed)).toEqual(shown(before));
  expect(shown(await list(job))).toEqual([before.total, [[run.executionId, 'succeeded']]]);
});
