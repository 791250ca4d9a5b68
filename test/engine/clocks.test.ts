import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DueBatch } from '../../activities/claim-fires.ts';
import { createJob } from '../../api/verbs/create-job.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { sql } from '../../db/connect.ts';
import { isTerminal, type Execution } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { fireAt } from '../../domain/schedules/jitter.ts';
import type { ClockView } from '../../workflows/messages.ts';
import { due } from '../support/claiming.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { housekeep } from '../support/housekeeping.ts';
import { jobSpec, topicOf } from '../support/job-specs.ts';
import { clockOf, ledgerOf, stateOf } from '../support/ledger.ts';
import { held } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ limits: { clockCapacity: 1 } });
});
afterAll(() => engine.stop());

const clockIdOf = async (job: Job) => (await clockOf(engine.db, job.id)) ?? '';
const viewOf = (clockId: string) => engine.client.workflow.getHandle(clockId).query<ClockView>('clockView');
const runIdOf = async (clockId: string) => (await engine.client.workflow.getHandle(clockId).describe()).runId;
const fired = (job: Job, after = 0) =>
  until('it fired', async () =>
    (await ledgerOf(engine.db, job.id)).find((e) => e.dueAt > after && e.state === 'succeeded'),
  );
/** Nothing is absent between the first and the last nominal time, and nothing stands there twice. */
async function expectWhole(job: Job): Promise<void> {
  const dues = (await ledgerOf(engine.db, job.id)).map((e) => e.dueAt);
  expect(dues).toEqual(dues.map((_, i) => (dues[0] ?? 0) + i * 1000));
}

/** A batch that some earlier run of a clock handed over and never heard of again. */
function carriedBatch(clockId: string, job: Job, at: number, now: number): DueBatch {
  return { clockId, now, jobs: [due(job, [at], { final: true, next: null })] };
}

