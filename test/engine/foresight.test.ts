import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backfillJob } from '../../api/verbs/backfill-job.ts';
import { skipNext } from '../../api/verbs/skip-next.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const every = (everySeconds: number, anchorAt = Date.now()) =>
  parseSchedule(
    { kind: 'interval', everySeconds, anchorAt: Math.ceil(anchorAt / 1000) * 1000 },
    { now: Date.now(), defaultTimezone: 'UTC' },
  );

describe.concurrent('What was asked ahead', () => {
  test('a fire that is to be skipped does not run, the ones after it do, and each time has just one row', async () => {
    // What a busy machine is late for runs all the same, and is not skipped for another reason.
    const policy = { coalesce: false, maxConcurrent: 100 };
    const job = await engine.createJob({ schedule: every(2), policy });
    const { dueAt, nextAt } = await skipNext(engine.ctx, { job: { id: job.id } });
    expect(nextAt).toBe(dueAt + 2000);
    const ledger = await until('two fires after it have run', async () => {
      const rows = await ledgerOf(engine.db, job.id);
      const ran = rows.filter((run) => run.dueAt > dueAt && run.state === 'succeeded').map((run) => run.dueAt - dueAt);
      return ran.includes(2000) && ran.includes(4000) && rows;
    });
    const upTo = ledger.filter((run) => run.dueAt <= dueAt + 4000);
    const last = upTo.at(-1)?.dueAt ?? 0;
    const anchor = (job.schedule as { anchorAt: number }).anchorAt;
    expect(upTo.map((run) => run.dueAt)).toEqual(upTo.map((_, i) => anchor + (i + 1) * 2000));
    expect(last).toBe(dueAt + 4000);
    const skipped = upTo.filter((run) => run.state === 'skipped');
    expect(skipped.map((run) => [run.dueAt, run.reason])).toEqual([[dueAt, 'skip_next']]);
    expect(engine.publisher.published.filter((sent) => sent.topic === topicOf(job.name)).length).toBeGreaterThanOrEqual(
      2,
    );
  });

  test('a change of the schedule takes back what was to be skipped, from the counters too', async () => {
    const job = await engine.createJob({ schedule: every(3600) });
    for (let i = 0; i < 3; i++) await skipNext(engine.ctx, { job: { id: job.id } });
    expect(await stateOf(engine.db, job.id)).toMatchObject({ skipped: 3 });
    await updateJob(engine.ctx, { job: { id: job.id }, merge: () => ({ name: 'Only its name' }) });
    expect(await ledgerOf(engine.db, job.id)).toHaveLength(3);
    await updateJob(engine.ctx, { job: { id: job.id }, merge: () => ({ schedule: every(7200) }) });
    expect(await ledgerOf(engine.db, job.id)).toEqual([]);
    expect(await stateOf(engine.db, job.id)).toMatchObject({ skipped: 0, skipped_until: null });
    const hours = await engine.db.selectFrom('job_rollup').select('skipped').where('job_id', '=', job.id).execute();
    expect(hours.every((hour) => hour.skipped === 0)).toBe(true);
  });

  test('a backfill runs once for each past time, in order, with its time, and one after another', async () => {
    const job = await engine.createJob({
      enabled: false,
      schedule: every(3600, Date.now() - 20_000_000),
      action: { type: 'publish', topic: 'backfilled', payload_template: '${SCHEDULED_TIME}' },
    });
    const input = { job: { id: job.id }, from: 0, to: Date.now(), onlyMissed: false, parameters: {} };
    const planned = await backfillJob(engine.ctx, { ...input, dryRun: true });
    expect(planned.times).toHaveLength(5);
    const { times } = await backfillJob(engine.ctx, { ...input, dryRun: false });
    const ledger = await until('all of them ended', async () => {
      const rows = await ledgerOf(engine.db, job.id);
      return rows.length === 5 && rows.every((run) => run.state === 'succeeded') && rows;
    });
    expect(ledger.map((run) => [run.id, run.dueAt, run.trigger])).toEqual(
      times.map((time) => [time.executionId, time.dueAt, 'backfill']),
    );
    expect(times.map((time) => time.dueAt)).toEqual(planned.times.map((time) => time.dueAt));
    const sent = engine.publisher.published
      .filter(({ topic }) => topic === 'backfilled')
      .map(({ payload }) => payload.toString());
    expect(sent).toEqual(times.map((time) => new Date(time.dueAt).toISOString().replace('.000', '')));
    const overlaps = ledger.filter((run, i) => i > 0 && (run.startedAt ?? 0) < (ledger[i - 1]?.endedAt ?? Infinity));
    expect(overlaps).toEqual([]);
  });
});
