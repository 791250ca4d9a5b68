import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runs } from '../../activities/deps.ts';
import { cancelExecution } from '../../api/verbs/cancel-execution.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { runJob, type StartedRun } from '../../api/verbs/run-job.ts';
import { sql } from '../../db/connect.ts';
import { overdueHeld } from '../../db/queries/held-runs.ts';
import type { Execution, ExecutionState } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { instead } from '../support/instead.ts';
import { topicOf } from '../support/job-specs.ts';
import { executionById } from '../support/ledger.ts';
import { held, silent } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';
import { on, waitingJobs } from '../support/waiting-jobs.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const { make } = waitingJobs(() => engine);
const named = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;
const queue = (job: Job): Promise<StartedRun> =>
  runJob(engine.ctx, { job: { id: job.id }, force: true, queues: true, parameters: {} });
const inState = ({ executionId }: StartedRun, state: ExecutionState): Promise<Execution> =>
  until(`it is ${state}`, async () => {
    const row = await executionById(engine.db, executionId);
    return row.state === state && row;
  });

describe.concurrent('A run that is queued', () => {
  test('while its job is under way waits, and goes when that has ended', async () => {
    const job = await make(named('busy'), [], { policy: { maxConcurrent: 1 } });
    const gate = held();
    engine.publisher.answer(topicOf(job.name), gate.behaviour);
    const [first, second, third] = [await queue(job), await queue(job), await queue(job)];
    await inState(first, 'running');
    for (const later of [second, third]) expect(await inState(later, 'waiting')).toMatchObject({ startedAt: null });
    gate.release();
    const rows = [
      await inState(first, 'succeeded'),
      await inState(second, 'succeeded'),
      await inState(third, 'succeeded'),
    ];
    for (const [i, row] of rows.slice(1).entries())
      expect(row.startedAt ?? 0).toBeGreaterThanOrEqual(rows[i]?.endedAt ?? Infinity);
  });

  test('goes side by side where its job may, and when it is disabled', async () => {
    const job = await make(named('wide'), [], { policy: { maxConcurrent: 2 }, enabled: false });
    const gate = held();
    engine.publisher.answer(topicOf(job.name), gate.behaviour);
    const [first, second, third] = [await queue(job), await queue(job), await queue(job)];
    await inState(first, 'running');
    await inState(second, 'running');
    await inState(third, 'waiting');
    gate.release();
    await inState(third, 'succeeded');
  });

  test('goes when the run before it is cancelled, and can be cancelled while it waits', async () => {
    const job = await make(named('cancelled'), [], { policy: { maxConcurrent: 1, timeoutSeconds: 300 } });
    engine.publisher.answer(topicOf(job.name), silent);
    const [first, second, third] = [await queue(job), await queue(job), await queue(job)];
    await inState(first, 'running');
    await inState(second, 'waiting');
    await cancelExecution(engine.ctx, { execution: { id: second.executionId } });
    await inState(second, 'cancelled');
    await cancelExecution(engine.ctx, { execution: { id: first.executionId } });
    await inState(third, 'running');
    await cancelExecution(engine.ctx, { execution: { id: third.executionId } });
  });

  test('is cancelled with its job', async () => {
    const job = await make(named('deleted'), [], { policy: { maxConcurrent: 1 } });
    const gate = held();
    engine.publisher.answer(topicOf(job.name), gate.behaviour);
    const [first, second] = [await queue(job), await queue(job)];
    await inState(second, 'waiting');
    await deleteJob(engine.ctx, { job: { id: job.id } });
    expect(await inState(second, 'cancelled')).toMatchObject({ reason: 'job_deleted' });
    gate.release();
    await inState(first, 'succeeded');
  });

  test('does not wait for the parents of its job', async () => {
    const child = await make(named('child'), [on(await make(named('parent')))], { policy: { maxConcurrent: 1 } });
    const gate = held();
    engine.publisher.answer(topicOf(child.name), gate.behaviour);
    const [first, second] = [await queue(child), await queue(child)];
    await inState(second, 'waiting');
    gate.release();
    await inState(first, 'succeeded');
    await inState(second, 'succeeded');
  });
});

test('A queued run is no held one whose time is over, however long it waits', async () => {
  const job = await make(named('long'), [], { policy: { maxConcurrent: 1 } });
  const gate = held();
  engine.publisher.answer(topicOf(job.name), gate.behaviour);
  const [first, second] = [await queue(job), await queue(job)];
  const { workflowId } = await inState(second, 'waiting');
  expect(workflowId).not.toBeNull();
  await sql`update execution set created_at = created_at - interval '10 days' where id = ${second.executionId}`.execute(
    engine.db,
  );
  expect(await overdueHeld(engine.db, 86_400_000, 1000)).not.toContain(workflowId);
  gate.release();
  await inState(first, 'succeeded');
  await inState(second, 'succeeded');
});

test('A queued run whose wake was lost looks by itself', async () => {
  const deaf = await startEngine({ worker: false });
  await deaf.startWorker({ runs: instead<Runs>(deaf.engine, { wakeRun: () => Promise.reject(new Error('lost')) }) });
  const job = await deaf.createJob({ schedule: { kind: 'none' }, policy: { maxConcurrent: 1 } });
  const gate = held();
  deaf.publisher.answer(topicOf(job.name), gate.behaviour);
  const ask = () => runJob(deaf.ctx, { job: { id: job.id }, force: true, queues: true, parameters: {} });
  const started = [await ask(), await ask(), await ask()];
  const states = async () =>
    Promise.all(started.map(async ({ executionId }) => (await executionById(deaf.db, executionId)).state));
  expect((await states()).slice(1)).toEqual(['waiting', 'waiting']);
  gate.release();
  await until('all have run', async () => (await states()).every((state) => state === 'succeeded'));
  await until('that is said', () => deaf.log.said('could not be woken'));
  await deaf.stop();
});
