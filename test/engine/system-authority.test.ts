import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runJob } from '../../api/verbs/run-job.ts';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { sql } from '../../db/connect.ts';
import { isTerminal, type Execution } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { executionById } from '../support/ledger.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const HEALTH_CHECK = { type: 'system', operation: 'health_check', parameters: {} };

async function runOf(job: Job): Promise<Execution> {
  const { executionId } = await runJob(engine.ctx, { job: { id: job.id }, force: true, parameters: {} });
  return until('the run has ended', async () => {
    const row = await executionById(engine.db, executionId);
    return isTerminal(row.state) && row;
  });
}

const byHand = (action: object) => engine.createJob({ schedule: { kind: 'none' }, action });

describe.concurrent('Whoever executes a system action', () => {
  test('runs what an admin made', async () => {
    expect(await runOf(await byHand(HEALTH_CHECK))).toMatchObject({ state: 'succeeded' });
  });

  test('still runs it after the service itself changed the job', async () => {
    const job = await byHand(HEALTH_CHECK);
    await setEnabled(engine.ctx, { job: { id: job.id }, enabled: false });
    await sql`update job_revision set by_roles = null, by = 'almanac'
      where job_id = ${job.id} and revision > 1`.execute(engine.db);
    expect(await runOf(job)).toMatchObject({ state: 'succeeded' });
  });

  test('refuses it, once and without retries, when its last change was no admin’s', async () => {
    const job = await byHand(HEALTH_CHECK);
    await sql`update job_revision set by_roles = '{operator}' where job_id = ${job.id}`.execute(engine.db);
    const row = await runOf(job);
    expect(row).toMatchObject({ state: 'failed', attempt: 1, error: { type: 'NotAuthorized' } });
    expect(row.error?.message).toContain('Let an admin save the job again');
  });

  test('refuses an action that got into the job past the API', async () => {
    const job = await byHand({ type: 'publish', topic: 'a/b', payload: 'x' });
    await sql`update job set action_type = 'system', action = ${JSON.stringify(HEALTH_CHECK)}::jsonb
      where id = ${job.id}`.execute(engine.db);
    expect(await runOf(job)).toMatchObject({ state: 'failed', error: { type: 'NotAuthorized' } });
  });
});
