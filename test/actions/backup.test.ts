import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { sql } from '../../db/connect.ts';
import { startPostgres } from '../../start/postgres/postgres-server.ts';
import { freeInnerPort } from '../../start/ports.ts';
import { runRestore } from '../../start/restore.ts';
import { openBackups } from '../../worker/backup/open-backups.ts';
import { restoreBackup } from '../../worker/backup/restore-backup.ts';
import { TAR_END, tarEntry } from '../../worker/backup/tar.ts';
import { createDatabase } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';
import { acting } from './acting.ts';

const run = promisify(execFile);
const NASTY = 'tab\t, line\nbreak, back\\slash, \\N, "quote", ünï, 🙂, \u0001';

let verbs: TestVerbs;
let folder: string;
let madeAt = TEST_NOW;
beforeAll(async () => {
  verbs = await openVerbs();
  await fill(verbs);
});
afterAll(() => verbs.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Something in every table, in each partition of the ledger and in none, with all that text and JSON may hold. */
async function fill({ db, createJob }: TestVerbs): Promise<void> {
  const jobs = [
    await createJob({
      name: NASTY,
      variables: { text: NASTY, list: [1, null, { a: NASTY }], empty: {} },
      tags: [NASTY],
    }),
    await createJob({ name: 'system', action: { type: 'system', operation: 'backup' } }),
    await createJob({ name: 'nobody', enabled: false }),
  ];
  for (const [i, job] of jobs.entries()) {
    for (const due of ['2024-12-31', '2025-02-28', '2025-03-12', '2025-04-01', '2031-01-01']) {
      await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, reason, result, logs, parameters, job_revision)
        values (${randomUUID()}, ${job.id}, 'gateway', 'manual', ${new Date(`${due}T10:00:00.123456Z`)}, ${i}, 'failed', null,
          ${JSON.stringify({ message: NASTY })}, '[]', ${JSON.stringify({ deep: [NASTY] })}, 1)`.execute(db);
    }
    await sql`insert into job_rollup (job_id, hour, succeeded, durations) values (${job.id}, now(), 3, '{0,1,2}')`.execute(
      db,
    );
  }
  await sql`insert into face_rollup (face, kind, hour, lateness) values ('gateway', ${NASTY}, now(), '{5}')`.execute(
    db,
  );
  await sql`insert into api_key (id, name, hash, prefix, subject, roles, created_by)
    values (${randomUUID()}, 'k', ${Buffer.from([0, 1, 92, 255, 10])}, 'p', 's', '{admin,"a,b"}', 'me')`.execute(db);
  await sql`insert into idempotency (face, subject, key, request_hash, headers) values ('f', 's', 'k', 'h', '{"a": "b"}')`.execute(
    db,
  );
  await sql`insert into bulk (id, kind, face, started_by, at) values ('b', 'k', 'f', 's', now())`.execute(db);
  await sql`insert into notification (id, face, job_id, event, destination, topic, body)
    values (${randomUUID()}, 'gateway', ${jobs[0]?.id}, 'failed', 'mqtt', 't', ${NASTY})`.execute(db);
  await sql`insert into job_dependency (id, face, child_id, parent_id, type)
    values (${randomUUID()}, 'gateway', ${jobs[0]?.id}, ${jobs[1]?.id}, 'any')`.execute(db);
  await sql`insert into registered_function (key, name_en, name_ar) values ('k', ${NASTY}, 'n')`.execute(db);
  await sql`insert into event_relay (name, mark) values ('nats', '7-7-999999')`.execute(db);
  await sql`insert into schedule_template (face, name, version, description, definition, created_by, created_at)
    values ('commands', 't', 1, ${NASTY}, '{"a": 1}', 'me', now())`.execute(db);
  await sql`insert into execution_total (kind, succeeded, durations) values ('cron', 9007199254740993, '{1,9007199254740993}')`.execute(
    db,
  );
  await sql`insert into execution_total_late (kind, hour, durations, lateness) values ('cron', now(), '{1}', '{}')`.execute(
    db,
  );
  await sql`insert into metric_count (name, value) values ('housekeeper.lost', 3)`.execute(db);
  await sql`insert into housekeeping_round (ended_at, duration_ms, failed) values (now(), 7, true)`.execute(db);
  await sql`insert into completed_jobs (kind, jobs) values ('once', 5)`.execute(db);
  await sql`insert into rate_limit (key, points, expire) values ('k', 3, 9007199254740993)`.execute(db);
  await sql`insert into instance (id, slot, name, host, process_id, process_identity, mode, roles, status, version, cpu_percent)
    values ('i', 0, 'n', 'h', 1, 'p', 'm', '{}', 'active', 'v', 0.1)`.execute(db);
}

async function asking<T>(url: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

/** Every row of every table, every sequence and every migration, as text. */
function contentsOf(url: string): Promise<Record<string, string[]>> {
  return asking(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition order by 1`,
    );
    const contents: Record<string, string[]> = {};
    const texts = async (query: string) => (await client.query<{ text: string }>(query)).rows.map((row) => row.text);
    for (const { name } of rows) {
      const columns = name === 'kysely_migration' ? 'name' : 't';
      contents[name] = await texts(`select ${columns}::text as text from ${pg.escapeIdentifier(name)} t order by 1`);
    }
    contents['sequences'] = await texts(
      `select sequencename || '=' || coalesce(last_value::text, '-') as text from pg_sequences order by 1`,
    );
    return contents;
  });
}

