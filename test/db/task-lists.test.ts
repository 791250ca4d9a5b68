import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, type Db } from '../../db/connect.ts';
import { countJobs, findJobs, type JobFilter } from '../../db/queries/jobs.ts';
import { countJobsOfPhase, countScheduled, findJobsOfPhase } from '../../db/queries/phases.ts';
import type { JobPhase } from '../../domain/job-phase.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';
import { watchDatabase, type WatchedDb } from '../support/watched-db.ts';

const MANY = 10_000;
const FEW = 3;
let verbs: TestVerbs;
let watched: Db;
let rowsTouchedBy: WatchedDb['rowsTouchedBy'];

/** Ten thousand scheduled jobs of medium priority, and three of every other sort. */
beforeAll(async () => {
  verbs = await openVerbs();
  const watching = watchDatabase(verbs.database.url);
  ({ db: watched, rowsTouchedBy } = watching);
  const model = await verbs.createJob({ schedule: { kind: 'cron', expression: '0 0 * * *' } });
  await copies(model.id, MANY - 1, {});
  for (let i = 0; i < FEW; i += 1) {
    await verbs.createJob({
      policy: { priority: 8 },
      tags: ['rare=yes'],
      schedule: { kind: 'cron', expression: '0 1 * * *' },
    });
    await verbs.createJob({ schedule: { kind: 'none' } });
  }
  await copies(model.id, FEW, { paused: true });
  await copies(model.id, FEW, { enabled: false });
  await copies(model.id, FEW, { kind: 'once' });
});
afterAll(async () => {
  await watched.destroy();
  await verbs.close();
});

async function copies(id: string, many: number, as: { paused?: boolean; enabled?: boolean; kind?: string }) {
  const seated = as.paused !== true && as.enabled !== false && as.kind === undefined;
  await sql`with made as (
      insert into job (id, face, number, name, description, kind, schedule, action_type, action, policy, variables, tags,
          extra, enabled, paused_at, revision, spec_revision, created_by, created_at, updated_by, updated_at)
        select gen_random_uuid(), face, nextval('job_number_gateway'), name, '', ${as.kind ?? 'cron'}, schedule, action_type,
          action, policy, variables, array['n=' || n], extra, ${as.enabled ?? true},
          case when ${as.paused ?? false} then now() end, 1, 1, created_by, created_at, updated_by, updated_at
        from job, generate_series(1, ${many}::int) n where id = ${id} returning id)
    insert into job_state (job_id, face, clock_id, accounted_until, verified_until)
      select made.id, 'gateway', case when ${seated} then s.clock_id end, now(), now() from made, job_state s
      where s.job_id = ${id}`.execute(verbs.db);
}

const page = (filter: JobFilter) => ({ filter, limit: 20, offset: 0 });

/** Just after they were made, before Postgres has looked at them; and then. */
describe.each([
  { when: 'that are new', atMost: 3 * MANY },
  { when: 'that Postgres has looked at', atMost: 500 },
])('among ten thousand jobs $when', ({ when, atMost }) => {
  beforeAll(async () => {
    if (when.includes('looked')) await sql`analyze`.execute(verbs.db);
  });

  it.each<[JobPhase, number]>([
    ['paused', FEW],
    ['disabled', FEW],
    ['completed', FEW],
    ['running', 0],
    ['scheduled', MANY + 2 * FEW],
  ])('a page of the %s ones reads little more than the page, and the count is right', async (phase, total) => {
    const read = () => findJobsOfPhase(watched, 'gateway', { ...page({}), phase });
    expect((await read()).jobs.length).toBe(Math.min(total, 20));
    expect(await rowsTouchedBy(read)).toBeLessThan(500);
    expect(await countJobsOfPhase(verbs.db, 'gateway', { phase, filter: {} })).toBe(total);
  });

  it.each<[string, JobFilter]>([
    ['a priority', { priority: 8 }],
    ['a tag', { tags: ['rare=yes'] }],
  ])('%s that few have is found, at worst by reading the others once', async (_, filter) => {
    expect((await findJobs(watched, 'gateway', page(filter))).jobs.length).toBe(FEW);
    expect(await rowsTouchedBy(() => findJobs(watched, 'gateway', page(filter)))).toBeLessThan(atMost);
    expect(await rowsTouchedBy(() => countJobs(watched, 'gateway', filter))).toBeLessThan(atMost);
    const phased = () => findJobsOfPhase(watched, 'gateway', { ...page(filter), phase: 'scheduled' });
    expect((await phased()).jobs.length).toBe(FEW);
    expect(await rowsTouchedBy(phased)).toBeLessThan(atMost);
  });

  it('the scheduled ones are counted as they are listed', async () => {
    expect(await countScheduled(verbs.db, 'gateway')).toBe(MANY + 2 * FEW);
  });
});
