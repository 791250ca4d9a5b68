import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelExecution } from '../../api/verbs/cancel-execution.ts';
import { runJob, type StartedRun } from '../../api/verbs/run-job.ts';
import { startAttempt } from '../../db/queries/attempts.ts';
import { createSettle } from '../../activities/settle.ts';
import type { Execution } from '../../domain/execution.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { runWorkflowId } from '../../domain/run.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ageQueued, expireLease, housekeep } from '../support/housekeeping.ts';
import type { SpecOverrides } from '../support/job-specs.ts';
import { executionById, stateOf } from '../support/ledger.ts';
import type { LogEntry } from '../support/recording-log.ts';
import { failing, failingFirst, silent } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** temporal.api.enums.v1.PendingActivityState: CANCEL_REQUESTED. */
const TOLD_TO_STOP = 3;

/** A job that only runs by hand, publishing to a topic of its own. */
async function byHand(spec: SpecOverrides = {}): Promise<{ job: Job; topic: string }> {
  const topic = `runs/${randomUUID()}`;
  const action = { type: 'publish', topic, payload: 'x' };
  return { job: await engine.createJob({ schedule: { kind: 'none' }, action, ...spec }), topic };
}

const run = (job: Job): Promise<StartedRun> =>
  runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
const rowOf = (started: StartedRun) => executionById(engine.db, started.executionId);
const ended = (started: StartedRun): Promise<Execution> =>
  until('the run has ended', async () => {
    const row = await rowOf(started);
    return isTerminal(row.state) && row;
  });
const workflowIdOf = ({ job, executionId, at }: StartedRun) =>
  runWorkflowId({ jobId: job.id, trigger: 'manual', dueAt: at, executionId });
const handleOf = (started: StartedRun) => engine.client.workflow.getHandle(workflowIdOf(started));
/** The events of its history, but for those of workflow tasks that a worker came too late for. */
const eventsOf = async (started: StartedRun): Promise<number> => {
  const { events } = await handleOf(started).fetchHistory();
  const late = (events ?? []).flatMap(({ eventId, workflowTaskTimedOutEventAttributes: timedOut }) =>
    timedOut == null ? [] : [eventId, timedOut.scheduledEventId, timedOut.startedEventId].map(String),
  );
  return (events ?? []).filter(({ eventId }) => !late.includes(String(eventId))).length;
};
const running = (started: StartedRun) => until('it runs', async () => (await rowOf(started)).state === 'running');

