import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { verifyLedger } from '../../activities/housekeeping/verify-ledger.ts';
import { createJob } from '../../api/verbs/create-job.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { resumeJob } from '../../api/verbs/resume-job.ts';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { accountUntil } from '../../db/queries/accounting.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { purgeBefore } from '../../db/queries/retention.ts';
import type { Job } from '../../domain/job.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';
import { fireAt } from '../../domain/schedules/jitter.ts';
import { claim, due } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { jobSpec, type SpecOverrides } from '../support/job-specs.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;
const EVERY_10 = { kind: 'interval', everySeconds: 10 };

let verbs: TestVerbs;
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());
beforeEach(() => {
  verbs.now = TEST_NOW;
});

const every10 = (more: SpecOverrides = {}) => verbs.createJob({ schedule: EVERY_10, ...more });
const named = (job: Job) => ({ job: { id: job.id } });
const rows = async (job: Job) =>
  (await ledgerOf(verbs.db, job.id)).map((e) => `${(e.dueAt - AT) / 1000} ${e.state}${e.reason ? ` ${e.reason}` : ''}`);
/** Seconds after the job's first anchor. */
const at = (seconds: number) => AT + seconds * 1000;
const fire = (job: Job, seconds: number) => claim(verbs.db, deps, [due(job, [at(seconds)])], at(seconds));

describe('What was due when a job stops firing', () => {
  test('is on record: skipped within the grace with why, missed beyond it; what did fire stays', async () => {
    const job = await every10();
    await fire(job, 10);
    verbs.now = at(95.5);
    await pauseJob(verbs.ctx, named(job));
    expect(await rows(job)).toEqual([
      '10 running',
      '20 missed beyond_grace',
      '30 missed beyond_grace',
      ...[40, 50, 60, 70, 80, 90].map((s) => `${s} skipped job_paused`),
    ]);
  });

  test.each([
    ['disabled', 'job_disabled', (job: Job) => setEnabled(verbs.ctx, { ...named(job), enabled: false })],
    ['deleted', 'job_deleted', (job: Job) => deleteJob(verbs.ctx, named(job))],
    [
      'given another schedule',
      'job_changed',
      (job: Job) => {
        const schedule = parseSchedule({ kind: 'daily', time: '03:00' }, { now: verbs.now, defaultTimezone: 'UTC' });
        return updateJob(verbs.ctx, { ...named(job), merge: () => ({ schedule }) });
      },
    ],
  ])('is skipped when it is %s', async (_, reason, change) => {
    const job = await every10();
    verbs.now = at(25);
    await change(job);
    expect(await rows(job)).toEqual([`10 skipped ${reason}`, `20 skipped ${reason}`]);
  });

  test('counts its jitter: a fire that was still to happen is skipped, not missed', async () => {
    const jittered = () =>
      every10({
        schedule: { kind: 'interval', everySeconds: 3600, jitterPercentage: 100 },
        policy: { misfireGraceSeconds: 1 },
      });
    const nominal = at(3600);
    let job = await jittered();
    // How late a job is goes by its id: a few in a thousand are hardly so.
    while (fireAt(job.schedule, nominal, job.id) <= nominal + 3000) job = await jittered();
    verbs.now = nominal + 2500;
    await pauseJob(verbs.ctx, named(job));
    expect(await rows(job)).toEqual(['3600 skipped job_paused']);
  });

  test('is written in pages, however much it is', async () => {
    const job = await verbs.createJob({});
    verbs.now = at(2600);
    await pauseJob(verbs.ctx, named(job));
    const ledger = await ledgerOf(verbs.db, job.id);
    expect(ledger.map((e) => e.dueAt)).toEqual(Array.from({ length: 2600 }, (_, i) => at(i + 1)));
    expect((await stateOf(verbs.db, job.id)).missed).toBe(2539);
  });
});

