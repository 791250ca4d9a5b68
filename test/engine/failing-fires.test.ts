import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHousekeep } from '../../activities/housekeeping/index.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { sql } from '../../db/connect.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { RunSpec } from '../../domain/run.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { instead } from '../support/instead.ts';
import { topicOf } from '../support/job-specs.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { failing, failingFirst } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
const refusedStarts: string[] = [];
beforeAll(async () => {
  engine = await startEngine({ worker: false });
  // Temporal refuses the first start of each run.
  const startRun = (spec: RunSpec) => {
    if (refusedStarts.includes(spec.workflowId)) return engine.engine.startRun(spec);
    refusedStarts.push(spec.workflowId);
    return Promise.reject(new Error('not now'));
  };
  const runs = instead(engine.engine, { startRun });
  await engine.startWorker({ runs });
});
afterAll(() => engine.stop());

const onlyRow = (jobId: string) =>
  until('its fire has ended', async () => {
    const [row, ...more] = await ledgerOf(engine.db, jobId);
    expect(more).toEqual([]);
    return row !== undefined && isTerminal(row.state) && row;
  });

describe('A quick fire that fails', () => {
  test('is tried again by run-job, though its first start is refused, with no attempt made twice', async () => {
    const policy = { maxRetries: 2 };
    engine.publisher.answer(topicOf('again'), failingFirst(2));
    const job = await engine.createJob({ name: 'again', schedule: { kind: 'immediate' }, policy });
    const row = await onlyRow(job.id);
    expect([row.state, row.attempt, row.attempts.map((a) => a.attempt)]).toEqual(['succeeded', 3, [1, 2]]);
    expect(row.attempts.map((a) => a.error?.message)).toEqual(['not yet, 2 more', 'not yet, 1 more']);
    expect(engine.publisher.count(topicOf('again'))).toBe(3);
    expect(refusedStarts).toContain(row.workflowId);
  });

  test('without retries ends failed where it is, without a workflow', async () => {
    engine.publisher.answer(topicOf('once'), failing('no'));
    const job = await engine.createJob({ name: 'once', schedule: { kind: 'immediate' } });
    const row = await onlyRow(job.id);
    expect([row.state, row.attempt, row.workflowId, row.error?.message]).toEqual(['failed', 1, null, 'no']);
    expect(await stateOf(engine.db, job.id)).toMatchObject({ failed: 1, last_state: 'failed', last_error: 'no' });
  });
});

test('A job whose rows the ledger refuses does not stop the others of its clock, nor is it lost without a word', async () => {
  const poisonous = await engine.createJob({ name: 'poisonous' });
  const others = [await engine.createJob(), await engine.createJob(), await engine.createJob()];
  await sql`create function refuse() returns trigger language plpgsql as $$ begin
    raise exception 'refused' using errcode = '23514'; end $$`.execute(engine.db);
  await sql`create trigger refuse before insert on execution for each row
    when (new.job_id = ${sql.lit(poisonous.id)}) execute function refuse()`.execute(engine.db);
  const since = Date.now();
  await until('the others fired since', async () => {
    const ledgers = await Promise.all(others.map((job) => ledgerOf(engine.db, job.id)));
    return ledgers.every((ledger) => ledger.some((e) => e.dueAt > since + 1000 && e.state === 'succeeded'));
  });
  expect(engine.log.said('can not be recorded')?.fields).toMatchObject({ jobId: poisonous.id });
  const curedAt = Date.now();
  await sql`drop trigger refuse on execution`.execute(engine.db);
  await until('it fires again', async () =>
    (await ledgerOf(engine.db, poisonous.id)).some((e) => e.dueAt > curedAt && e.state === 'succeeded'),
  );
  for (const job of [poisonous, ...others]) await deleteJob(engine.ctx, { job: { id: job.id } });
  const dues = (await ledgerOf(engine.db, poisonous.id)).map((e) => e.dueAt);
  expect(dues).toEqual(dues.map((_, i) => (dues[0] ?? 0) + i * 1000));
});

test('A part of the housekeeping that fails does not stop the parts after it, and the round fails', async () => {
  await sql`insert into clock (id, shared, seats, dirty_since) values ('clock-lost', false, 1, now() - interval '1 hour')`.execute(
    engine.db,
  );
  const job = await engine.createJob({ schedule: { kind: 'none' } });
  const old = Date.now() - 3 * 86_400_000;
  await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, job_revision)
    values (${engine.deps.ids.next()}, ${job.id}, 'gateway', 'manual', ${new Date(old)}, 1, 'succeeded', 1)`.execute(
    engine.db,
  );
  const runs = instead(engine.deps.runs, { poke: () => Promise.reject(new Error('Temporal is away')) });
  const housekeep = createHousekeep({ ...engine.deps, runs, retentionDays: 1 });
  const round = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => undefined) }).run(
    housekeep,
    Date.now(),
  );
  await expect(round).rejects.toThrow(/housekeeping failed/);
  expect(await ledgerOf(engine.db, job.id)).toEqual([]);
  expect(engine.log.said('A part of the housekeeping failed')).toBeDefined();
});