describe.concurrent('A run', () => {
  test('that succeeds costs 11 events of history, and its row says how it went', async () => {
    const { job, topic } = await byHand();
    const started = await run(job);
    await handleOf(started).result();
    expect(await eventsOf(started)).toBe(11);
    const row = await rowOf(started);
    expect(row).toMatchObject({
      state: 'succeeded',
      trigger: 'manual',
      attempt: 1,
      attempts: [],
      triggeredBy: 'tester',
    });
    expect(row.workerId).toBe(engine.deps.instanceId);
    expect(engine.publisher.count(topic)).toBe(1);
    expect(await stateOf(engine.db, job.id)).toMatchObject({ succeeded: 1, last_state: 'succeeded' });
  });

  test('shows in Temporal whose it is: attributes, memo, summary and details', async () => {
    const { job } = await byHand({ name: 'shown | so', tags: ['a', 'b'] });
    const started = await run(job);
    await handleOf(started).result();
    const description = await handleOf(started).describe();
    expect(description.searchAttributes).toMatchObject({
      JobId: [job.id],
      JobType: ['none'],
      Face: ['gateway'],
      Trigger: ['manual'],
      ExecutionId: [started.executionId],
    });
    expect(description.searchAttributes['Tags']).toEqual(expect.arrayContaining(['a', 'b']));
    expect(description.memo).toEqual({ executionId: started.executionId, jobName: 'shown | so' });
    expect(await description.staticSummary()).toMatch(/^publish to runs\/.* · shown \| so$/);
    expect(await description.staticDetails()).toContain(`| execution | \`${started.executionId}\` |`);
    expect(await description.staticDetails()).toContain('shown \\| so');
  });

  test('that fails without retries ends failed, in Temporal too, and says why', async () => {
    const { job, topic } = await byHand();
    engine.publisher.answer(topic, failing('the broker said no'));
    const started = await run(job);
    await expect(handleOf(started).result()).rejects.toThrow();
    expect(await rowOf(started)).toMatchObject({
      state: 'failed',
      reason: 'action_failed',
      error: { type: 'Error', message: 'the broker said no' },
    });
    expect((await handleOf(started).describe()).status.name).toBe('FAILED');
    expect(await stateOf(engine.db, job.id)).toMatchObject({ failed: 1, last_error: 'the broker said no' });
  });

  test('is tried again as its policy says, and keeps what the earlier attempts came to [G-360]', async () => {
    const { job, topic } = await byHand({
      policy: { maxRetries: 3, retryDelaySeconds: 1, retryBackoff: 'exponential' },
    });
    engine.publisher.answer(topic, failingFirst(2));
    const started = await run(job);
    await handleOf(started).result();
    const row = await rowOf(started);
    expect([row.state, row.attempt]).toEqual(['succeeded', 3]);
    expect(row.attempts.map((a) => [a.attempt, a.error?.message])).toEqual([
      [1, 'not yet, 2 more'],
      [2, 'not yet, 1 more'],
    ]);
    const [first, second] = row.attempts;
    expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThanOrEqual(1000);
    expect((row.startedAt ?? 0) - (second?.endedAt ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(await eventsOf(started)).toBe(11);
  });

  test('ends failed once its retries are used up', async () => {
    const { job, topic } = await byHand({ policy: { maxRetries: 2 } });
    engine.publisher.answer(topic, failing('never'));
    const row = await ended(await run(job));
    expect([row.state, row.attempt, row.attempts.length]).toEqual(['failed', 3, 2]);
    expect(engine.publisher.count(topic)).toBe(3);
  });

  test('that can not get better is not tried again', async () => {
    const action = { type: 'log', message: 'by ${NOBODY_KNOWS}' };
    const { job } = await byHand({ action, policy: { maxRetries: 5 } });
    const row = await ended(await run(job));
    expect(row).toMatchObject({ state: 'failed', attempt: 1, error: { type: 'UnknownVariable' } });
    expect(row.error?.message).toContain('${NOBODY_KNOWS}');
  });

  test('that runs past its timeout is timed out, tried again, and timed out for good', async () => {
    const { job, topic } = await byHand({ policy: { timeoutSeconds: 1, maxRetries: 1 } });
    engine.publisher.answer(topic, silent);
    const row = await ended(await run(job));
    expect(row).toMatchObject({
      state: 'timed_out',
      reason: 'attempt_timed_out',
      attempt: 2,
      error: { type: 'Timeout' },
    });
    expect(row.attempts[0]?.error?.type).toBe('Timeout');
    expect((await stateOf(engine.db, job.id)).timed_out).toBe(1);
  });

  test('that is cancelled stops its action, ends cancelled, and is not tried again', async () => {
    const { job, topic } = await byHand({ policy: { maxRetries: 5 } });
    let stopped = false;
    engine.publisher.answer(topic, (publication, signal) => {
      signal.addEventListener('abort', () => (stopped = true));
      return silent(publication, signal);
    });
    const started = await run(job);
    await until('it acts', () => engine.publisher.count(topic) === 1);
    const { execution } = await cancelExecution(engine.ctx, {
      execution: { id: started.executionId },
      reason: 'enough',
    });
    expect(execution).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_user', attempt: 1 });
    expect(stopped).toBe(true);
    expect(engine.publisher.count(topic)).toBe(1);
    const audit = await engine.db
      .selectFrom('audit')
      .selectAll()
      .where('execution_id', '=', started.executionId)
      .execute();
    expect(audit.map((entry) => [entry.action, entry.reason])).toContainEqual(['execution.cancel', 'enough']);
  });

  test('that is cancelled between two attempts ends cancelled', async () => {
    const { job, topic } = await byHand({ policy: { maxRetries: 1, retryDelaySeconds: 600 } });
    engine.publisher.answer(topic, failing('not yet'));
    const started = await run(job);
    await until('it waits for its retry', async () => (await rowOf(started)).attempts.length === 1);
    await handleOf(started).cancel();
    const row = await ended(started);
    expect([row.state, row.attempts.length]).toEqual(['cancelled', 1]);
  });

  test('that is cancelled just as an attempt fails ends cancelled, though it was to be tried again', async () => {
    const { job, topic } = await byHand({ policy: { maxRetries: 3, stopOnError: true } });
    const begun: StartedRun[] = [];
    engine.publisher.answer(topic, async () => {
      const handle = handleOf(await until('it is started', () => begun[0]));
      await handle.cancel();
      await until('the action is to stop', async () => {
        const { pendingActivities } = (await handle.describe()).raw;
        return pendingActivities?.some(({ state }) => Number(state) === TOLD_TO_STOP);
      });
      throw new Error('not yet');
    });
    const started = await run(job);
    begun.push(started);
    expect(await ended(started)).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_user' });
    const found = await engine.db.selectFrom('job').select('enabled').where('id', '=', job.id).executeTakeFirst();
    expect(found?.enabled).toBe(true);
  });

  test('that is terminated behind our back is settled by the housekeeper once its lease is over', async () => {
    const { job, topic } = await byHand();
    engine.publisher.answer(
      topic,
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    const started = await run(job);
    await running(started);
    const row = await rowOf(started);
    const settle = createSettle(engine.deps);
    await handleOf(started).terminate('by a test');
    await until('the housekeeper settled it, or the action heard of it first', async () => {
      await expireLease(engine.db, started.executionId);
      await housekeep(engine);
      return isTerminal((await rowOf(started)).state);
    });
    const end = await rowOf(started);
    await settle({
      executionId: row.id,
      jobId: job.id,
      dueAt: row.dueAt,
      state: 'cancelled',
      reason: 'cancelled_by_user',
      message: '',
    });
    expect(await rowOf(started)).toEqual(end);
  });

  test('that was stored but never started is started by the housekeeper, once', async () => {
    const { job, topic } = await byHand();
    const ctx = engine.ctxWith({ startRun: () => Promise.reject(new Error('Temporal is away')) });
    const started = await runJob(ctx, { job: { id: job.id }, force: false, parameters: { WHO: 'me' } });
    expect((await rowOf(started)).state).toBe('queued');
    await housekeep(engine);
    expect((await rowOf(started)).state).toBe('queued');
    await ageQueued(engine.db, started.executionId);
    await Promise.all([housekeep(engine), housekeep(engine)]);
    expect(await ended(started)).toMatchObject({ state: 'succeeded', parameters: { WHO: 'me' } });
    expect(engine.publisher.count(topic)).toBe(1);
    const { executionId } = started;
    const isAttempt = ({ message, fields }: LogEntry) =>
      message === 'attempt' && 'executionId' in fields && fields.executionId === executionId;
    expect(engine.log.entries.find(isAttempt)?.fields).toMatchObject({ correlationId: engine.ctx.actor.correlationId });
  });

  test('whose outcome stands recorded is not settled over by its workflow', async () => {
    const { job, topic } = await byHand();
    engine.publisher.answer(topic, failing('said once'));
    const started = await run(job);
    await expect(handleOf(started).result()).rejects.toThrow();
    const { events = [] } = await handleOf(started).fetchHistory();
    const scheduled = events?.filter((event) => event.activityTaskScheduledEventAttributes != null) ?? [];
    expect(scheduled.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name)).toEqual(['run']);
  });
});

describe('A job with stop_on_error', () => {
  test('is disabled by a run that failed for good, with the reason, a revision, an audit line, and without its seat', async () => {
    engine.publisher.answer('test/stops', failing('out of order'));
    const job = await engine.createJob({ name: 'stops', policy: { stopOnError: true } });
    const row = await until('it is disabled', async () => {
      const found = await engine.db.selectFrom('job').selectAll().where('id', '=', job.id).executeTakeFirstOrThrow();
      return !found.enabled && found;
    });
    expect([row.disabled_by, row.revision, row.spec_revision, row.updated_by]).toEqual([
      'stop_on_error',
      2,
      2,
      'almanac',
    ]);
    expect(row.disabled_reason).toMatch(/^Stopped on error: execution .* failed: out of order$/);
    const state = await stateOf(engine.db, job.id);
    expect([state.clock_id, state.failed, state.last_state]).toEqual([null, 1, 'failed']);
    const audit = await engine.db.selectFrom('audit').selectAll().where('job_id', '=', job.id).orderBy('id').execute();
    expect(audit.map((entry) => [entry.action, entry.actor])).toEqual([
      ['job.create', 'tester'],
      ['job.disable', 'almanac'],
    ]);
    const revisions = await engine.db.selectFrom('job_revision').selectAll().where('job_id', '=', job.id).execute();
    expect(revisions.map((revision) => revision.change).sort()).toEqual(['created', 'disabled']);
  });

  test('stays enabled while retries are left, and while it succeeds', async () => {
    const { job, topic } = await byHand({ policy: { stopOnError: true, maxRetries: 2 } });
    engine.publisher.answer(topic, failingFirst(2));
    expect((await ended(await run(job))).state).toBe('succeeded');
    const found = await engine.db.selectFrom('job').select('enabled').where('id', '=', job.id).executeTakeFirst();
    expect(found?.enabled).toBe(true);
  });

  test('is disabled too by a run that the service had to settle as failed', async () => {
    const { job } = await byHand({ policy: { stopOnError: true } });
    const ctx = engine.ctxWith({ startRun: () => Promise.resolve() });
    const started = await runJob(ctx, { job: { id: job.id }, force: false, parameters: {} });
    const row = { executionId: started.executionId, dueAt: started.at };
    const worker = { workerId: 'a worker that died', claimedBy: 'a worker that died', leaseMs: 1000 };
    await startAttempt(engine.db, { ...row, ...worker, attempt: 1 });
    const lost = { ...row, jobId: job.id, message: 'gone' };
    await createSettle(engine.deps)({ ...lost, state: 'failed', reason: 'worker_lost' });
    const found = await engine.db.selectFrom('job').selectAll().where('id', '=', job.id).executeTakeFirstOrThrow();
    expect([found.enabled, found.disabled_by]).toEqual([false, 'stop_on_error']);
  });
});

test('A clock tells in the Web UI which jobs it keeps, and when they fire', async () => {
  const job = await engine.createJob({ name: 'told of', schedule: { kind: 'interval', everySeconds: 3600 } });
  const { clock_id: clockId } = await stateOf(engine.db, job.id);
  const handle = engine.client.workflow.getHandle(clockId ?? '');
  // A clock that still ran took the job in alone, and tells of all of them when it next looks at all of them.
  await engine.engine.poke(clockId ?? '', []);
  const description = await until('its attributes are there', async () => {
    const found = await handle.describe();
    const ids = found.searchAttributes['JobIds'] as string[] | undefined;
    return ids?.includes(job.id.slice(-5)) === true && found;
  });
  expect(description.memo).toEqual({ clockId });
  expect(await description.staticSummary()).toBe('a clock shared by quick jobs');
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toMatch(
    /\| told of \| every hour: publish to test\/told-of \| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| – \|/,
  );
});
