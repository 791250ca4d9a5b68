import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Worker } from '@temporalio/worker';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { sql } from '../../db/connect.ts';
import type { Job } from '../../domain/job.ts';
import { runWorkflowId } from '../../domain/run.ts';
import { dropTask } from '../support/drop-task.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { housekeep } from '../support/housekeeping.ts';
import { topicOf, type SpecOverrides } from '../support/job-specs.ts';
import { clockOf, executionById, ledgerOf } from '../support/ledger.ts';
import { failing, failingFirst, silent } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

// Not a test: the scenes whose histories are stored. `record.ts` runs them.

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ limits: { clockCapacity: 1 } });
});
afterAll(() => engine.stop());

/** Neither the machine nor its folders: a replay asks for none of it. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'stackTrace' || key === 'identity' || key === 'workerControlTaskQueue' ? '' : value;
}

async function store(name: string, workflowId: string, runId?: string): Promise<void> {
  const history = await engine.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const text = JSON.stringify(JSON.parse(historyToJSON(history)), withoutPlaces, 1);
  const file = new URL(`histories/${name}.json`, import.meta.url);
  // Long ones are stored packed.
  if (text.length < 200_000) writeFileSync(file, `${text}\n`);
  else writeFileSync(new URL(`histories/${name}.json.gz`, import.meta.url), gzipSync(text));
}

async function byHand(name: string, policy: SpecOverrides['policy'] = {}, action?: object) {
  const job = await engine.createJob({ name, schedule: { kind: 'none' }, policy, ...(action && { action }) });
  const start = async () => {
    const { executionId, at } = await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
    const workflowId = runWorkflowId({ jobId: job.id, trigger: 'manual', dueAt: at, executionId });
    return { executionId, workflowId, handle: engine.client.workflow.getHandle(workflowId) };
  };
  return { job, start };
}

const fired = (job: Job, count: number) =>
  until(
    'it fired',
    async () => (await ledgerOf(engine.db, job.id)).filter((e) => e.state === 'succeeded').length >= count,
  );

test('a clock that ticks, is poked and ends', async () => {
  const job = await engine.createJob();
  const clockId = (await clockOf(engine.db, job.id)) ?? '';
  await fired(job, 2);
  await engine.engine.poke(clockId, [job.id]);
  await engine.engine.poke(clockId, []);
  await fired(job, 4);
  await pauseJob(engine.ctx, { job: { id: job.id } });
  await engine.client.workflow.getHandle(clockId).result();
  await store('clock-ticks-and-ends', clockId);
});

test('a clock with a batch that its run before had not seen acknowledged', async () => {
  const at = Math.floor(Date.now() / 1000) * 1000;
  const job = await engine.createJob({ schedule: { kind: 'none' } });
  const clockId = `clock-carrying-${job.id}`;
  const due = { id: job.id, specRevision: 1, dues: [at], next: null, behind: false, final: true };
  const args = [{ clockId, carried: [{ clockId, now: at, jobs: [due] }] }];
  await engine.client.workflow.execute('clock', { workflowId: clockId, taskQueue: 'control', args });
  await store('clock-carried', clockId);
});

test('a clock that slept through an outage', async () => {
  await engine.stopWorker();
  const began = Math.floor(Date.now() / 1000) * 1000 - 100_000;
  const job = await engine.createJob({ schedule: { kind: 'interval', everySeconds: 5, anchorAt: began } });
  await sql`update job_state set accounted_until = ${new Date(began)}, verified_until = ${new Date(began)}
    where job_id = ${job.id}`.execute(engine.db);
  await engine.startWorker();
  await fired(job, 2);
  const clockId = (await clockOf(engine.db, job.id)) ?? '';
  await store('clock-after-outage', clockId);
});

test('a clock that continues as new', async () => {
  const job = await engine.createJob();
  const clockId = (await clockOf(engine.db, job.id)) ?? '';
  await fired(job, 1);
  const { runId } = await engine.client.workflow.getHandle(clockId).describe();
  const handle = engine.client.workflow.getHandle(clockId, runId);
  await until('its history is long', async () => {
    await Promise.all(Array.from({ length: 40 }, () => handle.signal('poke', [job.id])));
    return (await handle.describe()).historyLength > 1500;
  });
  await until('it has', async () => (await handle.describe()).status.name === 'CONTINUED_AS_NEW');
  await store('clock-continues-as-new', clockId, runId);
});

test('a clock whose history is large', async () => {
  const job = await engine.createJob();
  const clockId = (await clockOf(engine.db, job.id)) ?? '';
  await fired(job, 1);
  const { runId } = await engine.client.workflow.getHandle(clockId).describe();
  const handle = engine.client.workflow.getHandle(clockId, runId);
  const poked = Array.from({ length: 1000 }, () => job.id);
  await until('its history is large', async () => {
    await Promise.allSettled(Array.from({ length: 5 }, () => handle.signal('poke', poked)));
    return ((await handle.describe()).historySize ?? 0) > 2e6;
  });
  await until('it has continued as new', async () => (await handle.describe()).status.name === 'CONTINUED_AS_NEW');
  await store('clock-large-history', clockId, runId);
});

test('a run that succeeds', async () => {
  const { start } = await byHand('succeeds');
  const { handle, workflowId } = await start();
  await handle.result();
  await store('run-job-succeeded', workflowId);
});

test('a run that fails twice, then succeeds', async () => {
  const { start } = await byHand('retried', { maxRetries: 3 });
  engine.publisher.answer(topicOf('retried'), failingFirst(2));
  const { handle, workflowId } = await start();
  await handle.result();
  await store('run-job-retried', workflowId);
});

test('a run that fails for good', async () => {
  const { start } = await byHand('fails', { maxRetries: 1 });
  engine.publisher.answer(topicOf('fails'), failing('no'));
  const { handle, workflowId } = await start();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-failed', workflowId);
});

test('a run that times out', async () => {
  const { start } = await byHand('slow', { timeoutSeconds: 1 });
  engine.publisher.answer(topicOf('slow'), silent);
  const { handle, workflowId } = await start();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-timed-out', workflowId);
});

test('a run that is cancelled while it acts', async () => {
  const { start } = await byHand('cancelled');
  engine.publisher.answer(topicOf('cancelled'), silent);
  const { handle, workflowId, executionId } = await start();
  await until('it acts', async () => (await executionById(engine.db, executionId)).state === 'running');
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-cancelled', workflowId);
});

test('a run whose task is lost on its way to a worker', async () => {
  const { start } = await byHand('dropped');
  await engine.stopWorker();
  const { workflowId, handle } = await start();
  await dropTask(engine);
  await engine.startWorker();
  await handle.result();
  await store('run-job-handed-over-again', workflowId);
});

test('a run that is cancelled between attempts, and settled', async () => {
  const { start } = await byHand('settled', { maxRetries: 1, retryDelaySeconds: 600 });
  engine.publisher.answer(topicOf('settled'), failing('not yet'));
  const { handle, workflowId, executionId } = await start();
  await until('it waits', async () => (await executionById(engine.db, executionId)).attempts.length === 1);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-settled', workflowId);
});

test("a run that carries on a clock's first attempt, after its delay", async () => {
  const job = await engine.createJob({
    name: 'carried on',
    schedule: { kind: 'immediate' },
    policy: { maxRetries: 1, retryDelaySeconds: 1 },
  });
  engine.publisher.answer(topicOf('carried on'), failingFirst(1));
  await fired(job, 1);
  const [row] = await ledgerOf(engine.db, job.id);
  await store('run-job-second-attempt', row?.workflowId ?? '');
});

test('a run elsewhere that fails once, then succeeds', async () => {
  const { connection, namespace } = engine;
  let calls = 0;
  const elsewhere = await Worker.create({
    connection,
    namespace,
    taskQueue: 'elsewhere',
    activities: {
      async report() {
        calls += 1;
        // Its stack would name this machine's folders, within a payload.
        if (calls === 1) throw Object.assign(new Error('not yet'), { stack: 'Error: not yet' });
        return { summary: 'Reported' };
      },
    },
  });
  const action = { type: 'function', function: 'report', task_queue: 'elsewhere', payload: { report_type: 'daily' } };
  await elsewhere.runUntil(async () => {
    const { start } = await byHand('elsewhere', { maxRetries: 1, retryDelaySeconds: 1 }, action);
    const { handle, workflowId } = await start();
    await handle.result();
    await store('run-job-remote', workflowId);
  });
});

test('a run elsewhere that no worker takes up', async () => {
  const action = { type: 'function', function: 'report', task_queue: 'nobody-home' };
  const { start } = await byHand('lonely', { timeoutSeconds: 1 }, action);
  const { handle, workflowId } = await start();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-remote-no-worker', workflowId);
});

const heldFor = async (name: string, parent: Job) => {
  const dependencies = [{ jobId: parent.id, type: 'success' as const }];
  const job = await engine.createJob({ name, schedule: { kind: 'immediate' }, dependencies });
  const [row] = await until('it is held', async () => {
    const rows = await ledgerOf(engine.db, job.id);
    return rows[0]?.state === 'waiting' && rows;
  });
  const workflowId = row?.workflowId ?? '';
  const handle = engine.client.workflow.getHandle(workflowId);
  const timers = async () =>
    (await handle.fetchHistory()).events?.filter((event) => event.timerStartedEventAttributes != null).length ?? 0;
  await until('it waits', async () => (await timers()) > 0);
  return { workflowId, handle };
};

test('a held run that is woken in vain, then goes', async () => {
  const { job: parent, start } = await byHand('awaited');
  const { workflowId, handle } = await heldFor('held', parent);
  await engine.engine.wakeRun(workflowId);
  await (await start()).handle.result();
  await handle.result();
  await store('run-job-held', workflowId);
});

test('a held run whose parent fails', async () => {
  const { job: parent, start } = await byHand('awaited in vain');
  engine.publisher.answer(topicOf('awaited in vain'), failing('no'));
  const { workflowId, handle } = await heldFor('held and failed', parent);
  await expect((await start()).handle.result()).rejects.toThrow();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-held-failed', workflowId);
});

test('a held run that is cancelled', async () => {
  const { job: parent } = await byHand('never run');
  const { workflowId, handle } = await heldFor('held and cancelled', parent);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  await store('run-job-held-cancelled', workflowId);
});

test('a group whose runs go one after another, one of them failing', async () => {
  await engine.stopWorker();
  const began = Math.floor(Date.now() / 1000) * 1000 - 15_000;
  const schedule = { kind: 'interval', everySeconds: 5, anchorAt: began };
  const job = await engine.createJob({ name: 'in turn', schedule, policy: { coalesce: false } });
  engine.publisher.answer(topicOf('in turn'), failingFirst(1));
  await sql`update job_state set accounted_until = ${new Date(began)}, verified_until = ${new Date(began)}
    where job_id = ${job.id}`.execute(engine.db);
  await engine.startWorker();
  await fired(job, 2);
  const [row] = await ledgerOf(engine.db, job.id);
  await engine.client.workflow.getHandle(row?.groupId ?? '').result();
  await store('run-group', row?.groupId ?? '');
});

test('a timed resume', async () => {
  await engine.engine.startTimedResume({ bulkId: 'recorded', at: Date.now() + 1500 });
  await engine.client.workflow.getHandle('timed-resume-recorded').result();
  await store('timed-resume', 'timed-resume-recorded');
});

test('a round of housekeeping', async () => {
  const workflowId = await housekeep(engine);
  await store('housekeeper', workflowId);
});

test('a bulk run, one after another', async () => {
  const groupId = `group-${randomUUID()}`;
  const jobs = [await byHand('first of group'), await byHand('second of group')];
  for (const { job } of jobs) {
    const ctx = engine.ctxWith({ startRun: () => Promise.resolve() });
    const { executionId } = await runJob(ctx, { job: { id: job.id }, force: false, parameters: {} });
    await sql`update execution set group_id = ${groupId} where id = ${executionId}`.execute(engine.db);
  }
  await engine.engine.startBulkRun({ groupId, sequential: true });
  await engine.client.workflow.getHandle(groupId).result();
  await store('bulk-run', groupId);
});
