import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { setEnabled } from '../../api/verbs/set-enabled.ts';
import { sql } from '../../db/connect.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { clockOf, ledgerOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** As a bulk operation leaves a job that it disabled. */
async function bulkDisable(job: Job, bulkId: string): Promise<void> {
  await setEnabled(engine.ctx, { job: { id: job.id }, enabled: false, reason: 'maintenance' });
  await sql`update job set disabled_by = 'bulk', disabled_by_bulk = ${bulkId} where id = ${job.id}`.execute(engine.db);
}

const rowOf = (job: Job) => engine.db.selectFrom('job').selectAll().where('id', '=', job.id).executeTakeFirstOrThrow();

test('A timed resume enables, through a restart of the worker, the jobs that its bulk disabled and no others', async () => {
  const make = (name: string) => engine.createJob({ name, schedule: { kind: 'interval', everySeconds: 1 } });
  const [mine, another, byUser, enabledMeanwhile, deleted] = [
    await make('mine'),
    await make("another bulk's"),
    await make("the user's"),
    await make('enabled and disabled again by hand'),
    await make('deleted meanwhile'),
  ];
  const [bulkId, otherBulk] = [randomUUID(), randomUUID()];
  for (const job of [mine, enabledMeanwhile, deleted]) await bulkDisable(job, bulkId);
  await bulkDisable(another, otherBulk);
  await setEnabled(engine.ctx, { job: { id: byUser.id }, enabled: false });
  await sql`update job set disabled_by_bulk = ${bulkId} where id = ${byUser.id}`.execute(engine.db);
  await setEnabled(engine.ctx, { job: { id: enabledMeanwhile.id }, enabled: true });
  await setEnabled(engine.ctx, { job: { id: enabledMeanwhile.id }, enabled: false });
  await deleteJob(engine.ctx, { job: { id: deleted.id } });

  const at = Date.now() + 2_000;
  await engine.engine.startTimedResume({ bulkId, at });
  await engine.stopWorker();
  await until('its time is over', () => Date.now() > at);
  await engine.startWorker();
  await until('the job is enabled', async () => (await rowOf(mine)).enabled);
  const handle = engine.client.workflow.getHandle(`timed-resume-${bulkId}`);
  await handle.result();

  expect(await rowOf(mine)).toMatchObject({
    disabled_by: null,
    disabled_reason: null,
    disabled_by_bulk: null,
    updated_by: 'almanac',
  });
  for (const job of [another, byUser, enabledMeanwhile, deleted])
    expect((await rowOf(job)).enabled && job.name).toBe(false);
  expect((await rowOf(another)).disabled_by_bulk).toBe(otherBulk);
  const resumedAt = Date.now();
  await until('it fires again', async () =>
    (await ledgerOf(engine.db, mine.id)).some((e) => e.dueAt > resumedAt && e.state === 'succeeded'),
  );
  const invented = (await ledgerOf(engine.db, mine.id)).filter((e) => e.dueAt > at - 2_000 && e.dueAt < at);
  expect(invented.filter((e) => e.reason !== 'job_disabled')).toEqual([]);
  expect(await clockOf(engine.db, another.id)).toBeNull();
});
