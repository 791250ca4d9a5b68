import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresPart } from '../../start/postgres/postgres-server.ts';
import { freeInnerPort } from '../../start/ports.ts';
import type { ReviewReport } from '../../domain/reviews/report.ts';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { found, reportOf, reviewing, seeded, sessionOn } from './reviewing.ts';

/** A server as an administrator would want it, on a machine with 1 GB. */
const GOOD = {
  shared_buffers: '256MB',
  effective_cache_size: '700MB',
  max_connections: '30',
  track_io_timing: 'on',
  log_min_duration_statement: '1s',
  log_lock_waits: 'on',
  log_temp_files: '10MB',
  idle_in_transaction_session_timeout: '10min',
  logging_collector: 'on',
  log_destination: 'jsonlog,csvlog',
  log_rotation_age: '0',
};

let ledger: TestDatabase;
let server: PostgresPart;
const home = mkdtempSync(join(tmpdir(), 'almanac-review-server-'));
beforeAll(async () => {
  ledger = await openDatabase();
  const place = { home, port: await freeInnerPort(), logFile: join(home, 'postgres.log'), database: 'reviewed' };
  server = await startPostgres({ ...place, settings: GOOD });
});
afterAll(async () => {
  await server.stop();
  await ledger.close();
  rmSync(home, { recursive: true, force: true });
});

