import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { failureOf } from './acting.ts';
import { reportOf, reviewing, seeded, sessionOn } from './reviewing.ts';

let ledger: TestDatabase;
beforeAll(async () => {
  ledger = await openDatabase();
});
afterAll(() => ledger.close());

const TABLE = [
  'create table account (id int primary key, balance int)',
  'insert into account values (1, 100), (2, 200)',
];
const custom = (custom_sql: string, more: object = {}) => ({ task_type: 'custom_sql', custom_sql, ...more });

describe('custom_sql [R-006, R-012]', () => {
  it("runs the document's own example, its semicolon included", async () => {
    const { url } = await seeded(TABLE);
    const text = "SELECT usename, count(*) FROM pg_stat_activity WHERE state = 'active' GROUP BY usename;";
    const report = await reportOf(reviewing(ledger, { url }, custom(text, { analysis_target: 'security' })));
    expect(report.rows?.columns).toEqual([
      { name: 'usename', type: 'name' },
      { name: 'count', type: 'bigint' },
    ]);
    expect(report.rows?.rows).toContainEqual(['almanac_reviewer', expect.any(Number)]);
    expect(report).toMatchObject({ score: null, analysis_target: 'security', role: 'almanac_reviewer' });
  });

  it('keeps types', async () => {
    const { url } = await seeded([]);
    const text = `select true as b, 1::int8 as i, 9007199254740993 as big, 12.30::numeric as n, null as nothing,
      '{"a": [1]}'::jsonb as j, '2025-01-02'::date as d, array[1, 2] as list, 'текст' as t`;
    const { rows } = await reportOf(reviewing(ledger, { url }, custom(text)));
    expect(rows?.rows).toEqual([[true, 1, '9007199254740993', 12.3, null, { a: [1] }, '2025-01-02', '{1,2}', 'текст']]);
    expect(rows?.columns.map(({ type }) => type)).toEqual([
      'boolean',
      'bigint',
      'bigint',
      'numeric',
      'text',
      'jsonb',
      'date',
      'integer[]',
      'text',
    ]);
  });

  it.each([
    ['SHOW work_mem', 'work_mem'],
    ['-- why\nEXPLAIN SELECT 1', 'QUERY PLAN'],
    ['VALUES (1)', 'column1'],
    ['(SELECT 1 AS one)', 'one'],
    ['/* all */ TABLE account', 'id'],
  ])('reads with %j', async (text, column) => {
    const { url } = await seeded(TABLE);
    const { rows } = await reportOf(reviewing(ledger, { url }, custom(text)));
    expect(rows?.columns[0]?.name).toBe(column);
    expect(rows?.row_count).toBeGreaterThan(0);
  });

  it('keeps a bounded number of rows, and of bytes', async () => {
    const { url } = await seeded([]);
    const many = await reportOf(reviewing(ledger, { url }, custom('select generate_series(1, 5000)')));
    expect(many.rows).toMatchObject({ row_count: 1000, truncated: true });
    const wide = await reportOf(
      reviewing(ledger, { url }, custom("select repeat('x', 300000) from generate_series(1, 5)")),
    );
    expect(wide.rows).toMatchObject({ row_count: 1, truncated: true });
    const huge = reviewing(ledger, { url }, custom("select repeat('x', 60000000)"));
    expect(await failureOf(huge)).toMatchObject({ type: 'QueryRefused', retryable: false });
  });

  it.each([
    ['a write', 'DELETE FROM account'],
    ['a write in a WITH', 'WITH x AS (DELETE FROM account RETURNING *) SELECT * FROM x'],
    ['a second statement', 'SELECT 1; DELETE FROM account'],
    ['a second statement behind a commit', 'SELECT 1; COMMIT; DELETE FROM account; SELECT 2'],
    ['transaction control', 'COMMIT'],
    ['a setting', 'SET transaction_read_only = off'],
    [
      'a writing transaction',
      "SELECT set_config('transaction_read_only', 'off', true), query_to_xml('delete from account', true, true, '')",
    ],
    ['a new table', 'SELECT * INTO copied FROM account'],
    ['a lock', 'SELECT * FROM account FOR UPDATE'],
    ['a block', 'DO $$ BEGIN DELETE FROM account; END $$'],
    ['a write that is explained', 'EXPLAIN ANALYZE DELETE FROM account'],
    [
      'the role it came from',
      "SELECT set_config('role', 'postgres', true), query_to_xml('select * from pg_authid', true, true, '')",
    ],
    ['a file of the server', "SELECT pg_read_file('PG_VERSION')"],
    ['the passwords', 'SELECT * FROM pg_authid'],
    ['the end of a session', "SELECT lo_export(1, '/tmp/x')"],
    ['nothing', '-- only a comment'],
  ])('refuses %s, and nothing is changed', async (_, text) => {
    const { url, client } = await seeded(TABLE);
    const failure = await failureOf(reviewing(ledger, { url }, custom(text)));
    expect(failure.type).toMatch(/^Query(Refused|Failed)$/);
    expect(failure.retryable).toBe(false);
    const { rows } = await client.query<{ count: string; made: string | null }>(
      "select (select count(*) from account) as count, to_regclass('copied') as made",
    );
    expect(rows[0]).toEqual({ count: '2', made: null });
  });

  it('runs no program of the server', async () => {
    const { url } = await seeded(TABLE);
    const file = join(tempFolder('almanac-review-'), 'made');
    const failure = await failureOf(reviewing(ledger, { url }, custom(`COPY account TO PROGRAM 'touch ${file}'`)));
    expect(failure).toMatchObject({ type: 'QueryRefused', retryable: false });
    expect(failure.message).toContain('begins with COPY');
    expect(existsSync(file)).toBe(false);
  });
});

