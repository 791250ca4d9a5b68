import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { inTransaction, sql, type Tx } from '../../db/connect.ts';
import { settleExecution } from '../../db/queries/attempts.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { countEnds, FACE_SLOT } from '../../db/queries/ends.ts';
import { writeOutcomes } from '../../db/queries/outcomes.ts';
import { addTo, percentile } from '../../domain/histogram.ts';
import type { Job } from '../../domain/job.ts';
import { claim, due } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { stateOf } from '../support/ledger.ts';
import { outcomeOf } from '../support/outcomes.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;
const STATES = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed'] as const;

const SKIPPED = {
  face: 'gateway',
  kind: 'interval',
  state: 'skipped',
  reason: 'overlap',
  dueAt: AT,
  startedAt: null,
  endedAt: AT,
  durationMs: null,
  latenessMs: null,
  error: null,
} as const;

let verbs: TestVerbs;
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());

/** How one fire ends: by its outcome, by a settlement, or at its claim. */
const ends = fc.record({
  how: fc.constantFrom('succeeded', 'failed', 'timed_out', 'cancelled', 'lost', 'overlap', 'missed'),
  durationMs: fc.integer({ min: 0, max: 100_000 }),
  lateMs: fc.integer({ min: 0, max: 5_000_000 }),
});
type End = typeof ends extends fc.Arbitrary<infer T> ? T : never;

async function happen(job: Job, at: number, end: End): Promise<void> {
  const { how } = end;
  if (how === 'missed') {
    await claim(verbs.db, deps, [due(job, [at])], at + 1_000_000);
    return;
  }
  const { quick } = await claim(verbs.db, deps, [due(job, [at])], at);
  const [run] = quick;
  if (run === undefined) throw new Error('the claim was not admitted');
  if (how === 'overlap') await claim(verbs.db, deps, [due(job, [at + 1000])], at + 1000);
  await inTransaction(verbs.db, async (tx) => {
    await lockJobs(tx, [job.id]);
    if (how === 'lost') {
      const lost = { executionId: run.executionId, dueAt: at, state: 'failed', reason: 'worker_lost' } as const;
      await settleExecution(tx, { ...lost, error: { type: 'WorkerLost', message: 'gone' } });
      return;
    }
    const startedAt = at + end.lateMs;
    const times = { startedAt, endedAt: startedAt + end.durationMs, durationMs: end.durationMs };
    const state = how === 'overlap' ? 'succeeded' : how;
    const error = state === 'succeeded' ? null : { type: 'E', message: `was ${state}` };
    await writeOutcomes(tx, [outcomeOf(run, deps, { ...times, state, error })]);
  });
}

/** Counted anew from the rows themselves. */
async function recount(jobId: string) {
  const { rows } = await sql<{ hour: number; state: string; count: number; duration: number; durations: number[] }>`
    select date_trunc('hour', due_at, 'UTC') as hour, state, count(*) as count,
      coalesce(sum(duration_ms), 0)::bigint as duration,
      array_remove(array_agg(duration_ms::int), null) as durations
    from execution where job_id = ${jobId} group by 1, 2 order by 1, 2`.execute(verbs.db);
  return rows;
}

async function rollups(jobId: string) {
  return verbs.db.selectFrom('job_rollup').selectAll().where('job_id', '=', jobId).orderBy('hour').execute();
}