describe('config_check', () => {
  const config = (more: object = {}) => ({ task_type: 'config_check', ...more });

  it('stays quiet on a server that is set up well', async () => {
    const report = await reportOf(reviewing(ledger, { url: server.url, memoryGb: 1, cpus: 2 }, config()));
    expect(report).toMatchObject({ findings: [], missing: [], score: 100, role: 'almanac_reviewer' });
  });

  it('finds dangerous and unfit settings, and what sets them right', async () => {
    const { url, client } = await seeded([]);
    const name = new URL(url).pathname.slice(1);
    for (const setting of [
      'random_page_cost = 4',
      'enable_seqscan = off',
      'password_encryption = md5',
      'synchronous_commit = off',
    ]) {
      await client.query(`alter database ${name} set ${setting}`);
    }
    await client.query('grant create on schema public to public');
    const report = await reportOf(reviewing(ledger, { url, memoryGb: 64 }, config()));
    expect(found(report)).toEqual(
      expect.arrayContaining([
        'setting_fsync:fsync',
        'setting_full_page_writes:full_page_writes',
        'setting_synchronous_commit:synchronous_commit',
        'setting_random_page_cost:random_page_cost',
        'setting_enable_seqscan:enable_seqscan',
        'setting_password_encryption:password_encryption',
        'setting_idle_in_transaction_session_timeout:idle_in_transaction_session_timeout',
        'shared_buffers_small:shared_buffers',
        'effective_cache_size:effective_cache_size',
        'public_schema_open:public',
      ]),
    );
    expect(report.findings[0]?.severity).toBe('critical');
    const about = (code: string) => report.findings.find((finding) => finding.code === code);
    // What the server's command line and the database say is not to be overruled by ALTER SYSTEM.
    expect(about('setting_fsync')).toMatchObject({
      evidence: "fsync = off; set on the server's command line",
      sql: '-- postgres -c fsync=on',
    });
    expect(about('setting_enable_seqscan')).toMatchObject({
      evidence: 'enable_seqscan = off; set for this database',
      sql: `ALTER DATABASE ${name} SET enable_seqscan = 'on';`,
    });
    expect(about('setting_track_io_timing')).toMatchObject({
      evidence: 'track_io_timing = off',
      sql: "ALTER SYSTEM SET track_io_timing = 'on';\nSELECT pg_reload_conf();",
    });
    expect(about('effective_cache_size')?.evidence).toContain('64.0 GB');
    for (const { sql } of report.findings) {
      if (sql?.startsWith('ALTER DATABASE') === true) await client.query(sql);
    }
    const russian = await reportOf(reviewing(ledger, { url, memoryGb: 64 }, config({ language: 'ru' })));
    const cache = russian.findings.find(({ code }) => code === 'effective_cache_size');
    expect(cache?.evidence).toContain('памяти 64,0 ГБ');
    const mended = found(russian);
    for (const setting of ['synchronous_commit', 'random_page_cost', 'enable_seqscan', 'password_encryption']) {
      expect(mended).not.toContain(`setting_${setting}:${setting}`);
      await client.query(`alter database ${name} reset ${setting}`);
    }
    await client.query(`alter database ${name} set password_encryption = md5`);
    const security = await reportOf(reviewing(ledger, { url }, config({ analysis_target: 'security' })));
    expect(found(security)).toContain('setting_password_encryption:password_encryption');
    expect(found(security)).not.toContain('setting_fsync:fsync');
    const brief = await reportOf(reviewing(ledger, { url, memoryGb: 64 }, config({ detailed_analysis: false })));
    expect(found(report)).toContain('setting_track_io_timing:track_io_timing');
    expect(found(brief)).not.toContain('setting_track_io_timing:track_io_timing');
  });

  it('tells a version whose support ends or has ended', async () => {
    const at = async (day: string) => {
      const acted = reviewing(ledger, { url: server.url, memoryGb: 1 }, config(), Date.parse(day));
      return (await reportOf(acted)).findings.map(({ code, severity }) => [code, severity]);
    };
    expect(await at('2030-06-01')).toEqual([['version_end_of_life', 'warning']]);
    expect(await at('2031-01-01')).toEqual([['version_end_of_life', 'critical']]);
  });

  it('finds connections that run out', async () => {
    const held = await Promise.all(Array.from({ length: 23 }, () => sessionOn(server.url)));
    const report = await reportOf(reviewing(ledger, { url: server.url, memoryGb: 1 }, config()));
    expect(found(report)).toEqual(['connections_exhausted']);
    expect(held).toHaveLength(23);
  });

  it.each([
    ['ru', 'json', 'Соединения из сети не шифруются'],
    ['en', 'markdown', '# Configuration check: under review'],
    ['ru', 'html', '<html lang="ru">'],
  ])('speaks %s as %s', async (language, output_format, text) => {
    const { url } = await seeded([]);
    const report = await reportOf(reviewing(ledger, { url, memoryGb: 64 }, config({ language, output_format })));
    const fsync = report.findings.find(({ code }) => code === 'setting_fsync');
    expect(fsync?.title).toBe(
      language === 'ru'
        ? 'fsync выключен: сбой питания разрушит базу'
        : 'fsync is off: a power failure destroys the database',
    );
    if (output_format === 'json') expect(report).not.toHaveProperty('document');
    else expect(report.document).toContain(text);
    expect(JSON.stringify(report)).not.toContain(new URL(url).password);
  });
});

