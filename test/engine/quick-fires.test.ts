import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { createJob } from '../../api/verbs/create-job.ts';
import type { Job } from '../../domain/job.ts';
import { fireAt } from '../../domain/schedules/jitter.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';
import type { ClockView } from '../../workflows/messages.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { jobSpec, topicOf } from '../support/job-specs.ts';
import { clockOf, ledgerOf, stateOf } from '../support/ledger.ts';
import { held } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const ended = async (job: Job, count: number) =>
  until(`${count} fires ended`, async () => {
    const ledger = await ledgerOf(engine.db, job.id);
    return ledger.filter((e) => e.state === 'succeeded').length >= count && ledger;
  });
/** Nothing is absent from the anchor on, once so many have succeeded. */
const wholeUntil = async (job: Job, count: number, everyMs: number) =>
  until(`${count} fires ended, and none is absent`, async () => {
    const ledger = await ledgerOf(engine.db, job.id);
    const { anchorAt } = job.schedule as { anchorAt: number };
    const isWhole = ledger.every((e, i) => e.dueAt === anchorAt + (i + 1) * everyMs);
    return isWhole && ledger.filter((e) => e.state === 'succeeded').length >= count && ledger;
  });
const viewOf = async (clockId: string) => engine.client.workflow.getHandle(clockId).query<ClockView>('clockView');
/** Whatever a verb tells the clock is lost: what a claim checks must suffice. */
const unheard = () => engine.ctxWith({ poke: () => Promise.resolve() });
/** A clock that fires for sure, by which another's silence can be told from slowness. */
const witness = () => engine.createJob();

describe.concurrent('A quick job', () => {
  test('fires each second, exactly once for each nominal time, from its anchor on', async () => {
    const job = await engine.createJob();
    const rows = await wholeUntil(job, 5, 1000);
    const succeeded = rows.filter((e) => e.state === 'succeeded');
    expect(succeeded.every((e) => e.attempt === 1 && e.workerId === engine.deps.instanceId)).toBe(true);
    const published = engine.publisher.published.filter((p) => p.topic === topicOf(job.name));
    const ids = published.map((p) => p.userProperties['execution-id']);
    expect(ids).toEqual(expect.arrayContaining(succeeded.map((e) => e.id)));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ['paused', (job: Job) => pauseJob(engine.ctx, { job: { id: job.id } })],
    ['disabled', (job: Job) => setEnabled(engine.ctx, { job: { id: job.id }, enabled: false })],
    ['deleted', (job: Job) => deleteJob(engine.ctx, { job: { id: job.id } })],
    ['paused, with the poke lost', (job: Job) => pauseJob(unheard(), { job: { id: job.id } })],
  ])('that is %s fires no more, and everything up to then is on record', async (_, stop) => {
    const [job, other] = [await engine.createJob(), await witness()];
    await ended(job, 1);
    await stop(job);
    const stoppedAt = Date.now();
    const before = await ledgerOf(engine.db, job.id);
    await until('the witness fired well after that', async () =>
      (await ledgerOf(engine.db, other.id)).some((e) => e.dueAt > stoppedAt + 2500 && e.state === 'succeeded'),
    );
    await deleteJob(engine.ctx, { job: { id: other.id } });
    const after = await ledgerOf(engine.db, job.id);
    expect(after.map((e) => e.dueAt)).toEqual(before.map((e) => e.dueAt));
    const first = after[0]?.dueAt ?? 0;
    expect(after.map((e) => e.dueAt)).toEqual(after.map((__, i) => first + i * 1000));
    expect(after.every((e) => e.dueAt <= stoppedAt)).toBe(true);
  });

  test('that is given another schedule keeps to the new one alone', async () => {
    const job = await engine.createJob();
    await ended(job, 1);
    const anchorAt = Math.floor(Date.now() / 1000) * 1000;
    const schedule = parseSchedule(
      { kind: 'interval', everySeconds: 2, anchorAt },
      { now: Date.now(), defaultTimezone: 'UTC' },
    );
    await updateJob(engine.ctx, { job: { id: job.id }, merge: () => ({ schedule }) });
    const changedAt = Date.now();
    const rows = await until('two fires of the new schedule', async () => {
      const later = (await ledgerOf(engine.db, job.id)).filter((e) => e.dueAt > changedAt);
      return later.length >= 2 && later;
    });
    expect(rows.map((e) => (e.dueAt - anchorAt) % 2000)).toEqual(rows.map(() => 0));
    await deleteJob(engine.ctx, { job: { id: job.id } });
  });

  test('whose earlier run is not over is skipped, with overlap as the reason', async () => {
    const { behaviour, release } = held();
    engine.publisher.answer('test/slow', behaviour);
    const job = await engine.createJob({ name: 'slow' });
    const overlaps = async () => (await ledgerOf(engine.db, job.id)).filter((e) => e.reason === 'overlap').length;
    await until('two were skipped', async () => (await overlaps()) >= 2);
    release();
    const rows = await wholeUntil(job, 2, 1000);
    // Of two for which a clock is late at once, one stands for both.
    const what = rows.filter((e) => e.reason !== 'coalesced').map((e) => e.reason ?? e.state);
    const skipped = what.slice(1, what.indexOf('succeeded', 1));
    expect(what[0]).toBe('succeeded');
    expect(skipped.length).toBeGreaterThanOrEqual(2);
    expect(skipped).toEqual(skipped.map(() => 'overlap'));
    await deleteJob(engine.ctx, { job: { id: job.id } });
  });
});