describe('Nothing is invented', () => {
  test('for the time of a pause', async () => {
    const job = await every10();
    verbs.now = at(15);
    await pauseJob(verbs.ctx, named(job));
    verbs.now = at(1005);
    await resumeJob(verbs.ctx, named(job));
    verbs.now = at(1025);
    await pauseJob(verbs.ctx, named(job));
    expect(await rows(job)).toEqual(['10 skipped job_paused', '1010 skipped job_paused', '1020 skipped job_paused']);
  });

  test('for the time before a job was made or enabled', async () => {
    const spec = jobSpec({ schedule: EVERY_10, enabled: false }, verbs.now);
    const { job } = await createJob(verbs.ctx, { spec });
    verbs.now = at(505);
    const enabled = await setEnabled(verbs.ctx, { ...named(job), enabled: true });
    verbs.now = at(515);
    await deleteJob(verbs.ctx, named(enabled.job));
    expect(await rows(job)).toEqual(['510 skipped job_deleted']);
  });

  test('for a schedule before it was given, nor for the old one after it', async () => {
    const job = await every10();
    verbs.now = at(15);
    const schedule = parseSchedule(
      { kind: 'interval', everySeconds: 7, anchorAt: at(0) },
      { now: verbs.now, defaultTimezone: 'UTC' },
    );
    await updateJob(verbs.ctx, { ...named(job), merge: () => ({ schedule }) });
    verbs.now = at(30);
    await pauseJob(verbs.ctx, named(job));
    expect(await rows(job)).toEqual(['10 skipped job_changed', '21 skipped job_paused', '28 skipped job_paused']);
  });
});

describe('The watermarks', () => {
  test('never move back: not by an older accounting, and not by purging', async () => {
    const job = await every10();
    verbs.now = at(100);
    const until = (instant: number) =>
      inTransaction(verbs.db, async (tx) => {
        await lockJobs(tx, [job.id]);
        await accountUntil(tx, job, { until: instant, reason: 'job_changed', newId: () => deps.ids.next() });
      });
    await until(at(100));
    await until(at(50));
    const state = await stateOf(verbs.db, job.id);
    expect([state.accounted_until, state.verified_until]).toEqual([at(100), at(100)]);
    await purgeBefore(verbs.db, at(200), () => undefined);
    expect(await stateOf(verbs.db, job.id)).toEqual(state);
    await until(at(100));
    expect(await rows(job)).toEqual([]);
  });
});

describe('The check of the ledger', () => {
  const verify = (now: number) => verifyLedger(deps, now, () => undefined);

  test('records a time that was handed out and has no row as missed, and leaves whole ledgers alone', async () => {
    const [torn, whole] = [await every10(), await every10({ policy: { maxConcurrent: 10 } })];
    for (const seconds of [10, 20, 30]) await fire(whole, seconds);
    await fire(torn, 10);
    await sql`update execution set state = 'succeeded' where job_id = ${torn.id}`.execute(verbs.db);
    await fire(torn, 30);
    const before = await ledgerOf(verbs.db, whole.id);
    expect(await verify(at(300))).toBe(1);
    expect(await rows(torn)).toEqual(['10 succeeded', '20 missed not_recorded', '30 running']);
    expect(await ledgerOf(verbs.db, whole.id)).toEqual(before);
    expect((await stateOf(verbs.db, torn.id)).verified_until).toBe(at(30));
    expect(await verify(at(300))).toBe(0);
  });

  test('waits until grace, jitter and a margin are over: a slow claim is no lost one', async () => {
    const job = await every10({ policy: { misfireGraceSeconds: 60 } });
    await fire(job, 30);
    expect(await verify(at(10 + 60 + 29))).toBe(0);
    expect(await verify(at(10 + 60 + 31))).toBe(1);
    expect(await rows(job)).toEqual(['10 missed not_recorded', '30 running']);
  });

  test('leaves a job to the change that accounted for it', async () => {
    const job = await every10();
    await fire(job, 30);
    verbs.now = at(35);
    await pauseJob(verbs.ctx, named(job));
    const before = await rows(job);
    await verify(at(300));
    expect(await rows(job)).toEqual(before);
  });

  test('sets a job aside whose schedule throws, and goes on with the others', async () => {
    const [broken, torn] = [await every10(), await every10()];
    for (const job of [broken, torn]) await fire(job, 20);
    const gone = JSON.stringify({ kind: 'daily', timezone: 'Mars/Olympus', time: '01:00:00' });
    await sql`update job set schedule = ${gone}::jsonb where id = ${broken.id}`.execute(verbs.db);
    expect(await verify(at(300))).toBe(1);
    expect(await rows(torn)).toEqual(['10 missed not_recorded', '20 running']);
    const row = await verbs.db.selectFrom('job').selectAll().where('id', '=', broken.id).executeTakeFirstOrThrow();
    expect([row.enabled, row.disabled_by]).toEqual([false, 'invalid_schedule']);
    expect(row.disabled_reason).toMatch(/can't be computed any more.*Correct it/);
  });
});
