import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, type Db } from '../../db/connect.ts';
import { countUnendedOfFace } from '../../db/queries/executions-read.ts';
import { countJobs, findJobs, type JobFilter } from '../../db/queries/jobs.ts';
import { countJobsOfPhase, findJobsOfPhase } from '../../db/queries/phases.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';
import { watchDatabase, type WatchedDb } from '../support/watched-db.ts';

const MANY = 5_000;
const RARE = { type: 'command', target_command: 'cmd.rare', payload: null, headers: {}, expect_reply: false } as const;
let verbs: TestVerbs;
let watched: Db;
let rowsTouchedBy: WatchedDb['rowsTouchedBy'];

/** Thousands of schedules that do one thing, and one of each other sort, the last made. */
beforeAll(async () => {
  verbs = await openVerbs();
  const watching = watchDatabase(verbs.database.url);
  ({ db: watched, rowsTouchedBy } = watching);
  const action = { ...RARE, target_command: 'cmd.usual', reply_timeout_seconds: null };
  const model = await verbs.createJob({ action, schedule: { kind: 'cron', expression: '0 0 * * *' } });
  await sql`with made as (
      insert into job (id, face, number, name, description, kind, schedule, action_type, action, policy, variables, tags,
          extra, enabled, revision, spec_revision, created_by, created_at, updated_by, updated_at)
        select gen_random_uuid(), face, nextval('job_number_gateway'), name, '', kind, schedule, action_type, action, policy,
          variables, array['n=' || n], extra, true, 1, 1, created_by, created_at, updated_by, updated_at
        from job, generate_series(1, ${MANY}::int) n where id = ${model.id} returning id)
    insert into job_state (job_id, face, clock_id, accounted_until, verified_until)
      select made.id, 'gateway', s.clock_id, now(), now() from made, job_state s
      where s.job_id = ${model.id}`.execute(verbs.db);
  await verbs.createJob({
    action: { ...RARE, reply_timeout_seconds: null },
    schedule: { kind: 'interval', everySeconds: 60 },
  });
  await sql`analyze`.execute(verbs.db);
});
afterAll(async () => {
  await watched.destroy();
  await verbs.close();
});

describe('among thousands of schedules', () => {
  it.each<[string, JobFilter]>([
    ['a target', { target: 'cmd.rare' }],
    ['a type', { kinds: ['interval'] }],
  ])('the one of %s is found and counted without reading the others', async (_, filter) => {
    const page = { filter, limit: 20, offset: 0 };
    expect((await findJobs(watched, 'gateway', page)).jobs.length).toBe(1);
    expect(await rowsTouchedBy(() => findJobs(watched, 'gateway', page))).toBeLessThan(100);
    expect(await rowsTouchedBy(() => countJobs(watched, 'gateway', filter))).toBeLessThan(100);
    expect((await countJobs(verbs.db, 'gateway', filter)).total).toBe(1);
  });

  it('a page of active ones reads little more than the page, and all are counted', async () => {
    const read = () => findJobsOfPhase(watched, 'gateway', { phase: 'active', filter: {}, limit: 20, offset: 0 });
    expect((await read()).jobs.length).toBe(20);
    expect(await rowsTouchedBy(read)).toBeLessThan(500);
    expect(await countJobsOfPhase(verbs.db, 'gateway', { phase: 'active', filter: {} })).toBe(MANY + 2);
  });

  it('what runs is counted from what has not ended alone', async () => {
    expect(await countUnendedOfFace(watched, 'gateway')).toEqual({});
    expect(await rowsTouchedBy(() => countUnendedOfFace(watched, 'gateway'))).toBeLessThan(10);
  });
});
