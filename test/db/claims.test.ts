import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { inTransaction, sql, type Db } from '../../db/connect.ts';
import type { Job } from '../../domain/job.ts';
import { fireAt } from '../../domain/schedules/jitter.ts';
import { claim, due, freeSeats } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import type { SpecOverrides } from '../support/job-specs.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;

let verbs: TestVerbs;
let others: readonly Db[];
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  others = [verbs.database.another(), verbs.database.another()];
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());
beforeEach(() => {
  verbs.now = TEST_NOW;
});

const job = (overrides: SpecOverrides = {}) => verbs.createJob(overrides);
const rows = async (of: Job) =>
  (await ledgerOf(verbs.db, of.id)).map((e) => [(e.dueAt - AT) / 1000, e.state, e.reason] as const);

describe('A claim', () => {
  test('of a job that allows one run at a time admits exactly one of two that come at once, and tells of the other', async () => {
    const busy = await job();
    for (let round = 1; round <= 25; round += 1) {
      const at = AT + round * 10_000;
      const claims = [0, 1000].map((lateMs, i) =>
        claim(others[i] ?? verbs.db, deps, [due(busy, [at + lateMs])], at + 1000),
      );
      const quick = (await Promise.all(claims)).flatMap((claimed) => claimed.quick);
      expect(quick).toHaveLength(1);
      const states = (await rows(busy)).slice(-2).map(([, state, reason]) => `${state} ${reason}`);
      expect(states.sort()).toEqual(['running null', 'skipped overlap']);
      await freeSeats(verbs.db);
    }
  });

  test('of one nominal time makes one row, however many make it at once', async () => {
    const once = await job({ policy: { maxConcurrent: 10 } });
    for (let round = 1; round <= 10; round += 1) {
      const at = AT + round * 1000;
      const claims = [...others, ...others, ...others].map((db) => claim(db, deps, [due(once, [at])], at));
      const quick = (await Promise.all(claims)).flatMap((claimed) => claimed.quick);
      expect(quick).toHaveLength(1);
    }
    expect(await rows(once)).toHaveLength(10);
  });

  test('of overlapping batches in whatever order never locks up, and fires each job once', async () => {
    const jobs = await Promise.all(Array.from({ length: 12 }, () => job({ policy: { maxConcurrent: 10 } })));
    for (let round = 1; round <= 5; round += 1) {
      const batch = jobs.map((each) => due(each, [AT + round * 1000]));
      const orders = [batch, [...batch].reverse(), batch.slice(3), [...batch].sort(() => Math.random() - 0.5)];
      const claims = orders.map((order, i) => claim(others[i % 2] ?? verbs.db, deps, order, AT + round * 1000));
      const quick = (await Promise.all(claims)).flatMap((claimed) => claimed.quick);
      expect(quick.map((run) => run.job.id).sort()).toEqual(jobs.map((each) => each.id).sort());
    }
  });

  test('writes a row with its reason for every time that it refuses', async () => {
    const lazy = await job();
    await claim(verbs.db, deps, [due(lazy, [AT + 1000, AT + 70_000, AT + 71_000])], AT + 71_000);
    expect(await rows(lazy)).toEqual([
      [1, 'missed', 'beyond_grace'],
      [70, 'skipped', 'coalesced'],
      [71, 'running', null],
    ]);
    await claim(verbs.db, deps, [due(lazy, [AT + 72_000])], AT + 72_000);
    expect((await rows(lazy)).at(-1)).toEqual([72, 'skipped', 'overlap']);
  });

  test('ignores a dead lease when it counts what runs', async () => {
    const crashed = await job();
    await claim(verbs.db, deps, [due(crashed, [AT + 1000])], AT + 1000);
    await sql`update execution set lease_until = now() - interval '1 s' where job_id = ${crashed.id}`.execute(verbs.db);
    await claim(verbs.db, deps, [due(crashed, [AT + 2000])], AT + 2000);
    expect((await rows(crashed)).map(([, state]) => state)).toEqual(['running', 'running']);
  });

  test('does not fire what was paused, changed or deleted since it was planned', async () => {
    const [paused, changed, deleted] = await Promise.all([job(), job(), job()]);
    const ctx = verbs.ctx;
    await pauseJob(ctx, { job: { id: paused.id } });
    const schedule = { ...changed.schedule, everySeconds: 5 } as typeof changed.schedule;
    await updateJob(ctx, { job: { id: changed.id }, merge: () => ({ schedule }) });
    await deleteJob(ctx, { job: { id: deleted.id } });
    const all = [paused, changed, deleted];
    const claimed = await claim(
      verbs.db,
      deps,
      all.map((each) => due(each, [AT + 1000])),
      AT + 1000,
    );
    expect(claimed.quick).toEqual([]);
    for (const each of all) expect(await rows(each)).toEqual([]);
  });

  test('fires a job whose name alone was changed', async () => {
    const renamed = await job();
    await updateJob(verbs.ctx, { job: { id: renamed.id }, merge: () => ({ name: 'another name' }) });
    const claimed = await claim(verbs.db, deps, [due(renamed, [AT + 1000])], AT + 1000);
    expect(claimed.quick[0]?.job.name).toBe('another name');
  });

  test('moves the watermark; one that comes late, with older times, neither moves it back nor says an older next fire', async () => {
    const slow = await job({ policy: { maxConcurrent: 10 } });
    await claim(verbs.db, deps, [due(slow, [AT + 5000])], AT + 5000);
    await claim(verbs.db, deps, [due(slow, [AT + 4000])], AT + 5000);
    const state = await stateOf(verbs.db, slow.id);
    expect([state.accounted_until, state.next_due]).toEqual([AT + 5000, AT + 6000]);
  });

  test('judges the grace of a jittered fire from when it was to happen', async () => {
    const jittered = () =>
      job({
        schedule: { kind: 'interval', everySeconds: 3600, jitterPercentage: 100 },
        policy: { misfireGraceSeconds: 1 },
      });
    const nominal = AT + 3_600_000;
    let late = await jittered();
    // How late a job is goes by its id: a few in a thousand are hardly so.
    while (fireAt(late.schedule, nominal, late.id) <= nominal + 1000) late = await jittered();
    const happensAt = fireAt(late.schedule, nominal, late.id);
    await claim(verbs.db, deps, [due(late, [nominal])], happensAt);
    expect((await rows(late)).map(([, state]) => state)).toEqual(['running']);
  });

  test('frees the seat of a job with its last fire', async () => {
    const last = await job({ schedule: { kind: 'once', at: AT + 1000 } });
    expect((await stateOf(verbs.db, last.id)).clock_id).not.toBeNull();
    await claim(verbs.db, deps, [due(last, [AT + 1000], { final: true, next: null })], AT + 1000);
    expect((await stateOf(verbs.db, last.id)).clock_id).toBeNull();
  });

  test('made again hands over what is still queued, with the attempts that were made', async () => {
    const catchUp = await job({ policy: { coalesce: false } });
    const batch = [due(catchUp, [AT + 1000, AT + 2000])];
    const first = await claim(verbs.db, deps, batch, AT + 2000);
    expect(first.sequences.map((runs) => runs.map((run) => run.dueAt))).toEqual([[AT + 1000, AT + 2000]]);
    await sql`update execution set attempts = '[{"attempt": 1}]' where job_id = ${catchUp.id} and due_at = ${new Date(AT + 2000)}`.execute(
      verbs.db,
    );
    const again = await claim(verbs.db, deps, batch, AT + 2000);
    expect(again.sequences.flat().map((run) => run.firstAttempt)).toEqual([1, 2]);
    expect(again.sequences.flat().map((run) => run.executionId)).toEqual(
      first.sequences.flat().map((run) => run.executionId),
    );
  });
});

describe('A transaction', () => {
  test('that Postgres ends for a deadlock is made again', async () => {
    const [a, b] = [await job(), await job()];
    let tries = 0;
    let holding = 0;
    const lockBoth = (db: Db, first: Job, second: Job) =>
      inTransaction(db, async (tx) => {
        tries += 1;
        await sql`select 1 from job_state where job_id = ${first.id} for update`.execute(tx);
        holding += 1;
        await until('each holds one', () => holding >= 2);
        await sql`select 1 from job_state where job_id = ${second.id} for update`.execute(tx);
        return true;
      });
    const [x, y] = others as [Db, Db];
    expect(await Promise.all([lockBoth(x, a, b), lockBoth(y, b, a)])).toEqual([true, true]);
    expect(tries).toBe(3);
  });

  test('that fails for another reason is not', async () => {
    let tries = 0;
    const failing = inTransaction(verbs.db, async (tx) => {
      tries += 1;
      await sql`select 1 / 0`.execute(tx);
    });
    await expect(failing).rejects.toThrow(/division by zero/);
    expect(tries).toBe(1);
  });
});
