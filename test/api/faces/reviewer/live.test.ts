import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReviewReport } from '../../../../domain/reviews/report.ts';
import { rowsIn, startLiveReviewer, type LiveReviewer } from '../../../support/reviewer.ts';
import { until } from '../../../support/until.ts';

let face: LiveReviewer;
let database: pg.Client;
beforeAll(async () => {
  face = await startLiveReviewer();
  database = new pg.Client({ connectionString: face.reviewedUrl });
  await database.connect();
  await database.query(`create table customer (id int primary key);
    create table purchase (id int primary key, customer_id int references customer (id), note text);
    insert into customer select generate_series(1, 100);
    insert into purchase select n, n % 100 + 1, 'x' from generate_series(1, 20000) n;
    create index purchase_note on purchase (note); create index purchase_note_again on purchase (note)`);
  // What was inserted is told before it is analysed, or it would count as changed since then.
  for (const statement of ['select pg_stat_force_next_flush()', 'analyze customer, purchase'])
    await database.query(statement);
});
afterAll(async () => {
  await database.end();
  await face.stop();
});

const reportOf = (run: Record<string, unknown>) => run['result'] as ReviewReport;
const named = ({ findings }: ReviewReport) => findings.map(({ code, object }) => `${code}:${object ?? ''}`);
const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

describe('a review', () => {
  it.each([
    ['config_check', { analysis_target: 'config' }],
    ['query_analysis', { analysis_target: 'queries' }],
    ['table_analysis', { target_tables: ['purchase'] }],
    ['log_analysis', { analysis_target: 'security' }],
    ['custom_sql', { custom_sql: 'select 7 as seven, now() as at' }],
  ])('%s runs on a real database, and its report is read back in Russian', async (type, params) => {
    const id = await face.create({ task_type: type, connection_id: 2, task_params: params });
    const run = await face.run(id);
    expect(run).toMatchObject({ scheduled_task_id: id, connection_id: 2, task_type: type, status: 'completed' });
    expect([run['error_message'], run['started_at'], run['completed_at']]).toEqual([
      null,
      expect.stringMatching(seconds),
      expect.stringMatching(seconds),
    ]);
    const report = reportOf(run);
    expect(report).toMatchObject({ task_type: type, connection: { id: 2, name: 'reviewed' }, language: 'ru' });
    expect(report.summary).toMatch(/[а-яё]/i);
    for (const { title, recommendation } of report.findings) expect(title + recommendation).toMatch(/[а-яё]/i);
    if (type === 'config_check') expect(named(report)).toContain('setting_fsync:fsync');
    if (type === 'custom_sql') expect(report.rows?.rows[0]?.[0]).toBe(7);
    const listed = rowsIn(await face.call('GET', `/executions?task_type=${type}&status_filter=completed`));
    expect(listed[0]).toEqual(run);
  });

  it('is kept, compared with the one before, and listed by trend', async () => {
    const id = await face.create({ task_type: 'table_analysis', connection_id: 2, task_params: { language: 'en' } });
    const first = await face.run(id);
    expect(reportOf(first).comparison).toMatchObject({ trend: 'first', previous: null });
    const faults = named(reportOf(first));
    expect(faults.some((fault) => fault.includes('purchase_note'))).toBe(true);
    await database.query('drop index purchase_note_again');
    const second = await face.run(id);
    const { comparison } = reportOf(second);
    expect(comparison).toMatchObject({ trend: 'better', previous: { execution_id: first['id'] } });
    expect(comparison.gone.some((fault) => fault.includes('purchase_note'))).toBe(true);
    const better = rowsIn(await face.call('GET', '/executions?trend=better'));
    expect(better.map((run) => run['id'])).toEqual([second['id']]);
  });

  it.each([
    ['a write', 'delete from customer', /может только читать, а начинается с DELETE/],
    ['a write within', 'with gone as (delete from customer returning 1) select * from gone', /^База данных отклонила/],
    ['a second statement', 'select 1; drop table customer', /^База данных отклонила/],
    ['a program', "copy customer to program 'true'", /может только читать, а начинается с COPY/],
    ['an endless one', 'select pg_sleep(600)', /^Проверка не уложилась в query_timeout \(2 с\)/],
  ])('of %s fails, says why in Russian, and changes nothing', async (_, statement, words) => {
    // Only what is endless runs into its timeout, however long the machine stalls.
    const params = { custom_sql: statement, query_timeout: statement.includes('pg_sleep') ? 2 : 60 };
    const run = await face.run(await face.create({ task_type: 'custom_sql', connection_id: 2, task_params: params }));
    expect([run['status'], run['result'], run['error_message']]).toEqual(['failed', {}, expect.stringMatching(words)]);
    expect((await database.query('select count(*)::int as n from customer')).rows).toEqual([{ n: 100 }]);
  });

  it('of a database that is away fails, and shows its address nowhere', async () => {
    const id = await face.create({ connection_id: 3 });
    const run = await face.run(id);
    expect(run).toMatchObject({ status: 'failed', result: {} });
    expect(run['error_message']).toMatch(
      /^Подключение 3 \(away\) использовать нельзя \(ECONNREFUSED\): по этому адресу/,
    );
    const shown = [run, (await face.call('GET', `/tasks/${id}`)).body, rowsIn(await face.call('GET', '/executions'))];
    expect(JSON.stringify([shown, face.engine.log.entries])).not.toMatch(/sesame|postgres:\/\//);
    const { rows } = await database.query<{ n: number }>('select 1 as n');
    expect(rows).toEqual([{ n: 1 }]);
  });
});

describe('the queue', () => {
  it('lets a task that is queued several times run one after another, each in its turn', async () => {
    const params = { custom_sql: 'select pg_sleep(0.5)' };
    const id = await face.create({ task_type: 'custom_sql', connection_id: 2, task_params: params, is_active: false });
    const numbers: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { headers } = await face.call('POST', `/tasks/${id}/queue`);
      numbers.push(Number(headers.get('location')?.split('/').at(-1)));
    }
    for (const number of numbers) expect(await face.ended(number)).toMatchObject({ status: 'completed' });
    const { id: jobId } = await face.engine.db
      .selectFrom('job')
      .select('id')
      .where('face', '=', 'reviewer')
      .where('number', '=', id)
      .executeTakeFirstOrThrow();
    const runs = await face.engine.db
      .selectFrom('execution')
      .select(['number', 'started_at', 'ended_at'])
      .where('job_id', '=', jobId)
      .orderBy('started_at')
      .execute();
    expect(runs.map(({ number }) => number)).toEqual(numbers);
    for (const [i, { started_at: startedAt }] of runs.slice(1).entries())
      expect(Number(startedAt)).toBeGreaterThanOrEqual(Number(runs[i]?.ended_at));
  });

  it('is as long as what waits, and empty when a worker has taken it [R-084, R-085]', async () => {
    const length = async () => (await face.call('GET', '/queue/status')).body['queue_length'];
    await until('the queue is empty', async () => (await length()) === 0);
    await face.engine.stopWorker();
    const ids = [await face.create(), await face.create(), await face.create()];
    for (const id of ids) expect((await face.call('POST', `/tasks/${id}/queue`)).status).toBe(200);
    await until('all three wait', async () => (await length()) === 3);
    await face.restartWorker();
    await until('none waits', async () => (await length()) === 0);
  });
});
