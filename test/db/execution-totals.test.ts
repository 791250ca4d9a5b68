import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { resumeJob } from '../../api/verbs/resume-job.ts';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { skipNext } from '../../api/verbs/skip-next.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { inTransaction, sql, type Tx } from '../../db/connect.ts';
import { countEnds, type Ended } from '../../db/queries/ends.ts';
import { executionTotals, foldTotals } from '../../db/queries/execution-totals.ts';
import { countCompleted } from '../../db/queries/housekeeping-round.ts';
import { jobCounts } from '../../db/queries/metrics-read.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';

const HOUR_MS = 3_600_000;

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());
beforeEach(async () => {
  await sql`truncate face_rollup, execution_total, execution_total_late`.execute(verbs.db);
  await sql`update execution_total_until set hour = '-infinity'`.execute(verbs.db);
});

/** One end of an execution that was due so many hours ago. */
function end(hoursAgo: number, state: ExecutionState, kind = 'cron'): Ended {
  const ran = state !== 'skipped' && state !== 'missed';
  return {
    ...{ executionId: randomUUID(), jobId: randomUUID(), face: 'tasks', kind, state, reason: null, error: null },
    dueAt: Date.now() - hoursAgo * HOUR_MS,
    startedAt: null,
    endedAt: Date.now(),
    durationMs: ran ? 100 + Math.floor(hoursAgo) : null,
    latenessMs: ran ? 3 + Math.floor(hoursAgo) : null,
  };
}

/** What the roll-ups hold by kind, all hours together: what the totals must say, folded or not. */
async function summed(): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ kind: string }>`
    select kind, sum(succeeded)::bigint as succeeded, sum(failed)::bigint as failed, sum(timed_out)::bigint as timed_out,
      sum(cancelled)::bigint as cancelled, sum(skipped - asked_skips)::bigint as skipped, sum(missed)::bigint as missed,
      sum(duration_total_ms)::bigint as "durationTotalMs", merge_histograms(durations) as durations,
      merge_histograms(lateness) as lateness
    from face_rollup group by kind order by kind`.execute(verbs.db);
  return Object.fromEntries(rows.map((row) => [row.kind, row]));
}

async function totals(): Promise<Record<string, unknown>> {
  return Object.fromEntries((await executionTotals(verbs.db)).map((total) => [total.kind, total]));
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      hoursAgo: fc.integer({ min: -2, max: 9 }),
      state: fc.constantFrom('succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed'),
      kind: fc.constantFrom('cron', 'interval'),
    }),
  },
  { weight: 1, arbitrary: fc.constant('fold' as const) },
);

