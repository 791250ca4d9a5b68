import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { found, reportOf, reviewing, seeded } from './reviewing.ts';

let ledger: TestDatabase;
beforeAll(async () => {
  ledger = await openDatabase();
});
afterAll(() => ledger.close());

const tables = (more: object = {}) => ({ task_type: 'table_analysis', ...more });
/** What a session counted is seen by others from now on. */
const FLUSH = 'select pg_stat_force_next_flush()';

const FAULTS = [
  'create table parent (id int primary key)',
  'insert into parent select generate_series(1, 100)',
  'create table child (id int primary key, parent_id int references parent, note text) with (autovacuum_enabled = false)',
  "insert into child select n, n % 100 + 1, repeat('n', 120) from generate_series(1, 120000) n",
  'create index child_note_a on child (note)',
  'create index child_note_b on child (note)',
  'analyze child',
  'delete from child where id % 10 <> 0 and id < 110000',
  'create table keyless (a int) with (autovacuum_enabled = off)',
  'insert into keyless select generate_series(1, 20000)',
  'create table "Odd name" (id int primary key)',
];

describe('table_analysis [R-006, R-013, R-016]', () => {
  it('finds what is wrong with tables and indexes, and says what to run', async () => {
    const { url, client } = await seeded(FAULTS);
    for (let scan = 0; scan < 25; scan += 1) await client.query('select count(*) from keyless where a = 1');
    await client.query(FLUSH);
    const report = await until('the counters are seen', async () => {
      const looked = await reportOf(reviewing(ledger, { url }, tables()));
      return found(looked).includes('sequential_scans:public.keyless') ? looked : null;
    });
    expect(found(report).sort()).toEqual([
      'autovacuum_disabled:public.child',
      'autovacuum_disabled:public.keyless',
      'dead_rows:public.child',
      'duplicate_index:public.child_note_b',
      'missing_index:public.child.child_parent_id_fkey',
      'no_primary_key:public.keyless',
      'sequential_scans:public.keyless',
      'stale_statistics:public.child',
      'stale_statistics:public.keyless',
      'unused_index:public.child_note_a',
      'unused_index:public.child_note_b',
    ]);
    const missing = report.findings.find(({ code }) => code === 'missing_index');
    expect(missing).toMatchObject({
      severity: 'warning',
      title: 'A foreign key without an index',
      sql: 'CREATE INDEX CONCURRENTLY ON public.child (parent_id);',
    });
    expect(report.score).toBeLessThan(70);
    expect(report.facts['tables']).toMatchObject([{ table: 'public.child' }, {}, {}, {}]);

    // What it says to run mends it, and the next review says so.
    await client.query('vacuum (analyze) child');
    await client.query(FLUSH);
    const bloated = await until('the vacuum is seen', async () => {
      const looked = await reportOf(reviewing(ledger, { url }, tables({ target_tables: ['public.child'] })));
      return found(looked).includes('dead_rows:public.child') ? null : looked;
    });
    expect(found(bloated)).toContain('table_bloat:public.child');
    for (const { sql, code } of bloated.findings) {
      if (sql === null || code === 'unused_index') continue;
      for (const statement of sql.split('\n')) await client.query(statement);
    }
    const mended = await reportOf(reviewing(ledger, { url }, tables({ target_tables: ['child'] })));
    expect(mended).toMatchObject({ findings: [], score: 100 });
  });

  it('looks at the target tables only, and says which there are not', async () => {
    const { url } = await seeded([...FAULTS.slice(0, 2), 'create table keyless (a int)', 'create table other (a int)']);
    const params = tables({ target_tables: ['keyless', 'public.absent'], language: 'ru' });
    const report = await reportOf(reviewing(ledger, { url }, params));
    expect(found(report)).toEqual(['no_primary_key:public.keyless']);
    expect(report.findings[0]?.title).toBe('У таблицы нет ключа');
    expect(report.missing).toEqual([{ what: 'Таблицы public.absent нет, или роль её не видит', sql: null }]);
  });

  it('looks at less for performance, and where details are not asked for', async () => {
    const { url } = await seeded(['create table keyless (a int)']);
    const performance = await reportOf(reviewing(ledger, { url }, tables({ analysis_target: 'performance' })));
    expect(found(performance)).toEqual([]);
    expect(performance.facts).not.toHaveProperty('tables');
    const brief = await reportOf(reviewing(ledger, { url }, tables({ detailed_analysis: false })));
    expect(found(brief)).toEqual([]);
    expect(brief.facts).toHaveProperty('tables');
  });

  it('stays quiet on tables that are well kept', async () => {
    const { url } = await seeded([
      'create table parent (id int primary key, name text unique)',
      "insert into parent select n, 'name ' || n from generate_series(1, 20000) n",
      'create table child (id int primary key, parent_id int references parent)',
      'create index child_parent on child (parent_id)',
      'insert into child select n, n from generate_series(1, 20000) n',
      // Counted after the vacuum, as a session does in its own time, these rows would look changed since.
      FLUSH,
      'vacuum (analyze) parent',
      'vacuum (analyze) child',
      'select * from child where parent_id = 7',
      FLUSH,
    ]);
    const report = await reportOf(reviewing(ledger, { url }, tables()));
    expect(report).toMatchObject({ findings: [], missing: [], score: 100 });
    expect(report.summary).toBe('Nothing found, score 100 of 100.');
  });

  it('does not wait for a table that is locked, nor hold anything itself', async () => {
    const { url, client } = await seeded(['create table held (id int primary key)']);
    await client.query('begin');
    await client.query('lock table held in access exclusive mode');
    const report = await reportOf(reviewing(ledger, { url }, tables({ query_timeout: 60 })));
    expect(report.missing.map(({ what }) => what).join()).toContain('55P03');
    await client.query('commit');
  });
});
