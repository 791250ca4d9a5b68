import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { resumeJob } from '../../api/verbs/resume-job.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { dropEmptyClocks, mergeEmptiestClock } from '../../db/queries/balance.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { dirtyClocks, dirtySince, markClean, overdueClocks, setNextDue } from '../../db/queries/clocks.ts';
import { leaveSeat, releaseSeats, takeSeat } from '../../db/queries/seats.ts';
import type { Job } from '../../domain/job.ts';
import type { SpecOverrides } from '../support/job-specs.ts';
import { clockOf } from '../support/ledger.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());
beforeEach(async () => {
  await sql`update job_state set clock_id = null`.execute(verbs.db);
  await sql`delete from clock`.execute(verbs.db);
});

interface ClockRow {
  readonly id: string;
  readonly seats: number;
  readonly jobs: number;
}

/** Clocks as they are, and how many jobs really sit on each. */
async function clocks(): Promise<ClockRow[]> {
  const { rows } = await sql<ClockRow>`select c.id, c.seats,
    (select count(*) from job_state s where s.clock_id = c.id) as jobs from clock c order by c.seats desc, c.id`.execute(
    verbs.db,
  );
  return rows;
}

async function jobs(count: number, spec: SpecOverrides = {}): Promise<Job[]> {
  const made: Job[] = [];
  for (let i = 0; i < count; i += 1) made.push(await verbs.createJob(spec));
  return made;
}
const unseated = (count: number) => jobs(count, { enabled: false });
const seat = (job: Job, capacity: number, db = verbs.db) =>
  inTransaction(db, (tx) => takeSeat(tx, { jobId: job.id, quick: true, capacity, newClockId: `clock-new-${job.id}` }));

async function expectTrueCounts(): Promise<void> {
  for (const clock of await clocks()) expect([clock.id, clock.seats]).toEqual([clock.id, clock.jobs]);
}

describe('Seats', () => {
  test('are taken up to the capacity of a clock, then on another', async () => {
    for (const job of await unseated(7)) await seat(job, 3);
    expect((await clocks()).map((c) => c.seats)).toEqual([3, 3, 1]);
    await expectTrueCounts();
  });

  test('are never given twice, however many jobs come at once', async () => {
    const many = await unseated(40);
    const pools = [verbs.db, verbs.database.another(), verbs.database.another()];
    await Promise.all(many.map((job, i) => seat(job, 10, pools[i % 3])));
    await expectTrueCounts();
    // Nor is a clock opened while another has room, which its taker only holds for a moment.
    expect((await clocks()).map((c) => c.seats)).toEqual([10, 10, 10, 10]);
  });

  test('belong to quick jobs that fire; a job that will never fire, is disabled or paused has none', async () => {
    const [quick] = await jobs(1);
    const [manual] = await jobs(1, { schedule: { kind: 'none' } });
    const [disabled] = await unseated(1);
    expect(await clockOf(verbs.db, quick?.id ?? '')).toMatch(/^clock-/);
    expect(await clockOf(verbs.db, manual?.id ?? '')).toBeNull();
    expect(await clockOf(verbs.db, disabled?.id ?? '')).toBeNull();
  });

  test('of jobs that take time are on a clock of their own', async () => {
    const [slow] = await unseated(1);
    const id = slow?.id ?? '';
    const own = () =>
      inTransaction(verbs.db, (tx) => takeSeat(tx, { jobId: id, quick: false, capacity: 10, newClockId: 'x' }));
    expect(await own()).toBe(`clock-job-${id}`);
    await inTransaction(verbs.db, (tx) => leaveSeat(tx, id));
    expect(await own()).toBe(`clock-job-${id}`);
    await expectTrueCounts();
  });

  test('are freed by pause and deletion, and taken again by resuming', async () => {
    const [a, b] = await jobs(2);
    if (a === undefined || b === undefined) throw new Error('not made');
    await pauseJob(verbs.ctx, { job: { id: a.id } });
    await deleteJob(verbs.ctx, { job: { id: b.id } });
    expect((await clocks()).map((c) => c.seats)).toEqual([0]);
    await resumeJob(verbs.ctx, { job: { id: a.id } });
    expect((await clocks()).map((c) => c.seats)).toEqual([1]);
    await expectTrueCounts();
  });

  test('are freed for several jobs at once, and only once', async () => {
    const some = await jobs(5);
    const ids = some.slice(0, 3).map((job) => job.id);
    const release = () => inTransaction(verbs.db, (tx) => releaseSeats(tx, ids));
    await release();
    await release();
    expect((await clocks()).map((c) => c.seats)).toEqual([2]);
    await expectTrueCounts();
  });

  test('that are taken and left at once keep their count', async () => {
    const many = await unseated(20);
    await Promise.all(
      many.map(async (job, i) => {
        await seat(job, 8);
        if (i % 2 === 0) await inTransaction(verbs.db, (tx) => leaveSeat(tx, job.id));
      }),
    );
    await expectTrueCounts();
  });
});

