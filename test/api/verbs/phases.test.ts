import { afterAll, beforeAll, expect, it } from 'vitest';
import { getJob } from '../../../api/verbs/get-job.ts';
import { withPhase } from '../../../api/verbs/phased-job.ts';
import { inTransaction } from '../../../db/connect.ts';
import { writeOutcomes } from '../../../db/queries/outcomes.ts';
import { claimOne } from '../../support/claiming.ts';
import { testDeps } from '../../support/deps.ts';
import { outcomeOf } from '../../support/outcomes.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../../support/verbs.ts';

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
