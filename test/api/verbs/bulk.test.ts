import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJob } from '../../../api/verbs/create-job.ts';
import { disableAll } from '../../../api/verbs/disable-all.ts';
import { getGroup } from '../../../api/verbs/get-group.ts';
import { pauseJob } from '../../../api/verbs/pause-job.ts';
import { runAll } from '../../../api/verbs/run-all.ts';
import { setEnabled } from '../../../api/verbs/set-enabled.ts';
import { updateJob } from '../../../api/verbs/update-job.ts';
import { createResumeBulk } from '../../../activities/resume-bulk.ts';
import { continueBulks } from '../../../activities/housekeeping/continue-bulks.ts';
import type { Runs } from '../../../activities/deps.ts';
import { findJob } from '../../../db/queries/jobs.ts';
import { testDeps } from '../../support/deps.ts';
import { jobSpec } from '../../support/job-specs.ts';
import { ledgerOf } from '../../support/ledger.ts';
import { openVerbs, type TestVerbs } from '../../support/verbs.ts';

let verbs: TestVerbs;
beforeEach(async () => {
  verbs = await openVerbs();
});
afterEach(() => verbs.close());

const hourly = { schedule: { kind: 'interval', everySeconds: 3600 } };
const all = { excludeTags: [], force: false, sequential: false };
const forAnHour = { reason: 'System maintenance', durationMinutes: 60 };
const jobOf = async (id: string) => (await findJob(verbs.db, 'gateway', { id }))?.job;
const enabledOf = async (...ids: string[]) => Promise.all(ids.map(async (id) => (await jobOf(id))?.enabled));
const resume = (bulkId: string) =>
  createResumeBulk(
    testDeps(verbs.db, { runs: { poke: () => Promise.resolve() } as unknown as Runs, now: () => verbs.now }),
  )(bulkId);

