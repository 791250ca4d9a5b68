import { afterAll, beforeAll, expect, test } from 'vitest';
import { disableAll } from '../../api/verbs/disable-all.ts';
import { getGroup } from '../../api/verbs/get-group.ts';
import { runAll } from '../../api/verbs/run-all.ts';
import { findJob } from '../../db/queries/jobs.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ledgerOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  for (const name of ['one', 'two', 'three']) {
    await engine.createJob({ name, schedule: { kind: 'interval', everySeconds: 86_400 } });
  }
});
afterAll(() => engine.stop());

const jobs = () => engine.db.selectFrom('job').select(['id', 'name']).orderBy('number').execute();

const ended = (groupId: string) =>
  until('the group has ended', async () => {
    const progress = await getGroup(engine.ctx, groupId);
    return progress.ended === 3 && progress.group.finishedAt !== null && progress;
  });

test('all jobs run one after another, in their order, as one group [G-275, G-278]', async () => {
  const { groupId } = await runAll(engine.ctx, { excludeTags: [], force: false, sequential: true });
  expect((await ended(groupId)).states).toEqual({ succeeded: 3 });
  const rows = await Promise.all((await jobs()).map(async ({ id }) => (await ledgerOf(engine.db, id))[0]));
  for (const [i, row] of rows.slice(1).entries())
    expect(row?.startedAt).toBeGreaterThanOrEqual(rows[i]?.endedAt ?? Infinity);
});

test('all jobs run side by side, too [G-275]', async () => {
  const { groupId } = await runAll(engine.ctx, { excludeTags: [], force: true, sequential: false });
  expect((await ended(groupId)).states).toEqual({ succeeded: 3 });
});

test('what was disabled for a time is enabled again though no worker lived meanwhile [G-284, G-286]', async () => {
  const past = { ...engine.ctx, now: () => Date.now() - 60_000 };
  await engine.stopWorker();
  const { bulkId } = await disableAll(past, { reason: 'maintenance', durationMinutes: 1 });
  await engine.startWorker();
  await until('all are enabled', async () => {
    const found = await Promise.all((await jobs()).map(({ id }) => findJob(engine.db, 'gateway', { id })));
    return found.every((stored) => stored?.job.enabled === true);
  });
  const row = await until('the operation is finished', () =>
    engine.db
      .selectFrom('bulk')
      .select('finished_at')
      .where('id', '=', bulkId)
      .where('finished_at', 'is not', null)
      .executeTakeFirst(),
  );
  expect(row.finished_at).not.toBeNull();
});
