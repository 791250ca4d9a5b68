import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import { inTransaction, sql } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { connect } from '../../db/connect.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import { writeOutcomes } from '../../db/queries/outcomes.ts';
import { dropPartitions, ensurePartitions } from '../../db/queries/partitions.ts';
import { purgeBefore } from '../../db/queries/retention.ts';
import { claim, due, freeSeats } from '../support/claiming.ts';
import { testDeps } from '../support/deps.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { outcomeOf } from '../support/outcomes.ts';
import { createDatabase } from '../support/servers.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';

const AT = Math.ceil(TEST_NOW / 1000) * 1000;
const MONTH = 31 * 86_400_000;

let verbs: TestVerbs;
let deps: Deps;
beforeAll(async () => {
  verbs = await openVerbs();
  deps = testDeps(verbs.db, { now: () => verbs.now });
});
afterAll(() => verbs.close());

async function partitions(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select c.relname as name from pg_inherits i join pg_class c
    on c.oid = i.inhrelid where i.inhparent = 'execution'::regclass order by 1`.execute(verbs.db);
  return rows.map((row) => row.name);
}

async function partitionOf(jobId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct tableoid::regclass::text as name from execution where job_id = ${jobId} order by 1`.execute(
    verbs.db,
  );
  return rows.map((row) => row.name);
}

describe('Migrations', () => {
  test('run by several processes at once are made once, and all of them succeed', async () => {
    const url = await createDatabase();
    const pools = [1, 2, 3].map(() => connect({ url, max: 3, applicationName: 'test', onError: () => undefined }).db);
    const made = await Promise.all(pools.map((db) => migrate(db, TEST_NOW)));
    expect(made.flat()).toEqual([...new Set(made.flat())]);
    expect(made.flat().length).toBeGreaterThan(0);
    expect(await migrate(pools[0] ?? verbs.db, TEST_NOW)).toEqual([]);
    await Promise.all(pools.map((db) => db.destroy()));
  });
});

describe('Partitions', () => {
  test('stand for the months around now, besides the default one', async () => {
    expect(await partitions()).toEqual([
      'execution_2025_02',
      'execution_2025_03',
      'execution_2025_04',
      'execution_2025_05',
      'execution_2025_06',
      'execution_default',
    ]);
  });

  test('are made by several processes at once, once each', async () => {
    const ahead = TEST_NOW + 3 * MONTH;
    const made = await Promise.all([verbs.db, verbs.database.another()].map((db) => ensurePartitions(db, ahead)));
    expect(made.flat().sort()).toEqual(['execution_2025_07', 'execution_2025_08', 'execution_2025_09']);
    expect(await ensurePartitions(verbs.db, ahead)).toEqual([]);
  });

  test('take over what lay in the default one, and it stays unique', async () => {
    const at = Date.parse('2026-01-15T00:00:00Z');
    const job = await verbs.createJob();
    await claim(verbs.db, deps, [due(job, [at])], at);
    await freeSeats(verbs.db);
    expect(await partitionOf(job.id)).toEqual(['execution_default']);
    await ensurePartitions(verbs.db, at);
    expect(await partitionOf(job.id)).toEqual(['execution_2026_01']);
    expect((await claim(verbs.db, deps, [due(job, [at])], at)).quick).toEqual([]);
    expect(await ledgerOf(verbs.db, job.id)).toHaveLength(1);
  });

  test('are made while rows of that month are written and end: none is lost, none ends twice', async () => {
    const at = Date.parse('2027-02-10T00:00:00Z');
    const job = await verbs.createJob({ policy: { maxConcurrent: 1000 } });
    const firing = (async () => {
      for (let i = 0; i < 60; i += 1) {
        const dueAt = at + i * 1000;
        const { quick } = await claim(verbs.db, deps, [due(job, [dueAt])], dueAt);
        for (const run of quick) {
          await inTransaction(verbs.db, async (tx) => {
            await lockJobs(tx, [job.id]);
            await writeOutcomes(tx, [outcomeOf(run, deps)]);
          });
        }
      }
    })();
    const making = (async () => {
      while ((await ledgerOf(verbs.db, job.id)).length < 10) await sql`select pg_sleep(0.01)`.execute(verbs.db);
      return ensurePartitions(verbs.database.another(), at);
    })();
    const [, made] = await Promise.all([firing, making]);
    expect(made).toContain('execution_2027_02');
    const ledger = await ledgerOf(verbs.db, job.id);
    expect(ledger.map((e) => e.state)).toEqual(Array.from({ length: 60 }, () => 'succeeded'));
    expect((await stateOf(verbs.db, job.id)).succeeded).toBe(60);
    expect(await partitionOf(job.id)).toEqual(['execution_2027_02']);
  });
});

describe('Retention', () => {
  test('deletes what ended before its time, keeps what still runs, roll-ups and the watermark', async () => {
    const job = await verbs.createJob();
    const old = AT - 5_000_000;
    await claim(verbs.db, deps, [due(job, [old])], old);
    await freeSeats(verbs.db);
    await claim(verbs.db, deps, [due(job, [old + 100_000])], old + 2_000_000);
    const still = await verbs.createJob();
    await claim(verbs.db, deps, [due(still, [old])], old);
    const before = await stateOf(verbs.db, job.id);
    let beats = 0;
    const purged = await purgeBefore(verbs.db, AT, () => (beats += 1));
    expect(purged).toBeGreaterThanOrEqual(2);
    expect(beats).toBeGreaterThan(0);
    expect(await ledgerOf(verbs.db, job.id)).toEqual([]);
    expect((await ledgerOf(verbs.db, still.id)).map((e) => e.state)).toEqual(['running']);
    expect(await stateOf(verbs.db, job.id)).toEqual(before);
    const rollups = await verbs.db.selectFrom('job_rollup').select('missed').where('job_id', '=', job.id).execute();
    expect(rollups.map((r) => r.missed)).toEqual([1]);
  });

  test('drops whole months that lie before it, never the one that it falls into nor the default', async () => {
    const dropped = await dropPartitions(verbs.db, Date.parse('2025-04-20T00:00:00Z'));
    expect(dropped).toEqual(['execution_2025_02', 'execution_2025_03']);
    expect((await partitions()).slice(0, 1)).toEqual(['execution_2025_04']);
    expect(await partitions()).toContain('execution_default');
  });
});
