import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelExecution } from '../../api/verbs/cancel-execution.ts';
import { executionLogs } from '../../api/verbs/execution-logs.ts';
import { runJob } from '../../api/verbs/run-job.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { registerFunctions } from '../../db/queries/functions.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { RunFunction } from '../../domain/functions/function-context.ts';
import { readMetadata } from '../../domain/functions/function-metadata.ts';
import type { Policy } from '../../domain/policy.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { executionById } from '../support/ledger.ts';
import { until } from '../support/until.ts';

const functions = new Map<string, RunFunction>();
let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ deps: { functions: { find: (key) => functions.get(key) ?? null } } });
});
afterAll(() => engine.stop());

/** A job that calls this function, and one run of it by hand. */
async function called(run: RunFunction, policy: Partial<Policy> = {}) {
  const key = `f-${randomUUID()}`;
  functions.set(key, run);
  await inTransaction(engine.db, (tx) => registerFunctions(tx, 'nobody', [readMetadata({}, key)]));
  const job = await engine.createJob({
    schedule: { kind: 'none' },
    action: { type: 'function', function: key },
    policy,
  });
  const { executionId } = await runJob(engine.ctx, { job: { id: job.id }, force: false, parameters: {} });
  const row = () => executionById(engine.db, executionId);
  const ended = () =>
    until('the run has ended', async () => {
      const execution = await row();
      return isTerminal(execution.state) && execution;
    });
  const logs = (query: object = {}) => executionLogs(engine.ctx, { execution: { id: executionId }, ...query });
  const said = async (query: object = {}) => (await logs(query)).lines.map((line) => line.message);
  return { executionId, row, ended, logs, said };
}

/** Ends when it is told to stop. */
const forever = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

describe('a run of a function', () => {
  test('that throws fails with type, message and traceback, and is tried again as its job says', async () => {
    const attempts: number[] = [];
    const { ended } = await called(
      ({ attempt }) => {
        attempts.push(attempt);
        throw new TypeError(`no ${attempt}`);
      },
      { maxRetries: 1 },
    );
    const execution = await ended();
    expect(execution).toMatchObject({ state: 'failed', error: { type: 'TypeError', message: 'no 2' } });
    expect(execution.error?.traceback).toMatch(/TypeError: no 2\n\s+at /);
    expect(execution.attempts[0]?.error).toMatchObject({ type: 'TypeError', message: 'no 1' });
    expect(attempts).toEqual([1, 2]);
  });

  test('that says that another attempt can not help is not tried again', async () => {
    let calls = 0;
    const { ended } = await called(
      () => {
        calls += 1;
        throw Object.assign(new Error('bad payload'), { retryable: false });
      },
      { maxRetries: 5 },
    );
    expect((await ended()).state).toBe('failed');
    expect(calls).toBe(1);
  });

  test('that is cancelled is really stopped', async () => {
    let hasBegun = false;
    const stopped: string[] = [];
    const run = await called(async ({ signal, executionId }) => {
      hasBegun = true;
      try {
        await forever(signal);
      } finally {
        stopped.push(executionId);
      }
    });
    await until('it runs', () => hasBegun);
    await cancelExecution(engine.ctx, { execution: { id: run.executionId } });
    expect((await run.ended()).state).toBe('cancelled');
    expect(stopped).toEqual([run.executionId]);
  });

  test('that runs past its timeout is stopped and recorded so', async () => {
    const { ended } = await called(({ signal }) => forever(signal), { timeoutSeconds: 1 });
    expect(await ended()).toMatchObject({ state: 'timed_out', reason: 'attempt_timed_out' });
  });

  test('goes on where the attempt before it left off', async () => {
    const begun: unknown[] = [];
    const { ended } = await called(
      ({ progress, heartbeat, attempt }) => {
        begun.push(progress);
        heartbeat({ page: attempt * 10 });
        if (attempt < 3) throw new Error('not yet');
        return { summary: 'Read 30 pages' };
      },
      { maxRetries: 2 },
    );
    expect((await ended()).result).toMatchObject({ message: 'Read 30 pages' });
    expect(begun).toEqual([null, { page: 10 }, { page: 20 }]);
  });
});

describe('the log of a run [T-094, T-096..T-098]', () => {
  test('can be read while it runs, by level, from an instant and page by page', async () => {
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const run = await called(async ({ log }) => {
      log.debug('connected');
      log.info('Starting report generation');
      log.warn('slow');
      await gate;
      log.info('Report generated successfully');
    });
    const live = await until('its lines are shown', async () => {
      const page = await run.logs();
      return page.lines.length === 3 && page;
    });
    expect((await run.row()).state).toBe('running');
    expect(live).toMatchObject({ nextOffset: 3, isComplete: false });
    expect(await run.said({ level: 'info' })).toEqual(['Starting report generation', 'slow']);
    expect(await run.said({ offset: 1, limit: 1 })).toEqual(['Starting report generation']);
    expect(await run.said({ since: (live.lines[2]?.at ?? 0) + 1 })).toEqual([]);
    goOn();
    await run.ended();
    const rest = await run.logs({ offset: live.nextOffset });
    expect(rest.lines).toMatchObject([{ level: 'info', message: 'Report generated successfully' }]);
    expect(rest).toMatchObject({ nextOffset: 4, isComplete: true });
  });

  test('keeps the lines of every attempt', async () => {
    const { ended, said } = await called(
      ({ log, attempt }) => {
        log.info(`attempt ${attempt}`);
        if (attempt < 3) throw new Error('not yet');
      },
      { maxRetries: 2 },
    );
    await ended();
    expect(await said()).toEqual(['attempt 1', 'attempt 2', 'attempt 3']);
  });

  test('costs a quick run no write of its own', async () => {
    await sql`create table written (logs jsonb);
      create function note() returns trigger language plpgsql as
        'begin insert into written values (new.logs); return new; end';
      create trigger note after update on execution for each row when (new.state = 'running' and new.logs is not null)
        execute function note()`.execute(engine.db);
    const { ended, said } = await called(({ log }) => log.info('at once'));
    await ended();
    expect(await said()).toEqual(['at once']);
    const shown = async () => (await sql`select * from written`.execute(engine.db)).rows;
    expect(await shown()).toEqual([]);
    // A run that goes on does: this test would see it.
    const long = await called(async ({ log, signal }) => {
      log.info('at length');
      await forever(signal);
    });
    await until('its line is shown', async () => (await shown()).length > 0);
    await cancelExecution(engine.ctx, { execution: { id: long.executionId } });
    await sql`drop trigger note on execution`.execute(engine.db);
  });
});
