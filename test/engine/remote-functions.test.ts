import { ApplicationFailure, Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelExecution } from '../../api/verbs/cancel-execution.ts';
import { runJob } from '../../api/verbs/run-job.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Policy } from '../../domain/policy.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { executionById, ledgerOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

const QUEUE = 'elsewhere';
/** What the worker elsewhere was handed, by activity. */
const handed: { activity: string; input: unknown; workflowId: string | undefined }[] = [];
const begun = (activity: string) => handed.filter((one) => one.activity === activity).length;

const took = (input: unknown) => {
  const { activityType, workflowExecution } = Context.current().info;
  handed.push({ activity: activityType, input, workflowId: workflowExecution?.workflowId });
  return begun(activityType);
};

/** A worker of somebody else's: it knows nothing of this service. */
const activities = {
  'Daily report': async (input: JsonObject) => {
    took(input);
    return { summary: 'Synced 150 records', report: input['report_type'] };
  },
  flaky: async (input: unknown) => {
    const count = took(input);
    if (count < 3) throw ApplicationFailure.create({ type: 'HrisDown', message: `away ${count}`, nextRetryDelay: 10 });
    return count;
  },
  refuses: async (input: unknown) => {
    took(input);
    throw ApplicationFailure.nonRetryable('unknown report', 'BadInput');
  },
  endless: async (input: unknown) => {
    took(input);
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), 200);
    try {
      await context.cancelled;
    } finally {
      clearInterval(beat);
    }
  },
  mute: async (input: unknown) => {
    took(input);
    await Context.current().cancelled;
  },
  huge: async () => 'x'.repeat(1_100_000),
};

let engine: TestEngine;
let worker: Worker;
let running: Promise<void>;
beforeAll(async () => {
  engine = await startEngine();
  const { connection, namespace } = engine;
  worker = await Worker.create({
    connection,
    namespace,
    taskQueue: QUEUE,
    activities,
    shutdownGraceTime: '1s',
    shutdownForceTime: '3s',
    maxHeartbeatThrottleInterval: '200ms',
    defaultHeartbeatThrottleInterval: '200ms',
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running.catch(() => undefined);
  await engine.stop();
});

async function remoteJob(activity: string, options: { action?: object; policy?: Partial<Policy>; schedule?: object }) {
  const action = { type: 'function', function: activity, task_queue: QUEUE, ...options.action };
  return engine.createJob({ schedule: options.schedule ?? { kind: 'none' }, action, policy: options.policy ?? {} });
}

async function called(
  activity: string,
  options: { action?: object; policy?: Partial<Policy>; parameters?: JsonObject } = {},
) {
  const job = await remoteJob(activity, options);
  const { parameters = {} } = options;
  const { executionId } = await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters });
  const row = () => executionById(engine.db, executionId);
  const ended = () =>
    until('the run has ended', async () => {
      const execution = await row();
      return isTerminal(execution.state) && execution;
    });
  return { executionId, job, row, ended };
}