describe.concurrent('A clock', () => {
  test('has at most four fires under way; what falls due meanwhile merges into the next', async () => {
    const { behaviour, release } = held();
    engine.publisher.answer('test/pressed', behaviour);
    const job = await engine.createJob({ name: 'pressed', policy: { maxConcurrent: 100 } });
    const clockId = await clockIdOf(job);
    await until('four are under way', async () => (await viewOf(clockId)).inFlight === 4);
    await until('the four act', () => engine.publisher.count('test/pressed') === 4);
    const waiting = await until('two more fell due', async () => {
      const view = await viewOf(clockId);
      return (view.next ?? Infinity) < Date.now() - 2000 && view;
    });
    expect(waiting.inFlight).toBe(4);
    expect(engine.publisher.count('test/pressed')).toBe(4);
    release();
    const next = waiting.next ?? 0;
    const rows = await until('the four have ended, and the one after them', async () => {
      const all = await ledgerOf(engine.db, job.id);
      const upTo = all.slice(0, 1 + all.findIndex((e) => e.dueAt >= next && e.state === 'succeeded'));
      return upTo.length > 0 && upTo.every((e) => isTerminal(e.state)) && upTo;
    });
    const what = (some: readonly Execution[]) => some.map((e) => e.reason ?? e.state);
    // A clock that is late for two at once hands over both, and one run stands for both.
    const before = what(rows.filter((e) => e.dueAt < next));
    expect(before.filter((each) => each === 'succeeded')).toHaveLength(4);
    expect(before.filter((each) => each === 'coalesced')).toHaveLength(before.length - 4);
    const merged = what(rows.filter((e) => e.dueAt >= next).slice(0, -1));
    expect(merged.length).toBeGreaterThanOrEqual(2);
    expect(merged).toEqual(merged.map(() => 'coalesced'));
    await deleteJob(engine.ctx, { job: { id: job.id } });
    await expectWhole(job);
  });

  test('that continues as new carries what was not acknowledged: it is fired again, and claimed once', async () => {
    const { behaviour, release } = held();
    engine.publisher.answer('test/carried', behaviour);
    const job = await engine.createJob({ name: 'carried', schedule: { kind: 'immediate' } });
    await until('its fire is under way', () => engine.publisher.count('test/carried') === 1);
    const row = (await ledgerOf(engine.db, job.id))[0];
    // What a next run is started with: the same batch, whose fire has not ended.
    const nextId = `clock-carrying-${job.id}`;
    const batch = carriedBatch(nextId, job, row?.dueAt ?? 0, Date.now());
    const args = [{ clockId: nextId, carried: [batch] }];
    await engine.client.workflow.execute('clock', { workflowId: nextId, taskQueue: 'control', args });
    release();
    await fired(job);
    expect((await ledgerOf(engine.db, job.id)).map((e) => e.id)).toEqual([row?.id]);
    expect(engine.publisher.count('test/carried')).toBe(1);
  });

  test('hands over a carried batch that was never claimed; grace goes by the time at which it is claimed', async () => {
    const now = Date.now();
    const due10 = Math.floor(now / 1000) * 1000 - 10_000;
    const schedule = { kind: 'immediate', at: due10 };
    const fresh = await engine.createJob({ schedule, enabled: false, policy: { misfireGraceSeconds: 3600 } });
    const stale = await engine.createJob({ schedule, enabled: false, policy: { misfireGraceSeconds: 5 } });
    for (const job of [fresh, stale]) {
      await sql`update job set enabled = true where id = ${job.id}`.execute(engine.db);
      const clockId = `clock-carrying-${job.id}`;
      // Handed over when it was due, by a clock whose fires could not be claimed since.
      const batch = carriedBatch(clockId, job, due10, due10);
      await engine.client.workflow.execute('clock', {
        workflowId: clockId,
        taskQueue: 'control',
        args: [{ clockId, carried: [batch] }],
      });
    }
    expect((await ledgerOf(engine.db, fresh.id)).map((e) => e.state)).toEqual(['succeeded']);
    expect((await ledgerOf(engine.db, stale.id)).map((e) => [e.state, e.reason])).toEqual([['missed', 'beyond_grace']]);
  });

  test.each([
    { history: 'long', signals: 40, ids: 1, reached: (of: { historyLength: number }) => of.historyLength > 1500 },
    { history: 'large', signals: 5, ids: 1000, reached: (of: { historySize?: number }) => (of.historySize ?? 0) > 2e6 },
  ])(
    'continues as new when its history is $history, without a nominal time lost or doubled',
    { timeout: 180_000 },
    async ({ signals, ids, reached }) => {
      const job = await engine.createJob();
      const clockId = await clockIdOf(job);
      await fired(job);
      const before = await runIdOf(clockId);
      const handle = engine.client.workflow.getHandle(clockId, before);
      const poked = Array.from({ length: ids }, () => job.id);
      await until(
        'its history is so',
        async () => {
          // It may continue as new under them: what is signalled then finds it gone.
          await Promise.allSettled(Array.from({ length: signals }, () => handle.signal('poke', poked)));
          return reached(await handle.describe());
        },
        120_000,
      );
      await until('it has continued as new', async () => (await runIdOf(clockId)) !== before);
      expect((await handle.describe()).status.name).toBe('CONTINUED_AS_NEW');
      await fired(job, Date.now());
      await deleteJob(engine.ctx, { job: { id: job.id } });
      await expectWhole(job);
    },
  );

  test('that was terminated is started anew by the housekeeper, judged by when its jobs should have fired', async () => {
    const job = await engine.createJob();
    await fired(job);
    const clockId = await clockIdOf(job);
    const before = await runIdOf(clockId);
    await engine.client.workflow.getHandle(clockId).terminate('by a test');
    const terminatedAt = Date.now();
    // A fire that the clock had handed over may still say when the next is due.
    await until('it is started anew', async () => {
      await sql`update job_state set next_due = now() - interval '2 minutes' where job_id = ${job.id}`.execute(
        engine.db,
      );
      await housekeep(engine);
      return (await runIdOf(clockId)) !== before;
    });
    await fired(job, terminatedAt);
    await deleteJob(engine.ctx, { job: { id: job.id } });
    await expectWhole(job);
  });

  test('that no longer answers is started anew though it is dirty too', async () => {
    const job = await engine.createJob({ schedule: { kind: 'interval', everySeconds: 3600 } });
    await until('it is planned', async () => (await stateOf(engine.db, job.id)).next_due !== null);
    const clockId = await clockIdOf(job);
    const before = await runIdOf(clockId);
    await sql`update job_state set next_due = now() - interval '2 minutes' where job_id = ${job.id}`.execute(engine.db);
    await sql`update clock set dirty_since = now() - interval '2 minutes' where id = ${clockId}`.execute(engine.db);
    await housekeep(engine);
    expect(await runIdOf(clockId)).not.toBe(before);
    await until('it is planned anew', async () => ((await stateOf(engine.db, job.id)).next_due ?? 0) > Date.now());
    await deleteJob(engine.ctx, { job: { id: job.id } });
    expect((await ledgerOf(engine.db, job.id)).map((e) => e.state)).toEqual([]);
  });

  test('whose poke was lost is poked by the housekeeper, and is clean once it has reloaded', async () => {
    const ctx = engine.ctxWith({ poke: () => Promise.reject(new Error('lost')) });
    const { job } = await createJob(ctx, { spec: jobSpec({ name: 'never told' }, Date.now()) });
    const clockId = await clockIdOf(job);
    await sql`update clock set dirty_since = now() - interval '10 s' where id = ${clockId}`.execute(engine.db);
    await housekeep(engine);
    await fired(job);
    const clean = await engine.db
      .selectFrom('clock')
      .select('dirty_since')
      .where('id', '=', clockId)
      .executeTakeFirst();
    expect(clean?.dirty_since).toBeNull();
    await deleteJob(engine.ctx, { job: { id: job.id } });
    expect(engine.publisher.count(topicOf('never told'))).toBeGreaterThan(0);
  });

  test('waits for a jittered fire, however long beyond the grace, without being taken for overdue', async () => {
    const anchorAt = Math.floor(Date.now() / 1000) * 1000 - 3_690_000;
    const nominal = anchorAt + 3_600_000;
    const schedule = { kind: 'interval', everySeconds: 3600, jitterPercentage: 100, anchorAt };
    const jittered = async (): Promise<Job> => {
      const job = await engine.createJob({ schedule, enabled: false });
      return fireAt(job.schedule, nominal, job.id) > Date.now() + 300_000 ? job : jittered();
    };
    const job = await jittered();
    const clockId = `clock-job-${job.id}`;
    await sql`insert into clock (id, shared, seats) values (${clockId}, false, 1)`.execute(engine.db);
    await sql`update job_state set accounted_until = ${new Date(nominal - 1)}, verified_until = ${new Date(nominal - 1)},
      clock_id = ${clockId} where job_id = ${job.id}`.execute(engine.db);
    await sql`update job set enabled = true where id = ${job.id}`.execute(engine.db);
    await engine.engine.poke(clockId, []);
    await until('it is planned', async () => (await stateOf(engine.db, job.id)).next_due !== null);
    expect((await stateOf(engine.db, job.id)).next_due).toBe(fireAt(job.schedule, nominal, job.id));
    const before = await runIdOf(clockId);
    await housekeep(engine);
    expect(await runIdOf(clockId)).toBe(before);
    expect(await ledgerOf(engine.db, job.id)).toEqual([]);
    await deleteJob(engine.ctx, { job: { id: job.id } });
  });
});