describe('running all jobs', () => {
  it('records a run of every enabled job and starts them as one group [G-275, G-280]', async () => {
    const [a, b] = [await verbs.createJob(hourly), await verbs.createJob(hourly)];
    const off = await verbs.createJob({ ...hourly, enabled: false });
    const group = await runAll(verbs.ctx, { ...all, sequential: true });
    expect(group).toEqual({ groupId: 'group_20250312151000', total: 2, started: 2 });
    expect(verbs.engine.groups).toEqual([{ groupId: group.groupId, sequential: true }]);
    for (const job of [a, b]) {
      expect(await ledgerOf(verbs.db, job.id)).toMatchObject([
        { state: 'queued', trigger: 'group', groupId: group.groupId, triggeredBy: 'admin', dueAt: verbs.now },
      ]);
    }
    expect(await ledgerOf(verbs.db, off.id)).toEqual([]);
    expect(await getGroup(verbs.ctx, group.groupId)).toMatchObject({ states: { queued: 2 }, ended: 0 });
  });

  it('leaves out excluded tags, and paused and busy jobs unless forced [G-276, G-277]', async () => {
    await verbs.createJob({ ...hourly, tags: ['maintenance', 'x'] });
    const paused = await verbs.createJob(hourly);
    await pauseJob(verbs.ctx, { job: { id: paused.id } });
    await verbs.createJob(hourly);
    const asked = { ...all, excludeTags: ['maintenance'] };
    expect(await runAll(verbs.ctx, asked)).toMatchObject({ total: 2, started: 1 });
    expect(await runAll(verbs.ctx, asked)).toMatchObject({ total: 2, started: 0, groupId: 'group_202503121510002' });
    expect(await runAll(verbs.ctx, { ...asked, force: true })).toMatchObject({ total: 2, started: 2 });
  });

  it('touches only jobs of its own face, and leaves a lost start to the housekeeper', async () => {
    const other = verbs.as({ face: 'console' });
    const { job } = await createJob(other, { spec: jobSpec(hourly, verbs.now) });
    await verbs.createJob(hourly);
    const starts: unknown[] = [];
    verbs.engine.startBulkRun = () => Promise.reject(new Error('away'));
    const group = await runAll(verbs.ctx, all);
    expect(group.started).toBe(1);
    expect(await ledgerOf(verbs.db, job.id)).toEqual([]);
    const runs = {
      statusOf: () => Promise.resolve('gone'),
      startBulkRun: (given: unknown) => Promise.resolve(void starts.push(given)),
    } as unknown as Runs;
    expect(await continueBulks(testDeps(verbs.db, { runs }), () => undefined)).toBe(1);
    expect(starts).toEqual([{ groupId: group.groupId, sequential: false }]);
    await expect(getGroup(other, group.groupId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('disabling all jobs', () => {
  it('disables what is enabled, and enables again just that [G-284..G-286]', async () => {
    const [a, b, off] = [
      await verbs.createJob(hourly),
      await verbs.createJob({ action: { type: 'webhook', url: 'https://example.org/' }, ...hourly }),
      await verbs.createJob({ ...hourly, enabled: false }),
    ];
    const done = await disableAll(verbs.ctx, forAnHour);
    expect(done).toMatchObject({ disabled: 2, resumeAt: verbs.now + 3_600_000 });
    expect(verbs.engine.timers).toEqual([{ bulkId: done.bulkId, at: verbs.now + 3_600_000 }]);
    expect(await jobOf(a.id)).toMatchObject({
      enabled: false,
      disabledBy: 'bulk',
      disabledReason: 'System maintenance',
    });
    const audit = await verbs.db.selectFrom('audit').select(['action', 'reason']).where('job_id', '=', a.id).execute();
    expect(audit).toContainEqual({ action: 'job.disable', reason: 'System maintenance' });
    verbs.now += 3_600_000;
    await resume(done.bulkId);
    expect(await enabledOf(a.id, b.id, off.id)).toEqual([true, true, false]);
    const stored = await findJob(verbs.db, 'gateway', { id: b.id });
    expect(stored?.clockId).not.toBeNull();
    expect(await ledgerOf(verbs.db, a.id)).toEqual([]);
  });

  it('leaves alone what someone has disabled, enabled or changed by hand meanwhile', async () => {
    const [kept, toggled, updated] = [
      await verbs.createJob(hourly),
      await verbs.createJob(hourly),
      await verbs.createJob(hourly),
    ];
    const { bulkId } = await disableAll(verbs.ctx, forAnHour);
    await setEnabled(verbs.ctx, { job: { id: kept.id }, enabled: false, reason: 'broken' });
    await setEnabled(verbs.ctx, { job: { id: toggled.id }, enabled: true });
    await setEnabled(verbs.ctx, { job: { id: toggled.id }, enabled: false });
    await updateJob(verbs.ctx, { job: { id: updated.id }, merge: () => ({ enabled: false }) });
    await resume(bulkId);
    expect(await enabledOf(kept.id, toggled.id, updated.id)).toEqual([false, false, false]);
  });

  it('of two calls lets the later end count, and one without an end never ends', async () => {
    const job = await verbs.createJob(hourly);
    const long = await disableAll(verbs.ctx, forAnHour);
    const short = await disableAll(verbs.ctx, { reason: null, durationMinutes: 1 });
    expect(short.disabled).toBe(0);
    await resume(short.bulkId);
    expect(await enabledOf(job.id)).toEqual([false]);
    const longer = await disableAll(verbs.ctx, { reason: null, durationMinutes: 120 });
    await resume(long.bulkId);
    expect(await enabledOf(job.id)).toEqual([false]);
    await disableAll(verbs.ctx, { reason: null, durationMinutes: null });
    await resume(longer.bulkId);
    expect(await enabledOf(job.id)).toEqual([false]);
  });

  it('needs no Temporal: a timer that could not be started is started by the housekeeper', async () => {
    await verbs.createJob(hourly);
    verbs.engine.unreachable = true;
    const { bulkId, resumeAt } = await disableAll(verbs.ctx, forAnHour);
    const timers: unknown[] = [];
    const runs = {
      statusOf: () => Promise.resolve('gone'),
      startTimedResume: (given: unknown) => Promise.resolve(void timers.push(given)),
    } as unknown as Runs;
    await continueBulks(testDeps(verbs.db, { runs }), () => undefined);
    expect(timers).toEqual([{ bulkId, at: resumeAt }]);
  });
});