describe('log_analysis', () => {
  const logs = (more: object = {}) => ({ task_type: 'log_analysis', ...more });

  it('finds errors, slow statements and failed logins in the logs of the server', async () => {
    const client = await sessionOn(server.url);
    const quiet = await reportOf(reviewing(ledger, { url: server.url }, logs()));
    expect(quiet.missing).toEqual([]);
    await client.query('select 1 / 0').catch(() => undefined);
    await client.query("select 'hush-hush', pg_sleep(1.1)");
    await client.query('create role nobody_here');
    await client.query('create table closed (a int)');
    await client.query('set role nobody_here');
    await client.query('select * from closed').catch(() => undefined);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await new pg.Client({ connectionString: wrong.href }).connect().catch(() => undefined);
    const expected = ['log_errors', 'log_failed_logins', 'log_permission_denied', 'log_slow_queries'];
    const report = await until('all is written', async () => {
      const looked = await reportOf(reviewing(ledger, { url: server.url }, logs()));
      return expected.every((code) => found(looked).includes(code)) ? looked : null;
    });
    expect(found(report).sort()).toEqual(expected);
    expect(JSON.stringify(report)).not.toContain('hush-hush');
    expect(report.facts['by_state']).toMatchObject({ '22012': 1, '42501': 1 });
    const security = await reportOf(reviewing(ledger, { url: server.url }, logs({ analysis_target: 'security' })));
    expect(found(security).sort()).toEqual(['log_failed_logins', 'log_permission_denied']);
    const performance = await reportOf(
      reviewing(ledger, { url: server.url }, logs({ analysis_target: 'performance' })),
    );
    expect(found(performance)).toEqual(['log_slow_queries']);
  });

  it('makes its reader without a failed login of its own', async () => {
    const client = await sessionOn(server.url);
    const look = () => reportOf(reviewing(ledger, { url: server.url }, logs()));
    const failedLogins = ({ findings }: ReviewReport) =>
      findings.find(({ code }) => code === 'log_failed_logins')?.measure ?? 0;
    const before = failedLogins(await look());
    await client.query('drop owned by almanac_reviewer');
    await client.query('drop role almanac_reviewer');
    expect(await look()).toMatchObject({ role: 'almanac_reviewer' });
    await client.query("select 'marker'::int").catch(() => undefined);
    const report = await until('what came after is written', async () => {
      const looked = await look();
      return JSON.stringify(looked.facts['by_state']).includes('22P02') ? looked : null;
    });
    expect(failedLogins(report)).toBe(before);
  });

  it('reads a configured path: the last day of a file or of a folder', async () => {
    const folder = join(tempFolder('almanac-review-logs-'), 'logs');
    mkdirSync(folder);
    const now = Date.UTC(2026, 10, 21, 12);
    const line = (day: string, text: string) => `${day} 10:00:00.000 UTC [77] ${text}\n`;
    const today = [
      'LOG:  checkpoints are occurring too frequently (9 seconds apart)',
      'PANIC:  could not write to file "pg_wal/xlogtemp.1": No space left on device',
      'FATAL:  sorry, too many clients already',
      'ERROR:  deadlock detected',
      'ERROR:  canceling statement due to statement timeout',
      'LOG:  temporary file: path "base/pgsql_tmp/pgsql_tmp1.0", size 90000000',
      'ERROR:  canceling autovacuum task',
    ].map((text) => line('2026-11-21', text));
    const file = join(folder, 'postgresql.log');
    writeFileSync(file, [line('2026-11-01', 'PANIC:  long ago'), ...today].join(''));
    for (const logPath of [file, folder]) {
      const report = await reportOf(reviewing(ledger, { url: server.url, logPath }, logs(), now));
      expect(found(report).sort()).toEqual([
        'log_autovacuum',
        'log_checkpoints',
        'log_crashes',
        'log_errors',
        'log_locks',
        'log_no_connections',
        'log_statement_timeouts',
        'log_temp_files',
      ]);
      expect(report.facts['messages']).toBe(7);
    }
  });

  it('stays quiet on a calm log, and says what it lacks where there is none that it can read', async () => {
    const folder = tempFolder('almanac-review-logs-');
    const calm = join(folder, 'calm.log');
    writeFileSync(
      calm,
      `${new Date().toISOString().replace('T', ' ').replace('Z', ' UTC')} [1] LOG:  checkpoint complete\n`,
    );
    expect(await reportOf(reviewing(ledger, { url: server.url, logPath: calm }, logs()))).toMatchObject({
      findings: [],
      missing: [],
      score: 100,
    });
    const strange = join(folder, 'strange.log');
    writeFileSync(strange, '2026-11-21 10:00:00 UTC [1] ОШИБКА:  деление на ноль\n');
    const unread = await reportOf(reviewing(ledger, { url: server.url, logPath: strange }, logs()));
    expect(unread.missing[0]?.what).toContain('no message that is understood');
    const absent = await reportOf(reviewing(ledger, { url: server.url, logPath: join(folder, 'absent') }, logs()));
    expect(absent.missing[0]?.what).toContain('ENOENT');
    const { url } = await seeded([]);
    const uncollected = await reportOf(reviewing(ledger, { url }, logs()));
    expect(uncollected.missing[0]?.sql).toContain('logging_collector');
  });
});