describe('A clock is dirty', () => {
  test('from each change until it has reloaded what was changed; a change meanwhile keeps it so', async () => {
    const [job] = await jobs(1);
    const clockId = (await clockOf(verbs.db, job?.id ?? '')) ?? '';
    const since = await dirtySince(verbs.db, clockId);
    expect(since).not.toBeNull();
    await pauseJob(verbs.ctx, { job: { id: job?.id ?? '' } });
    await markClean(verbs.db, clockId, since ?? '');
    const later = await dirtySince(verbs.db, clockId);
    expect(later).not.toBeNull();
    await markClean(verbs.db, clockId, later ?? '');
    expect(await dirtySince(verbs.db, clockId)).toBeNull();
  });

  test('for the housekeeper once its poke should have come long ago', async () => {
    await jobs(1);
    expect(await dirtyClocks(verbs.db, 60_000, 10)).toEqual([]);
    await sql`update clock set dirty_since = now() - interval '2 minutes'`.execute(verbs.db);
    expect(await dirtyClocks(verbs.db, 60_000, 10)).toEqual((await clocks()).map((c) => c.id));
  });
});

test('A clock is overdue when a job on it should have fired long ago', async () => {
  const [job] = await jobs(1);
  const id = job?.id ?? '';
  const { rows } = await sql<{ now: number }>`select now() as now`.execute(verbs.db);
  const now = rows[0]?.now ?? 0;
  await setNextDue(verbs.db, [{ jobId: id, nextDue: now - 30_000 }]);
  expect(await overdueClocks(verbs.db, 60_000, 10)).toEqual([]);
  await setNextDue(verbs.db, [{ jobId: id, nextDue: now - 90_000 }]);
  expect(await overdueClocks(verbs.db, 60_000, 10)).toEqual([await clockOf(verbs.db, id)]);
});

describe('Balancing', () => {
  const merge = (capacity: number) => inTransaction(verbs.db, (tx) => mergeEmptiestClock(tx, capacity));

  async function twoClocks(first: number, second: number): Promise<void> {
    const many = await unseated(first + second);
    for (const job of many.slice(0, first)) await seat(job, first);
    for (const job of many.slice(first)) await seat(job, first);
    await sql`update clock set dirty_since = null`.execute(verbs.db);
  }

  test('moves the jobs of the emptiest clock onto one with room, and marks both dirty', async () => {
    await twoClocks(9, 2);
    const before = await clocks();
    const changed = await merge(12);
    expect([...changed].sort()).toEqual(before.map((c) => c.id).sort());
    expect((await clocks()).map((c) => c.seats)).toEqual([11, 0]);
    await expectTrueCounts();
    for (const { id } of before) expect(await dirtySince(verbs.db, id)).not.toBeNull();
  });

  test('leaves clocks alone that are full enough, or fit nowhere', async () => {
    await twoClocks(9, 4);
    expect(await merge(13)).toEqual([]);
    expect(await merge(12)).toEqual([]);
  });

  test('keeps the counts true while jobs leave and come', async () => {
    await twoClocks(20, 4);
    const seated = await verbs.db.selectFrom('job_state').select('job_id').where('clock_id', 'is not', null).execute();
    const fresh = await unseated(10);
    const pool = verbs.database.another();
    await Promise.all([
      merge(40),
      ...seated.slice(0, 22).map((row) =>
        inTransaction(pool, async (tx) => {
          await lockJobs(tx, [row.job_id]);
          await leaveSeat(tx, row.job_id);
        }),
      ),
      ...fresh.map((job) => seat(job, 40, pool)),
    ]);
    await expectTrueCounts();
    expect((await clocks()).reduce((sum, c) => sum + c.seats, 0)).toBe(12);
  });

  test('drops a clock without jobs, once it has been told', async () => {
    const [job] = await jobs(1);
    await pauseJob(verbs.ctx, { job: { id: job?.id ?? '' } });
    const drop = () => inTransaction(verbs.db, dropEmptyClocks);
    await drop();
    expect(await clocks()).toHaveLength(1);
    await sql`update clock set dirty_since = null`.execute(verbs.db);
    await drop();
    expect(await clocks()).toEqual([]);
  });
});