describe('Counters and roll-ups', () => {
  test('equal a recount from the rows, whatever became of them and in whatever order they ended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ends, { minLength: 1, maxLength: 12 }), async (list) => {
        verbs.now = TEST_NOW;
        const job = await verbs.createJob();
        for (const [i, end] of list.entries()) await happen(job, AT + i * 600_000, end);

        const counted = await recount(job.id);
        const state = await stateOf(verbs.db, job.id);
        const hours = await rollups(job.id);
        for (const name of STATES) {
          const inRows = counted.filter((r) => r.state === name).reduce((sum, r) => sum + r.count, 0);
          expect([name, state[name]]).toEqual([name, inRows]);
          for (const hour of hours) {
            const inHour = counted.find((r) => r.state === name && r.hour === hour.hour)?.count ?? 0;
            expect([hour.hour, name, hour[name]]).toEqual([hour.hour, name, inHour]);
          }
        }
        expect(new Set(hours.map((h) => h.hour))).toEqual(new Set(counted.map((r) => r.hour)));
        expect(state.duration_total_ms).toBe(counted.reduce((sum, r) => sum + r.duration, 0));
        for (const hour of hours) {
          const histogram: number[] = [];
          for (const row of counted.filter((r) => r.hour === hour.hour))
            for (const ms of row.durations) addTo(histogram, ms);
          expect(hour.durations).toEqual(histogram);
        }
        const { rows } = await sql<{ state: string; ended_at: number; message: string | null }>`
          select state, ended_at, error ->> 'message' as message from execution
          where job_id = ${job.id} and state not in ('skipped', 'missed') order by ended_at desc limit 1`.execute(
          verbs.db,
        );
        expect([state.last_state, state.last_ended_at, state.last_error]).toEqual([
          rows[0]?.state ?? null,
          rows[0]?.ended_at ?? null,
          rows[0]?.message ?? null,
        ]);
      }),
      { numRuns: 25 },
    );
  });

  test('count each end once in its job and in its hour, where one statement ends several hours', async () => {
    const [often, once] = [await verbs.createJob(), await verbs.createJob()];
    const hour = Math.floor(AT / 3_600_000) * 3_600_000;
    const end = (job: Job, dueAt: number) => ({ ...SKIPPED, jobId: job.id, executionId: randomUUID(), dueAt });
    const ends = [end(often, hour), end(once, hour + 1000), end(often, hour + 3_600_000), end(often, hour + 3_700_000)];
    await inTransaction(verbs.db, async (tx) => {
      await lockJobs(tx, [often.id, once.id].sort());
      await countEnds(tx, ends);
    });
    const counted = async (job: Job) => [
      (await stateOf(verbs.db, job.id)).skipped,
      (await rollups(job.id)).map((r) => [r.hour - hour, r.skipped]),
    ];
    expect(await counted(often)).toEqual([
      3,
      [
        [0, 1],
        [3_600_000, 2],
      ],
    ]);
    expect(await counted(once)).toEqual([1, [[0, 1]]]);
  });

  test('of a face are the sums of its jobs', async () => {
    const { rows } = await sql<{ job: number; face: number }>`select
      (select sum(succeeded + failed + timed_out + cancelled + skipped + missed) from job_rollup)::bigint as job,
      (select sum(succeeded + failed + timed_out + cancelled + skipped + missed) from face_rollup)::bigint as face`.execute(
      verbs.db,
    );
    expect(rows[0]?.face).toBe(rows[0]?.job);
    expect(rows[0]?.face).toBeGreaterThan(0);
  });
});

describe('Connections that end executions of one face in one hour', () => {
  const skip = (job: Job, tx: Tx) => countEnds(tx, [{ ...SKIPPED, jobId: job.id, executionId: randomUUID() }]);
  const slotOf = async (tx: Tx) =>
    (await sql<{ slot: number }>`select ${FACE_SLOT} as slot`.execute(tx)).rows[0]?.slot ?? Number.NaN;

  test("wait for no other's commit, but for those of their own slot", async () => {
    const [held, other] = [await verbs.createJob(), await verbs.createJob()];
    let beside = 0;
    await inTransaction(verbs.db, async (first) => {
      await skip(held, first);
      const taken = await slotOf(first);
      // The pool opens a connection for each: their process ids, and so their slots, differ.
      const opened = Array.from({ length: 12 }, () =>
        inTransaction(verbs.db, async (tx) => {
          await sql`select pg_sleep(0.2)`.execute(tx);
          if ((await slotOf(tx)) === taken) return;
          await sql`set local lock_timeout = '30s'`.execute(tx);
          await lockJobs(tx, [other.id]);
          await skip(other, tx);
          beside += 1;
        }),
      );
      await Promise.all(opened);
    });
    expect(beside).toBeGreaterThan(0);
  });
});

describe('Histograms merged by Postgres', () => {
  const values = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 40 });

  test('are the histogram of all their values together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 6 }), async (groups) => {
        const histograms = groups.map((group) => {
          const counts: number[] = [];
          for (const ms of group) addTo(counts, ms);
          return counts;
        });
        const together: number[] = [];
        for (const ms of groups.flat()) addTo(together, ms);
        const { rows } = await sql<{ merged: number[] }>`
          select merge_histograms(h::int[]) as merged
          from unnest(${histograms.map((h) => `{${h.join(',')}}`)}::text[]) h`.execute(verbs.db);
        expect(rows[0]?.merged).toEqual(together);
        expect(percentile(rows[0]?.merged ?? [], 0.95)).toBe(percentile(together, 0.95));
      }),
      { numRuns: 40 },
    );
  });
});