const SLEEPING =
  "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";

describe('a statement that does not end [R-014]', () => {
  it('is cancelled on the server when query_timeout is over', async () => {
    const { url, client } = await seeded([]);
    const failure = await failureOf(reviewing(ledger, { url }, custom('select pg_sleep(600)', { query_timeout: 1 })));
    expect(failure).toMatchObject({ type: 'QueryTimeout' });
    expect(failure.message).toContain('query_timeout of 1 s');
    await until('nothing sleeps', async () => (await client.query<{ n: number }>(SLEEPING)).rows[0]?.n === 0);
  });

  it('is cancelled on the server when the run is', async () => {
    const { url, client } = await seeded([]);
    const acted = reviewing(
      ledger,
      { url },
      custom("select pg_sleep(600), set_config('statement_timeout', '0', false)"),
    );
    await until('it sleeps', async () => (await client.query<{ n: number }>(SLEEPING)).rows[0]?.n === 1);
    acted.stop.abort(new Error('cancelled by hand'));
    await expect(acted.result).rejects.toThrow('cancelled by hand');
    await until('nothing sleeps', async () => (await client.query<{ n: number }>(SLEEPING)).rows[0]?.n === 0);
  });
});

describe("the service's own database", () => {
  const own = (text: string) => reviewing(ledger, { url: ledger.url }, custom(text));

  it('is read without its secrets', async () => {
    await ledger.db
      .insertInto('api_key')
      .values({
        id: '01970000-0000-7000-8000-00000000000a',
        name: 'key',
        hash: Buffer.from('hush'),
        prefix: 'ak',
        subject: 's',
        roles: ['viewer'],
        created_by: 'x',
      })
      .execute();
    const names = await reportOf(own('select name, prefix from api_key'));
    expect(names.rows?.rows).toEqual([['key', 'ak']]);
    expect(names.role).toBe('almanac_reviewer_own');
    expect((await reportOf(own('select count(*) from job'))).rows?.rows).toEqual([[0]]);
    for (const secret of [
      'select hash from api_key',
      'select * from api_key',
      'select body from idempotency',
      'select action from job',
      'select spec from job_revision',
      'select result from execution',
      'select result from execution_default',
      "select query_to_xml('select hash from api_key', true, true, '')",
    ]) {
      expect((await failureOf(own(secret))).message, secret).toContain('permission denied');
    }
  });

  it('grants what a later migration adds', async () => {
    const client = await sessionOn(ledger.url);
    await reportOf(own('select 1'));
    await client.query('create table if not exists later (id int)');
    expect((await reportOf(own('select count(*) from later'))).rows?.rows).toEqual([[0]]);
  });
});

describe('a connection', () => {
  it('whose user can only read is used as it is; one that can do more, without being able to make the reader, runs no custom_sql', async () => {
    const { url, client } = await seeded(TABLE);
    const role = `plain_${Date.now()}`;
    await client.query(`create role ${role} login password 'hush-hush'`);
    await client.query(`grant select on account to ${role}`);
    const plain = new URL(url);
    plain.username = role;
    plain.password = 'hush-hush';
    const report = await reportOf(reviewing(ledger, { url: plain.href }, custom('select count(*) from account')));
    expect(report).toMatchObject({ role, rows: { rows: [[2]] }, missing: [] });
    await client.query(`grant pg_read_server_files to ${role}`);
    const failure = await failureOf(reviewing(ledger, { url: plain.href }, custom('select 1')));
    expect(failure.message).toContain('needs a role that can only read');
    const checked = await reportOf(reviewing(ledger, { url: plain.href }, { task_type: 'table_analysis' }));
    expect(checked.missing[0]?.sql).toContain('CREATE ROLE almanac_reviewer LOGIN');
  });

  it('that can not be used says why, and never its address', async () => {
    const { url } = await seeded([]);
    const wrong = new URL(url);
    wrong.password = 'hush-hush';
    wrong.username = 'somebody';
    const refused = await failureOf(reviewing(ledger, { url: wrong.href }, custom('select 1')));
    expect(refused).toMatchObject({ type: 'ConnectionFailed', retryable: false });
    const nowhere = 'postgres://u:hush-hush@127.0.0.1:1/db';
    const unreached = await failureOf(reviewing(ledger, { url: nowhere }, custom('select 1')));
    expect(unreached).toMatchObject({ type: 'ConnectionFailed', retryable: true });
    for (const { message } of [refused, unreached]) expect(message).not.toMatch(/hush|somebody|127\.0\.0\.1/);
    expect(unreached.message).toContain('Connection 2 (under review) can not be used (ECONNREFUSED)');
  });

  it('is made ready once by many reviews at a time, in several databases of one cluster', async () => {
    const urls = await Promise.all([1, 2, 3, 4].map(async () => (await seeded(TABLE)).url));
    const reviews = urls.flatMap((url) => [
      reviewing(ledger, { url }, custom('table account')),
      reviewing(ledger, { url }, custom('table account')),
    ]);
    for (const acted of reviews)
      expect(await reportOf(acted)).toMatchObject({ role: 'almanac_reviewer', rows: { row_count: 2 } });
  });

  it('that is not configured is named', async () => {
    const { url } = await seeded([]);
    const acted = reviewing(ledger, { url, id: 7 }, custom('select 1'));
    expect(await failureOf(acted)).toMatchObject({ type: 'UnknownConnection', retryable: false });
  });
});
