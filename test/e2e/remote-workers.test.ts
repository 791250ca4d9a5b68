import type { QueryResultRow } from 'pg';
import { Client, Connection } from '@temporalio/client';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { startJavaWorker, startPythonWorker, type ExampleWorker, type Place } from '../support/example-worker.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { until } from '../support/until.ts';

/** An execution as the ledger holds it. */
interface Run {
  readonly status: string;
  readonly result: unknown;
  readonly error: unknown;
  readonly workflowId: string | null;
}

const almanac = await RunningAlmanac.create();
const folder = join(almanac.home, 'functions');
let calls = 0;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'greet.ts'),
    `export const run = async ({ payload }: { payload: { name: string } }) => \`Hello \${payload.name}\``,
  );
  writeFileSync(join(folder, 'broken.mjs'), 'export const run = (');
  await almanac.start({ FUNCTIONS_DIR: folder, EXAMPLE_FUNCTIONS: '1' });
}, 300_000);
afterAll(() => almanac.stop());

/** Makes a job with this action and runs it by hand; answers with how to look at the run. */
async function run(action: object): Promise<() => Promise<Run>> {
  const made = await almanac.call<{ job_id: string }>('POST', '/api/v1/scheduler/jobs/daily', {
    name: `call ${(calls += 1)}`,
    time: '03:00',
    action: { type: 'function', ...action },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const jobId = made.body.job_id;
  const started = await almanac.call('POST', `/api/v1/scheduler/jobs/${jobId}/run`, {});
  expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
  return async () => {
    const [found] = await almanac.query<Run & QueryResultRow>(
      `select e.state as status, e.result, e.error, e.workflow_id as "workflowId" from execution e
       join job j on j.id = e.job_id where j.number = $1 and j.face = 'gateway'`,
      [Number(jobId.replace('job_', ''))],
    );
    if (found === undefined) throw new Error('There is no run yet');
    return found;
  };
}

const ended = (row: () => Promise<Run>) =>
  until('the run has ended', async () => {
    const found = await row();
    return !['queued', 'waiting', 'running'].includes(found.status) && found;
  });

function place(taskQueue: string): Place {
  const ports = JSON.parse(readFileSync(join(almanac.home, 'ports.json'), 'utf8')) as { temporal: number };
  return { temporalAddress: `127.0.0.1:${ports.temporal}`, namespace: 'default', taskQueue };
}

/** As anybody may who looks at it in Temporal's Web UI. */
async function cancel({ workflowId }: Run): Promise<void> {
  const { temporalAddress: address, namespace } = place('');
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  await new Client({ connection, namespace }).workflow.getHandle(workflowId ?? '').cancel();
}

async function serving(worker: Promise<ExampleWorker>): Promise<void> {
  const { stop } = await worker;
  onTestFinished(stop);
}

describe('a running service', () => {
  it('serves the functions of FUNCTIONS_DIR, and names the file that it can not use', async () => {
    const greeted = await run({ function: 'greet', payload: { name: 'Ada' } });
    expect(await ended(greeted)).toMatchObject({ status: 'succeeded', result: { message: 'Hello Ada' } });
    const slept = await run({ function: 'sleep' });
    expect(await ended(slept)).toMatchObject({ status: 'succeeded', result: { message: 'Slept for 1 s' } });
    const refused = /The function file .*broken\.mjs can't be used: Build failed.*broken\.mjs:1:20: ERROR: Unexpected/;
    await until('the broken one is named', () => refused.test(almanac.said));
  });

  it('refuses a job of a function that nobody serves, and says how to register one', async () => {
    const answer = await almanac.call<object>('POST', '/api/v1/scheduler/jobs/daily', {
      name: 'unknown function',
      time: '03:00',
      action: { type: 'function', function: 'broken' },
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toMatch(/no function .*broken.*registered are always_fail.*FUNCTIONS_DIR/);
  });
});

describe.each([
  {
    language: 'Python',
    start: startPythonWorker,
    activity: 'describe_numbers',
    payload: { numbers: [1, 2, 3, 6] },
    data: { summary: 'Described 4 numbers', count: 4, mean: 3, median: 2.5, deviation: expect.closeTo(2.16, 2) },
    refusal: 'give "numbers": at least two of them',
  },
  {
    language: 'Java',
    start: startJavaWorker,
    activity: 'checksum_text',
    payload: { text: 'Almanac' },
    data: {
      summary: 'Summed 7 bytes',
      bytes: 7,
      sha256: '63556cc81afce711b4a4bf9f7ab7eb8af0fb91b89a3fb91da30763dd5d1ee6f5',
    },
    refusal: 'give a "text"',
  },
])('the worker in $language', ({ language, start, activity, payload, data, refusal }) => {
  it(
    'serves a job: it succeeds, fails for good, and is cancelled',
    { timeout: 900_000 },
    async (context: TestContext) => {
      const queue = `${language.toLowerCase()}-worker`;
      await serving(start(context, place(queue)));
      const action = { function: activity, task_queue: queue };

      const good = await run({ ...action, payload });
      expect(await ended(good)).toMatchObject({
        status: 'succeeded',
        result: { message: data.summary, data },
      });

      const bad = await run({ ...action, payload: {} });
      expect(await ended(bad)).toMatchObject({ status: 'failed', error: { type: 'BadInput', message: refusal } });

      // Workers tell of themselves after four fifths of it: what is left must outlast a stall of this machine.
      const slow = await run({ ...action, payload: { ...payload, seconds: 600 }, heartbeat_timeout_seconds: 20 });
      await until('it runs', async () => (await slow()).status === 'running');
      await cancel(await slow());
      expect(await ended(slow)).toMatchObject({ status: 'cancelled' });
    },
  );
});
