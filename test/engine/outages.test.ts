import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ungrouped, type DueGroup } from '../../domain/due-jobs.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { sql } from '../../db/connect.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import type { SpecOverrides } from '../support/job-specs.ts';
import { ledgerOf, stateOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

/** How long nothing ran, by the time that each job was last accounted for. */
const OUTAGE_S = 2500;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ worker: false });
});
afterAll(() => engine.stop());

/** A job that has fired each `everySeconds` until an outage that began `outageSeconds` ago; no worker runs yet. */
async function interrupted(spec: SpecOverrides, outageSeconds: number, everySeconds = 1): Promise<Job> {
  const began = Math.floor(Date.now() / 1000) * 1000 - outageSeconds * 1000;
  const job = await engine.createJob({ ...spec, schedule: { kind: 'interval', everySeconds, anchorAt: began } });
  await sql`update job_state set accounted_until = ${new Date(began)}, verified_until = ${new Date(began)}
    where job_id = ${job.id}`.execute(engine.db);
  return job;
}

/** Each nominal time since the outage began has exactly one row, up to the latest. */
async function whole(job: Job, everySeconds = 1) {
  const { anchorAt } = job.schedule as { anchorAt: number };
  const ledger = await ledgerOf(engine.db, job.id);
  expect(ledger.map((e) => e.dueAt)).toEqual(ledger.map((_, i) => anchorAt + (i + 1) * everySeconds * 1000));
  return ledger;
}

const caughtUp = (job: Job, since: number) =>
  until('it fires on time again', async () =>
    (await ledgerOf(engine.db, job.id)).some((e) => e.dueAt > since && e.state === 'succeeded'),
  );

describe('After an outage', () => {
  test('every nominal time has its one row: beyond the grace missed, within it as the policy says', async () => {
    const misfireGraceSeconds = 3600;
    const coalescing = await interrupted({ name: 'coalescing', policy: { misfireGraceSeconds } }, 30);
    const inTurn = await interrupted({ name: 'in turn', policy: { misfireGraceSeconds, coalesce: false } }, 12, 4);
    const long = await interrupted({ name: 'long', policy: { misfireGraceSeconds: 60 } }, OUTAGE_S);
    const patient = await interrupted({ name: 'patient', policy: { misfireGraceSeconds } }, OUTAGE_S);
    await engine.startWorker();
    const since = Date.now();
    for (const job of [coalescing, inTurn, long, patient]) await caughtUp(job, since);
    for (const job of [coalescing, inTurn, long, patient]) await deleteJob(engine.ctx, { job: { id: job.id } });

    const missed = await whole(long);
    const tooLate = missed.filter((e) => e.state === 'missed');
    expect(tooLate.length).toBeGreaterThan(OUTAGE_S - 65);
    expect(tooLate.every((e) => e.reason === 'beyond_grace')).toBe(true);
    expect(missed.slice(0, tooLate.length)).toEqual(tooLate);

    for (const job of [coalescing, patient]) {
      const rows = (await whole(job)).filter((e) => e.dueAt < since - 1000);
      expect(rows.filter((e) => e.state === 'missed')).toEqual([]);
      const ran = rows.filter((e) => e.state === 'succeeded');
      expect([job.name, ran.length]).toEqual([job.name, rows.at(-1)?.state === 'succeeded' ? 1 : 0]);
      expect(rows.filter((e) => e.reason === 'coalesced').length).toBe(rows.length - ran.length);
    }

    const turns = (await whole(inTurn, 4)).filter((e) => e.dueAt <= since);
    expect(turns.map((e) => e.state)).toEqual(turns.map(() => 'succeeded'));
    expect(turns.length).toBeGreaterThanOrEqual(3);
    for (const [i, turn] of turns.entries()) {
      expect(turn.startedAt).toBeGreaterThanOrEqual(turns[i - 1]?.endedAt ?? 0);
    }
    expect(new Set(turns.slice(0, 3).map((e) => e.groupId)).size).toBe(1);
  });

  test('of the workers alone, a clock that was ticking reloads before it fires: what is too late never enters it', async () => {
    const GRACE_MS = 5000;
    const job = await engine.createJob({ policy: { misfireGraceSeconds: GRACE_MS / 1000 } });
    await caughtUp(job, 0);
    const clockId = (await stateOf(engine.db, job.id)).clock_id ?? '';
    await engine.stopWorker();
    const stoppedAt = Date.now();
    await until('it is late', () => Date.now() > stoppedAt + 12_000);
    const startedAt = Date.now();
    await engine.startWorker();
    await caughtUp(job, startedAt + 1000);
    await deleteJob(engine.ctx, { job: { id: job.id } });
    await until('all have ended', async () => (await ledgerOf(engine.db, job.id)).every((e) => isTerminal(e.state)));
    const rows = await whole(job);
    const away = rows.filter((e) => e.dueAt > stoppedAt && e.dueAt < startedAt - GRACE_MS);
    expect(away.length).toBeGreaterThanOrEqual(5);
    expect(away.map((e) => `${e.state} ${e.reason}`)).toEqual(away.map(() => 'missed beyond_grace'));
    const later = rows.filter((e) => e.dueAt >= startedAt - GRACE_MS && e.dueAt < startedAt);
    expect(later.filter((e) => e.state === 'succeeded').length).toBeLessThanOrEqual(1);
    const { succeeded, skipped, missed } = await stateOf(engine.db, job.id);
    expect(succeeded + skipped + missed).toBe(rows.length);

    const { events } = await engine.client.workflow.getHandle(clockId).fetchHistory();
    const handed = (events ?? [])
      .map((event) => event.activityTaskScheduledEventAttributes)
      .filter((activity) => activity?.activityType?.name === 'fire')
      .map(
        (fire) =>
          JSON.parse(Buffer.from(fire?.input?.payloads?.[0]?.data ?? []).toString()) as {
            now: number;
            due: DueGroup[];
          },
      )
      .filter((batch) => batch.now >= startedAt);
    expect(handed.length).toBeGreaterThan(0);
    const dues = handed.flatMap((batch) =>
      ungrouped(batch.due).flatMap((each) => (each.id === job.id ? each.dues : [])),
    );
    expect(dues.filter((at) => at < startedAt - GRACE_MS)).toEqual([]);
  });
});