describe.concurrent('A job that fires once', () => {
  test.each([
    ['one-time', () => ({ kind: 'once', at: Math.ceil(Date.now() / 1000) * 1000 + 5000 })],
    ['immediate', () => ({ kind: 'immediate' })],
  ])('(%s) leaves its seat with its fire', async (_, schedule) => {
    const job = await engine.createJob({ schedule: schedule() });
    await ended(job, 1);
    expect(await ledgerOf(engine.db, job.id)).toHaveLength(1);
    expect(await clockOf(engine.db, job.id)).toBeNull();
    expect((await stateOf(engine.db, job.id)).next_due).toBeNull();
  });

  test('and is made just while its clock ends fires all the same', async () => {
    const lonely = await startEngine({ limits: { clockCapacity: 1 } });
    try {
      for (let round = 0; round < 4; round += 1) {
        const first = await lonely.createJob({ schedule: { kind: 'immediate' } });
        await until('it fired', async () => (await ledgerOf(lonely.db, first.id)).length === 1);
        const second = await lonely.createJob({ schedule: { kind: 'immediate' } });
        await until('the next one fired', async () =>
          (await ledgerOf(lonely.db, second.id)).some((e) => e.state === 'succeeded'),
        );
      }
      // All of them sat on one clock, each when the one before had left it.
      expect(await lonely.db.selectFrom('clock').select('id').execute()).toHaveLength(1);
    } finally {
      await lonely.stop();
    }
  });
});

describe.concurrent('An interval', () => {
  test('that starts immediately fires at its anchor too', async () => {
    const job = await engine.createJob({ schedule: { kind: 'interval', everySeconds: 60, startImmediately: true } });
    const [row] = await ended(job, 1);
    expect(row?.dueAt).toBe((job.schedule as { anchorAt: number }).anchorAt);
    await deleteJob(engine.ctx, { job: { id: job.id } });
  });

  test('with jitter fires late, and stands in the ledger under its nominal time', async () => {
    const schedule = { kind: 'interval', everySeconds: 3, jitterPercentage: 100 };
    const job = await engine.createJob({ schedule });
    const rows = await wholeUntil(job, 3, 3000);
    for (const row of rows.filter((e) => e.state === 'succeeded')) {
      expect(row.startedAt).toBeGreaterThanOrEqual(fireAt(job.schedule, row.dueAt, job.id));
    }
    await deleteJob(engine.ctx, { job: { id: job.id } });
  });
});

test('A clock that is told nothing of a new job finds it when it reloads', async () => {
  await ended(await witness(), 1);
  const { job } = await createJob(unheard(), { spec: jobSpec({ name: 'unheard of' }, Date.now()) });
  const clockId = (await clockOf(engine.db, job.id)) ?? '';
  expect((await viewOf(clockId)).jobs).not.toContain(job.id);
  await engine.engine.poke(clockId, []);
  await ended(job, 1);
  expect((await viewOf(clockId)).jobs).toContain(job.id);
  expect((await ledgerOf(engine.db, job.id)).map((e) => e.dueAt)[0]).toBe(
    (job.schedule as { anchorAt: number }).anchorAt + 1000,
  );
});
