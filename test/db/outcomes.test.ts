import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { OutcomeWriter } from '../../activities/outcome-writer.ts';
import type { ClaimedRun } from '../../activities/quick-run.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { requeueAttempt, renewAttempt, settleExecution, startAttempt } from '../../db/queries/attempts.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { writeOutcomes, type Outcome } from '../../db/queries/outcomes.ts';
import { EXECUTION_STATES, isTerminal, type ExecutionState } from '../../domain/execution.ts';
import { claimOne } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { executionById } from '../support/ledger.ts';
import { outcomeOf } from '../support/outcomes.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;

let verbs: TestVerbs;
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());

/** A claimed, running execution of a new job. */
async function running(): Promise<ClaimedRun> {
  return claimOne(verbs.db, deps, await verbs.createJob(), AT + 1000);
}

/** A run by hand that is held until `run`'s seat is free; returns its workflow. */
async function hold(run: ClaimedRun, afterMs: number): Promise<string> {
  const id = deps.ids.next();
  await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, workflow_id, job_revision)
    values (${id}, ${run.job.id}, 'gateway', 'manual', ${new Date(run.dueAt + afterMs)}, 7, 'waiting', ${id}, 1)`.execute(
    verbs.db,
  );
  return id;
}

function write(run: ClaimedRun, more: Partial<Outcome> = {}) {
  return inTransaction(verbs.db, async (tx) => {
    await lockJobs(tx, [run.job.id]);
    return writeOutcomes(tx, [outcomeOf(run, deps, more)]);
  });
}

const become = (run: ClaimedRun, state: ExecutionState) =>
  sql`update execution set state = ${state} where id = ${run.executionId}`.execute(verbs.db);

describe('An outcome', () => {
  test('is written by the claimant onto its running row', async () => {
    const run = await running();
    expect(await write(run)).toHaveLength(1);
    const row = await executionById(verbs.db, run.executionId);
    expect([row.state, row.startedAt, row.endedAt, row.durationMs, row.result]).toEqual([
      'succeeded',
      run.dueAt + 5,
      run.dueAt + 25,
      20,
      { message: 'done' },
    ]);
  });

  test('names the run that waits longest for the seat, where that is asked for', async () => {
    const [alone, unasked, asked] = [await running(), await running(), await running()];
    await hold(unasked, 1000);
    await hold(asked, 3000);
    const first = await hold(asked, 2000);
    expect(await write(alone, { asksForNext: true })).toMatchObject([{ nextWorkflowId: null }]);
    expect(await write(unasked)).toMatchObject([{ nextWorkflowId: null }]);
    expect(await write(asked, { asksForNext: true })).toMatchObject([{ nextWorkflowId: first }]);
  });

  test('of another worker changes nothing', async () => {
    const run = await running();
    expect(await write(run, { claimedBy: 'somebody else' })).toEqual([]);
    expect((await executionById(verbs.db, run.executionId)).state).toBe('running');
  });

  test('of an earlier attempt changes nothing once a later one holds the row', async () => {
    const run = await running();
    const key = {
      executionId: run.executionId,
      dueAt: run.dueAt,
      claimedBy: deps.instanceId,
      workerId: deps.instanceId,
    };
    await startAttempt(verbs.db, { ...key, attempt: 2, leaseMs: 60_000 });
    expect(await write(run, { attempt: 1 })).toEqual([]);
    expect(await write(run, { attempt: 2 })).toHaveLength(1);
  });

  test.each(EXECUTION_STATES.filter((state) => state !== 'running'))(
    'changes nothing on a row that is %s',
    async (state) => {
      const run = await running();
      await become(run, state);
      expect(await write(run)).toEqual([]);
      expect((await executionById(verbs.db, run.executionId)).state).toBe(state);
    },
  );
});

describe('An outcome that gathers with others', () => {
  /** So long that none is written unless somebody asks for it. */
  const LONG_MS = 600_000;
  const pending = (run: ClaimedRun) => ({ ...outcomeOf(run, deps), policy: run.job.policy });

  test('is written at once for whoever waits for its job, whose seat is free then', async () => {
    const writer = new OutcomeWriter(deps, 20_000);
    const run = await running();
    const end = writer.write(pending(run), LONG_MS);
    await writer.written([run.job.id]);
    expect((await executionById(verbs.db, run.executionId)).state).toBe('succeeded');
    expect(await end).toBe(true);
    await expect(claimOne(verbs.db, deps, run.job, run.dueAt + 1000)).resolves.toBeDefined();
  });

  test('is not written for who waits for another job', async () => {
    const writer = new OutcomeWriter(deps, 20_000);
    const [run, other] = [await running(), await verbs.createJob()];
    const end = writer.write(pending(run), LONG_MS);
    await writer.written([other.id]);
    expect((await executionById(verbs.db, run.executionId)).state).toBe('running');
    writer.flush();
    expect(await end).toBe(true);
    await writer.written([run.job.id, other.id]);
  });
});

describe('An ended execution stays as it is', () => {
  test.each(EXECUTION_STATES.filter(isTerminal))(
    'when it is %s: not settled, started, renewed or queued again',
    async (state) => {
      const run = await running();
      await become(run, state);
      const before = await executionById(verbs.db, run.executionId);
      const key = { executionId: run.executionId, dueAt: run.dueAt, attempt: 1 };
      const held = { ...key, claimedBy: deps.instanceId, leaseMs: 60_000 };
      const settled = await inTransaction(verbs.db, (tx) =>
        settleExecution(tx, { ...key, state: 'failed', reason: 'worker_lost', error: null }),
      );
      expect(settled).toBe(false);
      expect(await startAttempt(verbs.db, { ...held, attempt: 2, workerId: 'w' })).toBeNull();
      expect(await renewAttempt(verbs.db, { ...held, logs: [] })).toBe(false);
      expect(await requeueAttempt(verbs.db, { ...held, workflowId: 'w', attempts: [], logs: [] })).toBe(false);
      expect(await executionById(verbs.db, run.executionId)).toEqual(before);
    },
  );
});

describe('An attempt', () => {
  const keyOf = (run: ClaimedRun) => ({ executionId: run.executionId, dueAt: run.dueAt });
  const start = (run: ClaimedRun, attempt: number, claimedBy = deps.instanceId) =>
    startAttempt(verbs.db, { ...keyOf(run), attempt, claimedBy, workerId: claimedBy, leaseMs: 60_000 });

  test('that left no outcome is kept as lost when the next begins', async () => {
    const run = await running();
    const next = await start(run, 2, 'another worker');
    expect(next?.attempts).toMatchObject([{ attempt: 1, endedAt: null, error: { type: 'WorkerLost' } }]);
    expect((await executionById(verbs.db, run.executionId)).attempt).toBe(2);
  });

  test('can not take the row back from a later one', async () => {
    const run = await running();
    await start(run, 3);
    expect(await start(run, 2)).toBeNull();
  });

  test('is announced when it begins, and not when it does not', async () => {
    const run = await running();
    const told = async () => {
      const { rows } = await sql<{
        due_from: number;
        due_to: number;
        seq: number;
      }>`select seq, due_from, due_to from notice
        where kind = 'started' and ${run.executionId}::uuid = any(subjects) order by seq`.execute(verbs.db);
      return rows;
    };
    const before = await told();
    await start(run, 2);
    const after = await told();
    expect(after).toHaveLength(before.length + 1);
    expect(after.at(-1)).toMatchObject({ due_from: run.dueAt, due_to: run.dueAt });
    expect(await start(run, 1)).toBeNull();
    expect(await told()).toHaveLength(after.length);
  });

  test('is queued again by its claimant alone, and by the housekeeper only past the lease', async () => {
    const run = await running();
    const again = { ...keyOf(run), attempt: 1, workflowId: 'w', attempts: [], logs: [] };
    expect(await requeueAttempt(verbs.db, { ...again, claimedBy: 'somebody else' })).toBe(false);
    expect(await requeueAttempt(verbs.db, { ...again, claimedBy: null })).toBe(false);
    await sql`update execution set lease_until = now() - interval '1 ms' where id = ${run.executionId}`.execute(
      verbs.db,
    );
    expect(await requeueAttempt(verbs.db, { ...again, claimedBy: null })).toBe(true);
    expect((await executionById(verbs.db, run.executionId)).state).toBe('queued');
  });

  test('shows its log while it runs, and learns when it lost its row', async () => {
    const run = await running();
    const held = { ...keyOf(run), attempt: 1, claimedBy: deps.instanceId, leaseMs: 60_000 };
    const logs = [{ at: AT, level: 'info', message: 'half way' }] as const;
    expect(await renewAttempt(verbs.db, { ...held, logs })).toBe(true);
    expect((await executionById(verbs.db, run.executionId)).logs).toEqual(logs);
    await start(run, 2, 'another worker');
    expect(await renewAttempt(verbs.db, { ...held, logs })).toBe(false);
  });
});
