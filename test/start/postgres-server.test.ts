import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { freeInnerPort } from '../../start/ports.ts';
import { withConnection } from '../../start/postgres/postgres-connect.ts';
import { type PostgresOptions, startPostgres } from '../../start/postgres/postgres-server.ts';
import { livePostmaster } from '../../start/postgres/postmaster-pid.ts';
import { abandon } from '../support/abandon.ts';

let options: PostgresOptions;

// One cluster for the file: each test leaves it stopped, with its data.
beforeAll(() => {
  const home = mkdtempSync(join(tmpdir(), 'postgres-'));
  options = { home, port: 0, logFile: join(home, 'postgres.log'), database: 'almanac' };
});
afterAll(() => rmSync(options.home, { recursive: true }));
beforeEach(async () => {
  options = { ...options, port: await freeInnerPort() };
});

async function started(given: Partial<PostgresOptions> = {}) {
  const part = await startPostgres({ ...options, ...given });
  onTestFinished(() => part.stop());
  return part;
}

async function value(url: string, sql: string): Promise<unknown> {
  return withConnection(url, async (client) => Object.values((await client.query(sql)).rows[0] ?? {})[0]);
}

test('it answers with our database, in UTF-8, durable, with pg_stat_statements', async () => {
  const { url } = await started();
  expect(await value(url, 'select current_database()')).toBe('almanac');
  expect(await value(url, 'show server_encoding')).toBe('UTF8');
  expect(await value(url, 'show fsync')).toBe('on');
  expect(await value(url, "select lower('ÄÉ')")).toBe('äé');
  await value(url, 'create extension if not exists pg_stat_statements');
  expect(await value(url, 'select count(*) > 0 from pg_stat_statements')).toBe(true);
});

test('the password is needed, and stands in a file for its owner alone', async () => {
  const { url } = await started();
  const file = join(options.home, 'postgres-password');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(new URL(url).password).toBe(readFileSync(file, 'utf8'));
  const wrong = new URL(url);
  wrong.password = 'guess';
  await expect(value(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
});

test('data survive a stop', async () => {
  const first = await startPostgres(options);
  await value(first.url, 'create table kept as select 7 as n');
  await first.stop();
  expect(await first.ended).toEqual({ code: 0, signal: null });
  const second = await started();
  expect(await value(second.url, 'select n from kept')).toBe(7);
});

test('what a killed start left running is adopted, on the port that it has', async () => {
  await abandon(`
    import { startPostgres } from 'start/postgres/postgres-server.ts';
    await startPostgres(${JSON.stringify(options)});
  `);
  const part = await started({ port: await freeInnerPort() });
  expect(part.detail).toContain(`adopted, pid ${part.pid}`);
  expect(part.port).toBe(options.port);
  expect(await value(part.url, 'select 1')).toBe(1);
  await part.stop();
  await expect(value(part.url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('after a kill -9 of the postmaster it comes back with what was committed', async () => {
  const first = await startPostgres(options);
  await value(first.url, 'create table committed as select 8 as n');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.ended).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await started();
  expect(await value(second.url, 'select n from committed')).toBe(8);
});

test('a postmaster.pid that was left behind is not believed for another Postgres that got its pid', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'postgres', '-D', '/elsewhere']);
  onTestFinished(() => void stranger.kill());
  await once(stranger, 'spawn');
  writeFileSync(join(folder, 'postmaster.pid'), `${stranger.pid}\n${folder}\n1\n5432\n\n\n\nready   \n`);
  expect(livePostmaster(folder)).toBeUndefined();
});

test('a password file that does not fit the data is told as such', async () => {
  const file = join(options.home, 'postgres-password');
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, 'other');
  onTestFinished(() => writeFileSync(file, good));
  await expect(startPostgres(options)).rejects.toThrow('restore that file');
});

test('a start that can not succeed ends with what Postgres says', async () => {
  const settings = { shared_preload_libraries: 'no_such_library' };
  await expect(startPostgres({ ...options, settings })).rejects.toThrow('no_such_library');
});

test('a start that is called off leaves nothing running', async () => {
  const stopping = AbortSignal.abort(new Error('called off'));
  await expect(startPostgres({ ...options, stopping })).rejects.toThrow('called off');
  const next = await started();
  expect(next.detail).not.toContain('adopted');
});
