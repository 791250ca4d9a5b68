import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../db/connect.ts';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';
import { jobOf } from '../../db/queries/job-row.ts';
import { claim, due } from '../support/claiming.ts';
import { startLiveCommands, type LiveCommands } from '../support/commands.ts';
import { expireLease, housekeep } from '../support/housekeeping.ts';
import { until } from '../support/until.ts';

/** The lock of an execution is its row in the ledger, held for LOCK_TIMEOUT_SECONDS (DECISIONS section 8). */
const { runs } = loadConfig(
  readEnvironment(VARIABLE_NAMES, { DATABASE_URL: 'postgres://a:b@localhost/c', LOCK_TIMEOUT_SECONDS: '40' }),
  { api: false, worker: true },
);

let live: LiveCommands;
let release: () => void;
beforeAll(async () => {
  const held = new Promise<void>((resolve) => (release = resolve));
  const receipt = { stream: null, sequence: null, duplicate: false };
  live = await startLiveCommands({
    deps: {
      leaseMs: runs.leaseMs,
      commands: { publish: () => held.then(() => receipt), request: () => Promise.reject(new Error('not asked')) },
    },
  });
});
afterAll(async () => {
  release();
  await live.stop();
});

async function running(more: object): Promise<string> {
  const id = await live.create({ schedule_type: 'manual', ...more });
  const { body } = await live.call('POST', `/schedules/${id}/trigger`);
  const executionId = String(body['execution_id']);
  await until(
    'it runs',
    async () => (await live.call('GET', `/executions/${executionId}`)).body['status'] === 'running',
  );
  return executionId;
}

/** A fire that a worker claimed which then died, and whose lease is over. Returns its execution. */
async function lostFire(more: object): Promise<string> {
  const { db, deps } = live.engine;
  const id = await live.create({ schedule_type: 'manual', ...more });
  const job = jobOf(await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
  const at = Math.floor(Date.now() / 1000) * 1000;
  const { quick } = await claim(db, { ...deps, instanceId: 'a worker that died' }, [due(job, [at])], at);
  const executionId = quick[0]?.executionId ?? '';
  await expireLease(db, executionId);
  return executionId;
}

describe('The lock of an execution [M-016]', () => {
  test('is held for LOCK_TIMEOUT_SECONDS from the moment that it is taken', async () => {
    const executionId = await running({});
    const { rows } = await sql<{ seconds: number }>`
      select floor(extract(epoch from lease_until - started_at))::int as seconds from execution where id = ${executionId}`.execute(
      live.engine.db,
    );
    expect(rows[0]?.seconds).toBe(40);
  });

  test('that is not given back in that time ends the attempt, which is tried again as the schedule says', async () => {
    release();
    const [never, again] = [
      await lostFire({ max_retries: 0 }),
      await lostFire({ max_retries: 2, retry_delay_seconds: 0 }),
    ];
    await housekeep(live.engine);
    const ended = (id: string) =>
      until('it has ended', async () => {
        const { body } = await live.call('GET', `/executions/${id}`);
        return ['succeeded', 'failed'].includes(String(body['status'])) && body;
      });
    expect(await ended(again)).toMatchObject({ status: 'succeeded', attempt: 2, attempts: [{ attempt: 1 }] });
    expect(await ended(never)).toMatchObject({ status: 'failed', attempt: 1, error: { reason: 'worker_lost' } });
  });
});
