import { afterAll, beforeAll, expect, it } from 'vitest';
import { createJob } from '../../api/verbs/create-job.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { sql } from '../../db/connect.ts';
import { countJobs } from '../../db/queries/jobs.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';
import { jobSpec } from '../support/job-specs.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

/** What is tallied, beside what counting the jobs themselves says. */
async function counts(filter: Parameters<typeof countJobs>[2] = {}) {
  const kinds = filter.kinds ?? null;
  const { rows } = await sql<{ total: number; active: number }>`
    select count(*) as total, count(*) filter (where enabled and paused_at is null) as active from job
    where face = 'gateway' and deleted_at is null and (${kinds}::text[] is null or kind = any(${kinds}::text[]))`.execute(
    verbs.db,
  );
  const tallied = await countJobs(verbs.db, 'gateway', filter);
  expect(tallied).toEqual(rows[0]);
  return [tallied.total, tallied.active];
}

it('keeps the counts of jobs through whatever happens to them', async () => {
  expect(await counts()).toEqual([0, 0]);
  const make = () => createJob(verbs.ctx, { spec: jobSpec({}, verbs.now) });
  const made = await Promise.all(Array.from({ length: 12 }, make));
  const keys = made.map(({ job }) => ({ id: job.id }));
  const [a, b, c, d] = keys;
  if (!a || !b || !c || !d) throw new Error('too few jobs');
  expect(await counts()).toEqual([12, 12]);
  await pauseJob(verbs.ctx, { job: a });
  await setEnabled(verbs.ctx, { job: b, enabled: false });
  await pauseJob(verbs.ctx, { job: b });
  await deleteJob(verbs.ctx, { job: b });
  await deleteJob(verbs.ctx, { job: c });
  expect(await counts()).toEqual([10, 9]);
  const daily = parseSchedule({ kind: 'daily', time: '01:00' }, { now: verbs.now, defaultTimezone: 'UTC' });
  await updateJob(verbs.ctx, { job: d, merge: () => ({ schedule: daily, name: 'Daily now' }) });
  expect(await counts({ kinds: ['daily'] })).toEqual([1, 1]);
  expect(await counts({ kinds: ['interval', 'cron'] })).toEqual([9, 8]);
  expect(await countJobs(verbs.db, 'gateway', { status: 'active' })).toEqual({ total: 9, active: 9 });
  await sql`update job set enabled = false where face = 'gateway' and deleted_at is null`.execute(verbs.db);
  expect(await counts()).toEqual([10, 0]);
});

it('does not count what was rolled back', async () => {
  const [total] = await counts();
  await expect(
    verbs.db.transaction().execute(async (tx) => {
      await sql`update job set deleted_at = now() where face = 'gateway'`.execute(tx);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect((await counts())[0]).toBe(total);
});
