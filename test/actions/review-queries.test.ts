import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import type { ReviewReport } from '../../domain/reviews/report.ts';
import { until } from '../support/until.ts';
import { regressions } from '../../activities/actions/review/query-analysis/regressions.ts';
import { runningQueries } from '../../activities/actions/review/query-analysis/running-queries.ts';
import type { ReviewedDatabase } from '../../activities/actions/review/reviewed-database.ts';
import { absent } from '../support/absent.ts';
import { found, reportOf, reviewing, seeded, sessionOn } from './reviewing.ts';

let ledger: TestDatabase;
beforeAll(async () => {
  ledger = await openDatabase();
});
afterAll(() => ledger.close());

const queries = { task_type: 'query_analysis', analysis_target: 'queries' };
const EXTENSION = 'create extension pg_stat_statements';

describe('query_analysis', () => {
  it('finds slow statements and ones that write temporary files, with their text and their costs', async () => {
    const { url, client } = await seeded([EXTENSION, 'create table t (a int)', "set work_mem = '64kB'"]);
    for (let call = 0; call < 3; call += 1) await client.query('select pg_sleep(0.6)');
    await client.query(
      "select count(*) from (select repeat('x', 100) || n as t from generate_series(1, 500000) n order by 1 offset 1) s",
    );
    const report = await reportOf(reviewing(ledger, { url }, queries));
    const codes = report.findings.map(({ code }) => code);
    expect(codes).toContain('slow_query');
    expect(codes).toContain('temp_files');
    const slow = report.findings.find(({ evidence }) => evidence.includes('select pg_sleep($1)'));
    expect(slow).toMatchObject({ code: 'slow_query', severity: 'warning' });
    expect(slow?.measure).toBeGreaterThanOrEqual(500);
    expect(report.facts['top_by_mean_time']).toEqual(
      expect.arrayContaining([expect.objectContaining({ query: 'select pg_sleep($1)', calls: 3 })]),
    );
    for (const name of ['top_by_total_time', 'top_by_rows', 'top_by_temp', 'top_by_cache_misses']) {
      expect(report.facts).toHaveProperty(name);
    }
    expect(report.findings.map(({ evidence }) => evidence).join()).not.toContain('pg_sleep(0');
  });

  it('finds who waits for whom', async () => {
    const { url, client } = await seeded([
      EXTENSION,
      'create table t (a int)',
      'insert into t values (1)',
      'begin',
      'update t set a = 2',
    ]);
    const waiting = await sessionOn(url);
    const blocked = waiting.query("update t set a = 3 where 'hush-hush' <> ''");
    const [pid] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    const report = await until('it has waited a second', async () => {
      const looked = await reportOf(reviewing(ledger, { url }, queries));
      return looked.findings.some(({ code }) => code === 'blocked_query') ? looked : null;
    });
    const finding = report.findings.find(({ code }) => code === 'blocked_query');
    expect(finding?.evidence).toContain(`for pid ${pid?.pid}: update t set a = 3`);
    expect(finding?.sql).toBe(`SELECT pg_terminate_backend(${pid?.pid});`);
    expect(JSON.stringify(report)).not.toContain('hush-hush');
    await client.query('rollback');
    await blocked;
  });

  it('stays quiet where nothing is slow, and says what it lacks where the extension is not there', async () => {
    const { url, client } = await seeded([EXTENSION]);
    for (let call = 0; call < 5; call += 1) await client.query('select 1');
    expect(await reportOf(reviewing(ledger, { url }, queries))).toMatchObject({
      findings: [],
      missing: [],
      score: 100,
    });
    await client.query('drop extension pg_stat_statements');
    const { missing } = await reportOf(reviewing(ledger, { url }, queries));
    expect(missing).toHaveLength(1);
    expect(missing[0]?.sql).toContain('CREATE EXTENSION pg_stat_statements');
  });

  it("knows the costs of the service's own database", async () => {
    const report = await reportOf(reviewing(ledger, { url: ledger.url }, queries));
    expect(report).toMatchObject({ role: 'almanac_reviewer_own', missing: [] });
    expect(report.facts).toHaveProperty('top_by_total_time');
  });

  it("is compared with the same job's last review: a statement that became slower, new and gone findings, a trend", async () => {
    const { url, client } = await seeded([EXTENSION]);
    const jobId = randomUUID();
    const call = async (times: number, seconds: number) => {
      for (let n = 0; n < times; n += 1) await client.query(`select pg_sleep(${seconds})`);
    };
    // So many quick ones that a machine which stalls does not make them slow.
    await call(100, 0.001);
    const first = await reportOf(reviewing(ledger, { url }, queries));
    expect(first.comparison).toMatchObject({ previous: null, trend: 'first', history: [] });
    const executionId = await kept(jobId, first);
    await call(5, 0.4);
    const acted = reviewing(ledger, { url }, queries, Date.now(), { jobId });
    const second = await reportOf(acted);
    expect(found(second)).toHaveLength(1);
    expect(second.findings[0]).toMatchObject({ code: 'query_regressed', severity: 'critical' });
    expect(second.comparison).toMatchObject({
      previous: { execution_id: executionId, score: 100 },
      trend: 'worse',
      new: found(second),
      gone: [],
      history: [{ score: 100 }],
    });
    const elsewhere = { ...queries, analysis_target: 'performance' };
    const other = await reportOf(reviewing(ledger, { url }, elsewhere, Date.now(), { jobId }));
    expect(other.comparison).toMatchObject({ previous: null, trend: 'first' });
  });
});