describe('What ended, ever', () => {
  test('is the sum of all roll-ups, whatever was added up before and came to its hours afterwards [M-073, M-074]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        for (const one of steps) {
          if (one === 'fold') await foldTotals(verbs.db);
          else
            await inTransaction(verbs.db, (tx) =>
              countEnds(tx, [end(one.hoursAgo, one.state as ExecutionState, one.kind)]),
            );
          expect(await totals()).toEqual(await summed());
        }
      }),
      { numRuns: 25 },
    );
    const { rows } = await sql<{ n: number }>`select count(*) as n from execution_total`.execute(verbs.db);
    expect(rows[0]?.n).toBeGreaterThan(0);
  });

  test('takes in the history of years step by step, each hour once', async () => {
    const days = [1, 13, 14, 15, 200, 700];
    await inTransaction(verbs.db, (tx) =>
      countEnds(
        tx,
        days.map((day) => end(24 * day, 'succeeded')),
      ),
    );
    let steps = 0;
    await foldTotals(verbs.db, () => (steps += 1));
    expect(steps).toBeGreaterThan(3);
    expect(await totals()).toEqual(await summed());
    const { rows } = await sql<{ succeeded: number }>`select succeeded from execution_total`.execute(verbs.db);
    expect(rows).toEqual([{ succeeded: days.length }]);
    await foldTotals(verbs.db);
    expect(await totals()).toEqual(await summed());
  });

  test('loses nothing and doubles nothing that is written while hours are added up', async () => {
    await inTransaction(verbs.db, (tx) => countEnds(tx, [end(4.5, 'succeeded'), end(6, 'failed')]));
    await foldTotals(verbs.db);
    let commit = () => undefined as void;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let counted = () => undefined as void;
    const isCounted = new Promise<void>((resolve) => (counted = resolve));
    const writing = verbs.database
      .another()
      .transaction()
      .execute(async (tx: Tx) => {
        await countEnds(tx, [end(4.5, 'succeeded'), end(8, 'missed')]);
        counted();
        await held;
      });
    await isCounted;
    // The hours that the others write to are added up anew, as if they had only just become old enough.
    await sql`update execution_total_until set hour = hour - interval '2 hours'`.execute(verbs.db);
    await sql`update execution_total set succeeded = 0, failed = 0, durations = '{}', lateness = '{}', duration_total_ms = 0`.execute(
      verbs.db,
    );
    await foldTotals(verbs.db);
    commit();
    await writing;
    expect(await totals()).toMatchObject({ cron: { succeeded: 2, missed: 1 } });
    await foldTotals(verbs.db);
    expect(await totals()).toMatchObject({ cron: { succeeded: 2, missed: 1 } });
    const { rows } = await sql<{ n: number }>`select count(*) as n from execution_total_late`.execute(verbs.db);
    expect(rows[0]?.n).toBe(0);
  });

  test('holds no time that someone asked to skip, which may be taken back: no counter goes down [M-075]', async () => {
    const job = await verbs.createJob();
    const skipped = async () => (await executionTotals(verbs.db)).reduce((sum, total) => sum + total.skipped, 0);
    await skipNext(verbs.ctx, { job: { id: job.id } });
    await skipNext(verbs.ctx, { job: { id: job.id } });
    expect(await skipped()).toBe(0);
    const daily = parseSchedule({ kind: 'daily', time: '01:00' }, { now: verbs.now, defaultTimezone: 'UTC' });
    await updateJob(verbs.ctx, { job: { id: job.id }, merge: () => ({ schedule: daily }) });
    expect(await skipped()).toBe(0);
    const { rows } = await sql<{ asked: number }>`select sum(asked_skips)::bigint as asked from face_rollup`.execute(
      verbs.db,
    );
    expect(rows[0]?.asked).toBe(0);
  });
});

describe('Jobs by kind and status', () => {
  const counts = async (kind: string) => (await jobCounts(verbs.db)).find((row) => row.kind === kind);

  test('are tallied as they are paused, resumed, disabled and made, and found completed once they have no seat [M-072]', async () => {
    const once = parseSchedule(
      { kind: 'once', at: new Date(verbs.now + 60_000).toISOString() },
      { now: verbs.now, defaultTimezone: 'UTC' },
    );
    const jobs = await Promise.all(Array.from({ length: 4 }, () => verbs.createJob({ schedule: once })));
    const [a, b, c] = jobs.map(({ id }) => ({ id }));
    if (!a || !b || !c) throw new Error('too few jobs');
    const at = { kind: 'once', paused: 0, completed: 0, disabled: 0 };
    expect(await counts('once')).toEqual({ ...at, active: 4 });
    await pauseJob(verbs.ctx, { job: a });
    await setEnabled(verbs.ctx, { job: b, enabled: false });
    expect(await counts('once')).toEqual({ ...at, active: 2, paused: 1, disabled: 1 });
    await resumeJob(verbs.ctx, { job: a });
    await countCompleted(verbs.db);
    expect(await counts('once')).toEqual({ ...at, active: 3, disabled: 1 });
    await sql`update job_state set clock_id = null where job_id = ${c.id}`.execute(verbs.db);
    await countCompleted(verbs.db);
    expect(await counts('once')).toEqual({ ...at, active: 2, completed: 1, disabled: 1 });
  });
});
