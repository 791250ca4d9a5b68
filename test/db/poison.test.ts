import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { OutcomeWriter, type PendingOutcome } from '../../activities/outcome-writer.ts';
import type { ClaimedRun } from '../../activities/quick-run.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { listen, notifyExecutions, type ExecutionRef, type Notice } from '../../db/events.ts';
import type { Job } from '../../domain/job.ts';
import { claim, due } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { executionById, ledgerOf, stateOf } from '../support/ledger.ts';
import { outcomeOf } from '../support/outcomes.ts';
import { until } from '../support/until.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;
const NUL = String.fromCharCode(0);
const LONE = '\ud800';

let verbs: TestVerbs;
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());

let second = 0;
async function claimed(jobs: readonly Job[]): Promise<ClaimedRun[]> {
  const at = AT + (second += 1) * 1000;
  const { quick } = await claim(
    verbs.db,
    deps,
    jobs.map((job) => due(job, [at])),
    at,
  );
  return quick;
}

const makeJobs = (count: number) => Promise.all(Array.from({ length: count }, () => verbs.createJob()));
const pending = (run: ClaimedRun, more: Partial<PendingOutcome> = {}): PendingOutcome => ({
  ...outcomeOf(run, deps, more),
  policy: run.job.policy,
});

/** Writes all of them as one batch; says what became of each. */
async function writeTogether(outcomes: readonly PendingOutcome[]): Promise<unknown[]> {
  const writer = new OutcomeWriter(deps, 20_000);
  const ends = outcomes.map((outcome) => writer.write(outcome, 1_000));
  writer.flush();
  return (await Promise.allSettled(ends)).map((end) => (end.status === 'fulfilled' ? end.value : end.status));
}

describe('Text that Postgres can not hold', () => {
  test('is cleaned wherever an action reports it: result, error, log, earlier attempts', async () => {
    const [run] = await claimed(await makeJobs(1));
    if (run === undefined) throw new Error('not claimed');
    const bad = `a${NUL}b${LONE}c`;
    const attempts = [{ attempt: 1, startedAt: AT, endedAt: AT, error: { type: bad, message: bad } }];
    const logs = [{ at: AT, level: 'info', message: bad }] as const;
    const outcome = {
      result: { message: bad, data: { [bad]: [bad] } },
      logs,
      attempts,
      error: { type: 'E', message: bad },
    };
    expect(await writeTogether([pending(run, { ...outcome, state: 'failed' })])).toEqual([true]);
    const clean = 'a\ufffdb\ufffdc';
    const row = await executionById(verbs.db, run.executionId);
    expect(row.result).toEqual({ message: clean, data: { [clean]: [clean] } });
    expect([row.error?.message, row.logs[0]?.message, row.attempts[0]?.error?.type]).toEqual([clean, clean, clean]);
    expect((await stateOf(verbs.db, run.job.id)).last_error).toBe(clean);
  });

  test('is cleaned in what a user sets: a job with it is made, and fires', async () => {
    const job = await verbs.createJob({ name: `bad${NUL}${LONE}`, variables: { [`k${NUL}`]: LONE } });
    expect(job.name).toBe('bad\ufffd\ufffd');
    expect(await claimed([job])).toHaveLength(1);
  });
});

describe('One outcome that Postgres refuses', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  test.each([
    ['a number that is none', { durationMs: Number.NaN }],
    ['a time beyond the calendar', { endedAt: 8.64e15 }],
    ['a value that is no JSON', { result: { message: 'x', data: cyclic as never } }],
    ['a bigint', { result: { message: 'x', data: 1n as never } }],
  ])('is parted from its batch (%s): the other 19 end well, it alone is failed', async (_, faulty) => {
    const runs = await claimed(await makeJobs(20));
    const results = await writeTogether(runs.map((run, i) => pending(run, i === 7 ? faulty : {})));
    const states = await Promise.all(runs.map(async (run) => (await executionById(verbs.db, run.executionId)).state));
    expect(states.filter((state) => state === 'succeeded')).toHaveLength(19);
    expect(states[7]).not.toBe('succeeded');
    expect(results.filter((end) => end === true).length).toBeGreaterThanOrEqual(19);
  });

  test('is recorded as failed, with what was wrong, where its times can be stored', async () => {
    const runs = await claimed(await makeJobs(2));
    const [good, bad] = runs;
    if (good === undefined || bad === undefined) throw new Error('not claimed');
    await writeTogether([pending(good), pending(bad, { result: { message: 'x', data: cyclic as never } })]);
    expect((await executionById(verbs.db, bad.executionId)).error).toMatchObject({ type: 'OutcomeRefused' });
  });
});

describe('Batches of events', () => {
  test('of any size arrive whole, in payloads that Postgres takes', async () => {
    const notices: Notice[] = [];
    let connected = false;
    const listener = listen({
      url: verbs.database.url,
      applicationName: 'test',
      onNotice: (notice) => notices.push(notice),
      onState: (state) => (connected = state === 'connected'),
    });
    await until('it listens', () => connected);
    const refs = Array.from({ length: 5000 }, (_, i): ExecutionRef => ({ id: deps.ids.next(), dueAt: AT + i * 1000 }));
    await inTransaction(verbs.db, (tx) => notifyExecutions(tx, 'ended', refs));
    const heard = () => notices.flatMap((notice) => (notice.kind === 'ended' ? notice.executions : []));
    await until('all have arrived', () => heard().length === refs.length);
    expect(heard()).toEqual(refs);
    await listener.stop();
  });

  test('are not sent when the transaction that told of them fails', async () => {
    const notices: Notice[] = [];
    let connected = false;
    const listener = listen({
      url: verbs.database.url,
      applicationName: 'test',
      onNotice: (notice) => notices.push(notice),
      onState: (state) => (connected = state === 'connected'),
    });
    await until('it listens', () => connected);
    const [lost, kept] = [deps.ids.next(), deps.ids.next()];
    const failing = inTransaction(verbs.db, async (tx) => {
      await notifyExecutions(tx, 'ended', [{ id: lost, dueAt: AT }]);
      await sql`select 1 / 0`.execute(tx);
    });
    await expect(failing).rejects.toThrow();
    await inTransaction(verbs.db, (tx) => notifyExecutions(tx, 'ended', [{ id: kept, dueAt: AT }]));
    await until('the later one has arrived', () => notices.length > 0);
    expect(notices).toMatchObject([{ kind: 'ended', executions: [{ id: kept, dueAt: AT }] }]);
    await listener.stop();
  });
});

describe('A time that no month of ours covers', () => {
  test('finds its place in the default partition, and is claimed there only once', async () => {
    const far = Date.parse('2031-07-01T00:00:00Z');
    const job = await verbs.createJob({ schedule: { kind: 'once', at: far } });
    const batch = [due(job, [far], { final: true, next: null })];
    expect((await claim(verbs.db, deps, batch, far)).quick).toHaveLength(1);
    expect((await claim(verbs.db, deps, batch, far)).quick).toHaveLength(0);
    expect(await ledgerOf(verbs.db, job.id)).toHaveLength(1);
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from execution_default where job_id = ${job.id}`.execute(verbs.db);
    expect(rows[0]?.n).toBe(1);
  });
});
