import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, sql, type Tx } from '../../db/connect.ts';
import { claimEvent } from '../../db/queries/event-runs.ts';
import type { Job } from '../../domain/job.ts';
import { ledgerOf } from '../support/ledger.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';
import { watchDatabase } from '../support/watched-db.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const eventJob = (schedule: object = {}, maxConcurrent = 10) =>
  verbs.createJob({ schedule: { kind: 'event', topic: 'door', ...schedule }, policy: { maxConcurrent } });

/** A claim of a message that was heard at `heardMs` of this test's own time, whenever it is claimed. */
const start = performance.now();
const claim = (job: Job, heardMs: number, nonce = 7) => {
  const heardAgoMs = () => performance.now() - start - heardMs;
  const run = { executionId: verbs.ctx.ids.next(), nonce, parameters: {}, heardAgoMs };
  return inTransaction(verbs.db, (tx) => claimEvent(tx, job.id, run));
};
/** What a claim of each of these messages came to, one after another. */
async function fired(job: Job, messages: readonly (readonly [heardMs: number, nonce?: number])[]): Promise<boolean[]> {
  const came: boolean[] = [];
  for (const [heardMs, nonce] of messages) came.push((await claim(job, heardMs, nonce)) !== null);
  return came;
}

describe('A claim of a message', () => {
  it('is one of the same event by when it was heard, not by when it is claimed', async () => {
    const job = await eventJob();
    expect(await fired(job, [[-60_000], [-30_000], [-60_000], [-30_000]])).toEqual([true, true, false, false]);
  });

  it('is one of the same event as what was heard a little later, and claimed before by another worker', async () => {
    const job = await eventJob();
    expect(await fired(job, [[-30_000], [-31_000], [-29_000], [-31_000, 8]])).toEqual([true, false, false, true]);
  });

  it('keeps the shortest interval by when messages were heard, in whatever order they are claimed', async () => {
    const job = await eventJob({ minIntervalSeconds: 20 });
    const messages = [[-60_000], [-50_000, 8], [-30_000, 9], [-45_000, 10], [-5_000, 11]] as const;
    expect(await fired(job, messages)).toEqual([true, false, true, false, true]);
  });

  it('that is skipped is due when it was heard, and ends when it is claimed', async () => {
    const job = await eventJob({}, 1);
    await claim(job, -60_000, 7);
    expect((await claim(job, -30_000, 8))?.queued).toBe(false);
    const [first, skipped] = await ledgerOf(verbs.db, job.id);
    expect(skipped).toMatchObject({ state: 'skipped', reason: 'overlap' });
    const claimedAt = first?.createdAt ?? Number.NaN;
    expect(skipped?.dueAt).toBeLessThan(claimedAt);
    expect(skipped?.endedAt).toBeGreaterThanOrEqual(claimedAt);
  });

  it('looks again when the answer that tells Postgres’ time was slow in coming', async () => {
    const job = await eventJob();
    await claim(job, -60_000);
    // This process stands still while the first answer is on its way: what it tells is of a minute ago.
    const atFirst = [0];
    const heardAgoMs = () => performance.now() - start + (atFirst.shift() ?? 60_000);
    const run = { executionId: verbs.ctx.ids.next(), nonce: 7, parameters: {}, heardAgoMs };
    expect(await inTransaction(verbs.db, (tx) => claimEvent(tx, job.id, run))).toBeNull();
  });

  it('looks at few rows, however many messages its job has heard', async () => {
    const job = await eventJob();
    await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, parameters, job_revision)
      select gen_random_uuid(), ${job.id}, 'gateway', 'event', now() - interval '1 minute' * i, 7, 'succeeded', '{}', 1
        from generate_series(5000, 10, -1) as i`.execute(verbs.db);
    await sql`analyze execution`.execute(verbs.db);
    await claim(job, 0);
    const watched = watchDatabase(verbs.database.url);
    const run = {
      executionId: verbs.ctx.ids.next(),
      nonce: 7,
      parameters: {},
      heardAgoMs: () => performance.now() - start,
    };
    try {
      const touched = await watched.rowsTouchedBy(() => claimEvent(watched.db as Tx, job.id, run));
      expect(touched).toBeLessThan(100);
    } finally {
      await watched.close();
    }
  });
});