describe('A job whose schedule can not be computed', () => {
  test('is set aside with an alert, and the other 99 of its clock go on', async () => {
    const jobs: Job[] = [];
    for (let i = 0; i < 100; i += 1) jobs.push(await engine.createJob({ name: `of a hundred ${i}` }));
    const broken = jobs[50] as Job;
    const gone = JSON.stringify({ kind: 'daily', timezone: 'Mars/Olympus', time: '01:00:00' });
    await sql`update job set schedule = ${gone}::jsonb where id = ${broken.id}`.execute(engine.db);
    const { rows } = await sql<{
      id: string;
    }>`select distinct clock_id as id from job_state where clock_id is not null`.execute(engine.db);
    for (const { id } of rows) await engine.engine.poke(id, []);
    const brokenRow = await until('it is set aside', async () => {
      const row = await engine.db.selectFrom('job').selectAll().where('id', '=', broken.id).executeTakeFirstOrThrow();
      return !row.enabled && row;
    });
    expect([brokenRow.disabled_by, brokenRow.revision, brokenRow.spec_revision]).toEqual(['invalid_schedule', 2, 2]);
    expect(brokenRow.disabled_reason).toMatch(/Correct it and enable the job again/);
    expect(engine.log.said('set aside')?.level).toBe('error');
    expect((await stateOf(engine.db, broken.id)).clock_id).toBeNull();
    const audit = await engine.db.selectFrom('audit').selectAll().where('job_id', '=', broken.id).execute();
    expect(audit.map((entry) => entry.action)).toContain('job.disable');
    const since = Date.now();
    await until('the other 99 fired since', async () => {
      const { rows: fired } = await sql<{ n: number }>`select count(distinct e.job_id) as n from execution e
        join job j on j.id = e.job_id where j.name like 'of a hundred %' and e.state = 'succeeded'
        and e.due_at > ${new Date(since)}`.execute(engine.db);
      return fired[0]?.n === 99;
    });
  });
});