/** Keeps a report as an execution's result, where the next review of the job looks. */
async function kept(jobId: string, report: ReviewReport): Promise<string> {
  const id = randomUUID();
  await ledger.db
    .insertInto('execution')
    .values({
      id,
      job_id: jobId,
      face: 'reviewer',
      trigger: 'manual',
      due_at: new Date(Date.now() - 60_000),
      nonce: 1,
      state: 'succeeded',
      number: null,
      reason: null,
      duration_ms: 1,
      triggered_by: null,
      group_id: null,
      claimed_by: null,
      worker_id: null,
      workflow_id: null,
      job_revision: 1,
      result: JSON.stringify({ message: report.summary, data: report }),
    })
    .execute();
  return id;
}

describe('statements that became slower', () => {
  const statement = { id: '1', query: 'q', rows: 0, temp_bytes: 0, hit_blocks: 0, read_blocks: 0, mean_ms: 0 };
  const before = (calls: number, ms: number) =>
    ({ facts: { statements: [{ id: '1', calls, total_ms: ms }] } }) as unknown as ReviewReport;
  it.each([
    ['slower', { calls: 20, total_ms: 400 }, before(10, 100), ['query_regressed']],
    ['as fast as before', { calls: 20, total_ms: 210 }, before(10, 100), []],
    ['called too rarely to tell', { calls: 12, total_ms: 400 }, before(10, 100), []],
    ['reset meanwhile', { calls: 8, total_ms: 400 }, before(10, 100), []],
    ['not seen before', { calls: 20, total_ms: 400 }, null, []],
  ])('%s', (_, now, then, codes) => {
    expect(regressions([{ ...statement, ...now }], then).map(({ code }) => code)).toEqual(codes);
  });
});

describe('transactions that stay open', () => {
  it.each([
    ['active', 400_000, ['long_query']],
    ['idle in transaction', 400_000, ['idle_in_transaction']],
    ['active', 200_000, []],
    ['idle in transaction', 200_000, []],
  ])('%s for %d ms', async (state, age_ms, codes) => {
    const row = { pid: 7, role: 'r', application: 'a', state, age_ms, query: 'q', blockers: [], waits_ms: null };
    const database = {
      ...absent<ReviewedDatabase>('database'),
      query: () => Promise.resolve([row]),
    } as unknown as ReviewedDatabase;
    const scope = { database, target: null, detailed: true, targetTables: null, previous: null, now: 0 };
    expect((await runningQueries.run(scope)).found.map(({ code }) => code)).toEqual(codes);
  });
});