const backups = () => openBackups({ databaseUrl: verbs.database.url, folder, now: () => (madeAt += 1000) });
const quiet = () => undefined;
const make = (keep = 7) => backups().make({ keep, log: quiet }, new AbortController().signal);
const restore = (archive: string, databaseUrl: string) =>
  restoreBackup({ archive, databaseUrl, now: Date.now(), log: quiet });

describe('backup [G-212, G-242, G-359]', () => {
  it('holds everything: an empty database that it is restored into has the same rows in every table', async () => {
    const acted = acting({ type: 'system', operation: 'backup' }, { backups: backups() });
    const result = await acted.result;
    const { archive, rows, tables } = result.data as { archive: string; rows: number; tables: number };
    const before = await contentsOf(verbs.database.url);
    const saved = Object.entries(before).filter(([name]) => name !== 'sequences' && !name.startsWith('kysely_'));
    for (const [name, texts] of saved) expect(texts, `${name} has rows, so that its copy is a test`).not.toEqual([]);
    expect(tables).toBe(saved.length);
    expect(rows).toBe(saved.reduce((sum, [, texts]) => sum + texts.length, 0));
    expect(acted.logs.map((line) => line.message)).toContain('Saved execution, 15 rows');

    const target = await createDatabase();
    expect(await restore(archive, target)).toMatchObject({ rows, tables, jobs: 3 });
    expect(await contentsOf(target)).toEqual(before);
  });

  it('gives back the partitions, triggers that work, and sequences that go on where they were', async () => {
    const target = await createDatabase();
    await restore((await make()).archive, target);
    const partition = `select tableoid::regclass::text as part, count(*)::int as rows from execution group by 1 order by 1`;
    const parted = (url: string) => asking(url, async (client) => (await client.query(partition)).rows);
    expect(await parted(target)).toEqual(await parted(verbs.database.url));
    const resting = `select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'`;
    expect(await asking(target, async (client) => (await client.query(resting)).rows)).toEqual([]);
    const next = (url: string) =>
      asking(url, async (client) => (await client.query(`select nextval('job_number_gateway') as n`)).rows[0].n);
    expect(await next(target)).toBe('4');
  });

  it('is one that ordinary tools can check, list and read, with the export of the jobs', async () => {
    const { archive, sha256, bytes } = await make();
    await run('sha256sum', ['--check', `${archive}.sha256`], { cwd: folder });
    expect(createHash('sha256').update(readFileSync(archive)).digest('hex')).toBe(sha256);
    expect(statSync(archive).size).toBe(bytes);
    const { stdout: listed } = await run('tar', ['--list', '--gzip', '--file', archive]);
    const files = listed.trim().split('\n');
    expect(files[0]).toBe('manifest.json');
    expect(files.at(-1)).toBe('summary.json');
    expect(files).toContain('data/job/000001.copy');
    const { stdout } = await run('tar', ['--extract', '--to-stdout', '--gzip', '--file', archive, 'jobs/000001.json']);
    const { jobs } = JSON.parse(stdout);
    expect(jobs.map((job: { name: string }) => job.name)).toEqual([NASTY, 'system', 'nobody']);
    expect(jobs[1]).toMatchObject({ face: 'gateway', number: 2, action: { type: 'system', operation: 'backup' } });
    expect(statSync(archive).mode & 0o077).toBe(0);
  });

  it('is of one moment, whatever is written meanwhile', async () => {
    const other = await openVerbs();
    onTestFinished(() => other.close());
    const stop = new AbortController();
    // Each transaction writes to the first and to the last of the tables: a later look at the last would see more.
    const writing = asking(other.database.url, async (client) => {
      for (let i = 0; !stop.signal.aborted; i += 1) {
        await client.query('begin');
        await client.query(
          `insert into api_key (id, name, hash, prefix, subject, roles, created_by)
          values (gen_random_uuid(), 'k', decode(md5($1), 'hex'), 'p', 's', '{}', 'me')`,
          [String(i)],
        );
        await client.query(`insert into rate_limit (key) values ($1)`, [String(i)]);
        await client.query('commit');
      }
    });
    const count = () =>
      asking(other.database.url, async (client) => {
        const { rows } = await client.query<{ n: number }>('select count(*)::int as n from rate_limit');
        return rows[0]?.n ?? 0;
      });
    await until('much is written', async () => (await count()) > 200);
    const saved: string[] = [];
    const backup = openBackups({ databaseUrl: other.database.url, folder, now: () => (madeAt += 1000) });
    const made = await backup.make({ keep: 7, log: (line) => saved.push(line) }, stop.signal);
    const order = saved.map((line) => /^Saved (\w+),/.exec(line)?.[1]);
    expect(order.indexOf('api_key')).toBeLessThan(order.indexOf('rate_limit'));
    const after = await count();
    stop.abort();
    await writing;
    const rowsOf = (table: string) => Number(/, (\d+) rows/.exec(saved[order.indexOf(table)] ?? '')?.[1]);
    expect(rowsOf('api_key')).toBe(rowsOf('rate_limit'));
    expect(after).toBeGreaterThan(rowsOf('rate_limit'));
    const target = await createDatabase();
    await restore(made.archive, target);
  });

  it('keeps the newest, removes older ones with their checksums and what was never finished, and nothing else', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const abandoned = join(folder, 'almanac-20200101T000000000Z.tar.gz.part');
    writeFileSync(abandoned, 'half');
    utimesSync(abandoned, 0, 0);
    const first = await make();
    const second = await make();
    const third = await make(2);
    expect(third.removed).toEqual([first.archive.slice(folder.length + 1)]);
    const kept = [second, third].flatMap(({ archive }) => [archive, `${archive}.sha256`]);
    expect(readdirSync(folder).sort()).toEqual(
      [...kept.map((path) => path.slice(folder.length + 1)), 'notes.txt'].sort(),
    );
  });

  it('leaves nothing behind when it is stopped: no file, no session', async () => {
    const blocking = new pg.Client({ connectionString: verbs.database.url });
    await blocking.connect();
    onTestFinished(() => blocking.end());
    await blocking.query('begin');
    await blocking.query('lock table rate_limit in access exclusive mode');
    const acted = acting({ type: 'system', operation: 'backup' }, { backups: backups() });
    const sessions = async () => {
      const of = `select wait_event_type as waits from pg_stat_activity where application_name = 'almanac-backup'
        and datname = current_database()`;
      return (await verbs.database.pool.query<{ waits: string }>(of)).rows;
    };
    await until('it waits for the lock', async () => (await sessions())[0]?.waits === 'Lock');
    expect(readdirSync(folder)).toHaveLength(1);
    acted.stop.abort(new Error('timed out'));
    await expect(acted.result).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
    await blocking.query('rollback');
    await until('its session is gone', async () => (await sessions()).length === 0);
  });

  it('leaves nothing behind when the database goes away', async () => {
    const acted = openBackups({ databaseUrl: 'postgres://nobody@127.0.0.1:9/none', folder, now: Date.now });
    await expect(acted.make({ keep: 1, log: quiet }, new AbortController().signal)).rejects.toThrow('ECONNREFUSED');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('restore', () => {
  const digest = (archive: string) =>
    writeFileSync(`${archive}.sha256`, `${createHash('sha256').update(readFileSync(archive)).digest('hex')}  x\n`);
  const tables = (url: string) =>
    asking(
      url,
      async (client) =>
        (await client.query(`select from pg_class where relnamespace = 'public'::regnamespace`)).rowCount,
    );

  it('refuses a database that holds anything', async () => {
    const { archive } = await make();
    const target = await createDatabase();
    await asking(target, (client) => client.query('create table mine (a int); insert into mine values (1)'));
    await expect(restore(archive, target)).rejects.toThrow('holds 1 tables already, and a restore needs an empty one');
    await expect(restore(archive, verbs.database.url)).rejects.toThrow('needs an empty one');
  });

  it('refuses a damaged archive, and one without its checksum, before it touches the database', async () => {
    const { archive } = await make();
    const target = await createDatabase();
    const bytes = readFileSync(archive);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(archive, bytes);
    await expect(restore(archive, target)).rejects.toThrow('is damaged');
    rmSync(`${archive}.sha256`);
    await expect(restore(archive, target)).rejects.toThrow('the checksum must lie beside the archive');
    expect(await tables(target)).toBe(0);
  });

  it('refuses an archive that is cut off although its checksum is right', async () => {
    const { archive } = await make();
    const { stdout } = await run('gzip', ['--decompress', '--stdout', archive], { encoding: 'buffer', maxBuffer: 1e8 });
    // All up to the summary: what a backup looks like whose last part is lost.
    const end = stdout.lastIndexOf('summary.json');
    writeFileSync(archive, gzipSync(Buffer.concat([stdout.subarray(0, end), TAR_END])));
    digest(archive);
    await expect(restore(archive, await createDatabase())).rejects.toThrow('its summary is missing');
    writeFileSync(archive, gzipSync(stdout.subarray(0, end)));
    digest(archive);
    await expect(restore(archive, await createDatabase())).rejects.toThrow('cut off');
  });

  it('refuses rows that are not as many as were saved, and leaves none of them', async () => {
    const { archive } = await make();
    const { stdout } = await run('gzip', ['--decompress', '--stdout', archive], { encoding: 'buffer', maxBuffer: 1e8 });
    const at = stdout.indexOf('"execution": 15');
    stdout.write('"execution": 16', at);
    writeFileSync(archive, gzipSync(stdout));
    digest(archive);
    const target = await createDatabase();
    await expect(restore(archive, target)).rejects.toThrow('execution has 15 rows where 16 were saved');
    expect((await contentsOf(target))['execution']).toEqual([]);
  });

  it('refuses what a newer version made, and what is no backup', async () => {
    const write = (entries: { name: string; data: Buffer }[]) => {
      const archive = join(folder, 'made.tar.gz');
      writeFileSync(archive, gzipSync(Buffer.concat([...entries.map((entry) => tarEntry(entry, 0)), TAR_END])));
      digest(archive);
      return archive;
    };
    const manifest = {
      format: 1,
      made_at: '2025-03-12T00:00:00Z',
      server_version: '18',
      partition_months: [],
      tables: [],
      sequences: {},
    };
    const entry = (more: object) => ({
      name: 'manifest.json',
      data: Buffer.from(JSON.stringify({ ...manifest, ...more })),
    });
    const target = await createDatabase();
    await expect(restore(write([entry({ migrations: ['9999-later'] })]), target)).rejects.toThrow(
      'newer version (9999-later)',
    );
    await expect(restore(write([entry({ format: 2, migrations: ['0001-initial'] })]), target)).rejects.toThrow(
      'newer version',
    );
    await expect(restore(write([{ name: 'a.txt', data: Buffer.from('a') }]), target)).rejects.toThrow(
      'no backup of Almanac',
    );
    expect(await tables(target)).toBe(0);
  });

  it('is a command, for a database that is named', async () => {
    const { archive } = await make();
    const said: string[] = [];
    const target = await createDatabase();
    const given = { databaseUrl: target, home: folder, now: Date.now(), say: (line: string) => said.push(line) };
    expect(await runRestore([archive], given)).toBe(0);
    expect(said.at(-1)).toMatch(/^Restored \d+ rows of \d+ tables, 3 jobs, as of 2025-03-12T/);
    await expect(runRestore([], given)).rejects.toThrow('which backup?');
    await expect(runRestore(['/no/such.tar.gz'], given)).rejects.toThrow('there is no file');
  });

  it('is a command, for an embedded start in a new home', async () => {
    const { archive } = await make();
    const home = join(folder, 'home');
    await runRestore([archive], { databaseUrl: undefined, home, now: Date.now(), say: quiet });
    const place = { home, database: 'almanac', port: await freeInnerPort(), logFile: join(folder, 'postgres.log') };
    const postgres = await startPostgres(place);
    try {
      expect(await contentsOf(postgres.url)).toEqual(await contentsOf(verbs.database.url));
    } finally {
      await postgres.stop();
    }
    expect(existsSync(join(home, 'start.lock'))).toBe(false);
  });
});