describe('an activity on another task queue', () => {
  test('is run by its name with the payload and the parameters of the run, and its result is the execution’s', async () => {
    const action = { payload: { report_type: 'daily', recipients: ['a'] } };
    const { ended } = await called('Daily report', { action, parameters: { report_type: 'weekly' } });
    const execution = await ended();
    expect(handed).toContainEqual({
      activity: 'Daily report',
      input: { report_type: 'weekly', recipients: ['a'] },
      workflowId: execution.workflowId,
    });
    expect(execution).toMatchObject({
      state: 'succeeded',
      workerId: `queue:${QUEUE}`,
      attempt: 1,
      result: { message: 'Synced 150 records', data: { report: 'weekly' } },
      error: null,
    });
    expect(execution.startedAt).not.toBeNull();
    expect(execution.logs.map((line) => line.message)).toEqual([
      `Attempt 1: "Daily report" is put on the task queue "${QUEUE}"`,
      'Attempt 1: Synced 150 records',
    ]);
  });

  test('is run at its fires', async () => {
    const job = await remoteJob('Daily report', { schedule: { kind: 'immediate' } });
    const row = await until('it was fired and ended', async () => {
      const [first] = await ledgerOf(engine.db, job.id);
      return first !== undefined && isTerminal(first.state) && first;
    });
    expect(row).toMatchObject({ state: 'succeeded', trigger: 'scheduled', workerId: `queue:${QUEUE}` });
  });

  test('that fails is tried again, when it asks for it, and every attempt is recorded', async () => {
    const { ended } = await called('flaky', { policy: { maxRetries: 3, retryDelaySeconds: 3000 } });
    const execution = await ended();
    expect(execution).toMatchObject({ state: 'succeeded', attempt: 3, result: { data: 3 } });
    expect(execution.attempts.map(({ attempt, error }) => [attempt, error?.type, error?.message])).toEqual([
      [1, 'HrisDown', 'away 1'],
      [2, 'HrisDown', 'away 2'],
    ]);
    expect(execution.attempts[0]?.error?.traceback).toContain('away 1');
  });

  test('that says that another attempt can not help is not tried again', async () => {
    const { ended } = await called('refuses', { policy: { maxRetries: 3 } });
    expect(await ended()).toMatchObject({
      state: 'failed',
      reason: 'action_failed',
      attempt: 1,
      error: { type: 'BadInput', message: 'unknown report' },
    });
    expect(begun('refuses')).toBe(1);
  });

  test('is cancelled through its heartbeat, and the run ends cancelled', async () => {
    const { executionId, ended } = await called('endless', { action: { heartbeat_timeout_seconds: 30 } });
    await until('it runs', () => begun('endless') > 0);
    await cancelExecution(engine.ctx, { execution: { id: executionId } });
    expect(await ended()).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_user' });
  });

  test('that is silent for longer than its heartbeat timeout is lost, and tried again', async () => {
    const { ended } = await called('mute', { action: { heartbeat_timeout_seconds: 3 }, policy: { maxRetries: 1 } });
    const execution = await ended();
    expect(execution).toMatchObject({ state: 'failed', attempt: 2, error: { type: 'WorkerLost' } });
    expect(execution.error?.message).toBe(`The worker of the task queue "${QUEUE}" was silent for 3 s.`);
    await until('both attempts were taken', () => begun('mute') === 2);
  });

  test('that runs past the job’s timeout is timed out', async () => {
    const { ended } = await called('endless', { policy: { timeoutSeconds: 5 } });
    expect(await ended()).toMatchObject({ state: 'timed_out', error: { type: 'Timeout' } });
  });

  test('whose result can not be kept fails with why', async () => {
    const { ended } = await called('huge');
    expect(await ended()).toMatchObject({ state: 'failed', error: { type: 'InvalidResult' } });
  });

  test('that no worker serves times out, and the sentence names the queue', async () => {
    const action = { task_queue: 'nobody-home' };
    const { ended, executionId } = await called('lonely', { action, policy: { timeoutSeconds: 1, maxRetries: 3 } });
    const execution = await ended();
    expect(execution).toMatchObject({ id: executionId, state: 'timed_out', attempt: 1, error: { type: 'NoWorker' } });
    expect(execution.error?.message).toContain(
      'No worker took the activity "lonely" from the task queue "nobody-home" within 1 s',
    );
  });

  test('counts for what its job may run at once, for as long as it runs', async () => {
    const { job, executionId, ended } = await called('endless', { action: { heartbeat_timeout_seconds: 30 } });
    await until('it runs', async () => (await executionById(engine.db, executionId)).state === 'running');
    const again = runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
    await expect(again).rejects.toMatchObject({ code: 'JOB_BUSY' });
    await cancelExecution(engine.ctx, { execution: { id: executionId } });
    await ended();
  });
});
