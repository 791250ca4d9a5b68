import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase } from '../support/servers.ts';

it('npm run migrate makes the schema of an empty database, and leaves a migrated one as it is [M-092]', async () => {
  const databaseUrl = await createDatabase();
  const migrate = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'start/main.ts', 'migrate'], {
      cwd: new URL('../..', import.meta.url).pathname,
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
    });
  const first = await migrate();
  const names = [...first.stdout.matchAll(/"migration":"([^"]+)"/g)].map(([, name]) => name);
  expect(names).toEqual(Object.keys(MIGRATIONS).sort());
  expect((await migrate()).stdout).not.toContain('"migration"');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from job');
  await client.end();
  expect(rows).toEqual([{ n: 0 }]);
}, 180_000);
