import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJob } from '../../../api/verbs/create-job.ts';
import { deleteJob } from '../../../api/verbs/delete-job.ts';
import { getJob } from '../../../api/verbs/get-job.ts';
import { pauseJob } from '../../../api/verbs/pause-job.ts';
import { resumeJob } from '../../../api/verbs/resume-job.ts';
import { setEnabled } from '../../../api/verbs/set-enabled.ts';
import { updateJob } from '../../../api/verbs/update-job.ts';
import { parseAction } from '../../../domain/actions/index.ts';
import { parseSchedule } from '../../../domain/schedules/index.ts';
import { jobSpec } from '../../support/job-specs.ts';
import { ledgerOf, stateOf } from '../../support/ledger.ts';
import { openVerbs, rowCounts, TEST_NOW, type TestVerbs } from '../../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const auditOf = (jobId: string) =>
  verbs.db.selectFrom('audit').selectAll().where('job_id', '=', jobId).orderBy('id').execute();
const revisionsOf = (jobId: string) =>
  verbs.db.selectFrom('job_revision').selectAll().where('job_id', '=', jobId).orderBy('revision').execute();
const clock = (id: string) => verbs.db.selectFrom('clock').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const schedule = (input: object) => parseSchedule(input, { now: verbs.now, defaultTimezone: 'UTC' });

/** A job with a ten-second interval, made at the test's own now. */
async function newJob(more: Parameters<TestVerbs['createJob']>[0] = {}) {
  verbs.now = TEST_NOW;
  const job = await verbs.createJob({ schedule: { kind: 'interval', everySeconds: 10 }, ...more });
  return { ...job, key: { id: job.id } };
}

describe('a command outside of the whitelist', () => {
  it('is refused at creation and at change, and nothing is stored [M-011]', async () => {
    const command = (target: string) => parseAction({ type: 'command', target_command: target });
    const mailOnly = verbs.as({}, { commands: { whitelist: ['cmd.mail.>'], schemas: {} } });
    const spec = { ...jobSpec({ name: 'mail' }, verbs.now), action: command('cmd.mail.send') };
    const { job } = await createJob(mailOnly, { spec });
    const before = await rowCounts(verbs.db);
    const refusal = { code: 'COMMAND_NOT_ALLOWED', message: expect.stringContaining('cmd.mail.>') };
    const forbidden = { ...spec, name: 'other', action: command('cmd.payments.send') };
    await expect(createJob(mailOnly, { spec: forbidden })).rejects.toMatchObject(refusal);
    const change = updateJob(mailOnly, {
      job: { id: job.id },
      merge: (old) => ({ ...old, action: forbidden.action }),
    });
    await expect(change).rejects.toMatchObject(refusal);
    expect(await rowCounts(verbs.db)).toEqual(before);
  });
});

describe('creating a job', () => {
  it('stores its first revision, its audit and its place in time, and tells its clock', async () => {
    const job = await newJob({ name: 'First', tags: ['a'] });
    const state = await stateOf(verbs.db, job.id);
    expect(state).toMatchObject({ accounted_until: TEST_NOW, verified_until: TEST_NOW, face: 'gateway' });
    expect(verbs.engine.pokes.at(-1)).toEqual({ clockId: state.clock_id, jobIds: [job.id] });
    expect((await clock(state.clock_id ?? '')).dirty_since).not.toBeNull();
    const [revision] = await revisionsOf(job.id);
    expect(revision).toMatchObject({ revision: 1, by: 'admin', change: 'created', at: TEST_NOW });
    expect(revision?.spec).toMatchObject({
      name: 'First',
      tags: ['a'],
      enabled: true,
      pausedAt: null,
      specRevision: 1,
    });
    expect(await auditOf(job.id)).toMatchObject([
      {
        actor: 'admin',
        face: 'gateway',
        action: 'job.create',
        before: null,
        after: { name: 'First' },
        correlation_id: 'request-1',
      },
    ]);
  });

  it.each([
    [{ kind: 'interval', everySeconds: 10, startImmediately: true }, Date.parse('2025-03-12T15:10:01Z'), TEST_NOW],
    [{ kind: 'immediate' }, Date.parse('2025-03-12T15:10:00Z'), Date.parse('2025-03-12T15:09:59.999Z')],
  ])('counts a first fire that is due at once: %o', async (input, first, accountedUntil) => {
    const job = await newJob({ schedule: input });
    expect(await stateOf(verbs.db, job.id)).toMatchObject({
      accounted_until: accountedUntil,
      verified_until: accountedUntil,
    });
    expect((await getJob(verbs.ctx, job.key)).nextFireAt).toBe(first);
  });

  it('shares clocks among quick jobs up to their capacity, and gives others one of their own', async () => {
    const ctx = verbs.as({ face: 'tasks' }, { clockCapacity: 2 });
    const make = async (action: object) => {
      const { job } = await createJob(ctx, {
        spec: jobSpec({ schedule: { kind: 'interval', everySeconds: 60 }, action }, verbs.now),
      });
      return { id: job.id, clock: (await stateOf(verbs.db, job.id)).clock_id };
    };
    const log = { type: 'log', message: 'x' };
    const made = [await make(log), await make(log), await make(log)];
    expect(new Set(made.map((m) => m.clock)).size).toBe(2);
    const own = await make({ type: 'system', operation: 'health_check' });
    expect(own.clock).toBe(`clock-job-${own.id}`);
  });

  it('seats no job that never fires by itself', async () => {
    const job = await newJob({ schedule: { kind: 'none' } });
    expect((await stateOf(verbs.db, job.id)).clock_id).toBeNull();
    expect((await getJob(verbs.ctx, job.key)).nextFireAt).toBeNull();
  });

  it('numbers each face by itself', async () => {
    const make = async (face: 'reviewer' | 'commands') =>
      (await createJob(verbs.as({ face }), { spec: jobSpec({}, verbs.now) })).job.number;
    expect([await make('reviewer'), await make('commands'), await make('reviewer')]).toEqual([1, 1, 2]);
  });

  it('leaves the clock dirty when it could not be told', async () => {
    const { engine } = verbs;
    const { poke } = engine;
    engine.poke = () => Promise.reject(new Error('14 UNAVAILABLE'));
    const job = await newJob();
    engine.poke = poke;
    const { clock_id } = await stateOf(verbs.db, job.id);
    expect((await clock(clock_id ?? '')).dirty_since).not.toBeNull();
    expect(verbs.log.said('A clock could not be poked')).toBeDefined();
  });
});

describe('changing a job', () => {
  it('bumps the revision with every change, the spec revision only with schedule, enabled and pause', async () => {
    const job = await newJob();
    const revisions = async () => {
      const { job: now } = await getJob(verbs.ctx, job.key);
      return [now.revision, now.specRevision];
    };
    await updateJob(verbs.ctx, { job: job.key, merge: () => ({ name: 'Renamed', tags: ['x'] }) });
    expect(await revisions()).toEqual([2, 1]);
    await updateJob(verbs.ctx, {
      job: job.key,
      merge: () => ({ schedule: schedule({ kind: 'daily', time: '02:00' }) }),
    });
    expect(await revisions()).toEqual([3, 2]);
    await pauseJob(verbs.ctx, { job: job.key });
    await resumeJob(verbs.ctx, { job: job.key });
    await setEnabled(verbs.ctx, { job: job.key, enabled: false });
    expect(await revisions()).toEqual([6, 5]);
    expect((await revisionsOf(job.id)).map((r) => r.change)).toEqual([
      'created',
      'updated',
      'updated',
      'paused',
      'resumed',
      'disabled',
    ]);
  });

  it('audits what was, what is, who, and why', async () => {
    const job = await newJob({ name: 'Audited' });
    await updateJob(verbs.as({ subject: 'ops', correlationId: 'request-2' }), {
      job: job.key,
      merge: () => ({ name: 'Renamed' }),
    });
    await setEnabled(verbs.ctx, { job: job.key, enabled: false, reason: 'Maintenance' });
    const [, renamed, disabled] = await auditOf(job.id);
    expect(renamed).toMatchObject({
      action: 'job.update',
      actor: 'ops',
      correlation_id: 'request-2',
      before: { name: 'Audited', revision: 1 },
      after: { name: 'Renamed', revision: 2 },
    });
    expect(disabled).toMatchObject({
      action: 'job.disable',
      reason: 'Maintenance',
      before: { enabled: true },
      after: { enabled: false, disabledBy: 'user', disabledReason: 'Maintenance' },
    });
  });

  it('accounts the old schedule up to now, so that nothing of it is lost or made up', async () => {
    const job = await newJob();
    verbs.now = TEST_NOW + 25_000;
    await updateJob(verbs.ctx, {
      job: job.key,
      merge: () => ({ schedule: schedule({ kind: 'interval', everySeconds: 30 }) }),
    });
    const rows = await ledgerOf(verbs.db, job.id);
    expect(rows.map(({ dueAt, state, reason }) => [new Date(dueAt).toISOString(), state, reason])).toEqual([
      ['2025-03-12T15:10:11.000Z', 'skipped', 'job_changed'],
      ['2025-03-12T15:10:21.000Z', 'skipped', 'job_changed'],
    ]);
    const state = await stateOf(verbs.db, job.id);
    expect(state).toMatchObject({ accounted_until: verbs.now, verified_until: verbs.now, skipped: 2 });
    expect((await getJob(verbs.ctx, job.key)).nextFireAt).toBe(Date.parse('2025-03-12T15:10:56Z'));
  });

  it('invents nothing for the time in which a job was paused', async () => {
    const job = await newJob();
    await pauseJob(verbs.ctx, { job: job.key });
    verbs.now = TEST_NOW + 60_000;
    await resumeJob(verbs.ctx, { job: job.key });
    expect(await ledgerOf(verbs.db, job.id)).toEqual([]);
    const view = await getJob(verbs.ctx, job.key);
    expect(view.nextFireAt).toBe(Date.parse('2025-03-12T15:11:01Z'));
    expect((await stateOf(verbs.db, job.id)).accounted_until).toBe(verbs.now);
  });

  it('does not fire an old first time again when start_immediately is set later', async () => {
    const job = await newJob();
    const { anchorAt } = job.schedule as { anchorAt: number };
    verbs.now = TEST_NOW + 3000;
    const again = { kind: 'interval', everySeconds: 10, anchorAt, startImmediately: true };
    await updateJob(verbs.ctx, { job: job.key, merge: () => ({ schedule: schedule(again) }) });
    expect((await getJob(verbs.ctx, job.key)).nextFireAt).toBe(anchorAt + 10_000);
    expect((await stateOf(verbs.db, job.id)).accounted_until).toBe(verbs.now);
  });

  it('frees the seat of a job that no longer fires, and gives it one again', async () => {
    const job = await newJob();
    const { clock_id: before } = await stateOf(verbs.db, job.id);
    const { seats } = await clock(before ?? '');
    await pauseJob(verbs.ctx, { job: job.key });
    expect((await stateOf(verbs.db, job.id)).clock_id).toBeNull();
    expect((await clock(before ?? '')).seats).toBe(seats - 1);
    expect(verbs.engine.pokes.at(-1)).toEqual({ clockId: before, jobIds: [job.id] });
    await resumeJob(verbs.ctx, { job: job.key });
    const { clock_id: after } = await stateOf(verbs.db, job.id);
    expect(after).not.toBeNull();
    expect(verbs.engine.pokes.at(-1)).toEqual({ clockId: after, jobIds: [job.id] });
  });

  it('moves the seat when an action ceases to be quick, and tells both clocks', async () => {
    const job = await newJob();
    const { clock_id: shared } = await stateOf(verbs.db, job.id);
    const told = verbs.engine.pokes.length;
    const action = parseAction({ type: 'system', operation: 'health_check' });
    await updateJob(verbs.ctx, { job: job.key, merge: () => ({ action }) });
    expect((await stateOf(verbs.db, job.id)).clock_id).toBe(`clock-job-${job.id}`);
    expect(verbs.engine.pokes.slice(told).map((p) => p.clockId)).toEqual([shared, `clock-job-${job.id}`]);
  });

  it('tells no clock of a new name', async () => {
    const job = await newJob();
    const told = verbs.engine.pokes.length;
    await updateJob(verbs.ctx, { job: job.key, merge: () => ({ name: 'Silent' }) });
    expect(verbs.engine.pokes).toHaveLength(told);
  });

  it('stores nothing of a change that merging refuses', async () => {
    const job = await newJob();
    const before = await rowCounts(verbs.db);
    const merge = () => ({ schedule: schedule({ kind: 'interval', everySeconds: 0 }) });
    await expect(updateJob(verbs.ctx, { job: job.key, merge })).rejects.toMatchObject({ code: 'INVALID_SCHEDULE' });
    expect(await rowCounts(verbs.db)).toEqual(before);
  });

  it('lets one of two win that saw the same state, and merges those that did not look', async () => {
    const job = await newJob({ tags: ['start'] });
    const demand = (seen: { revision: number }) => {
      if (seen.revision !== 1) throw new Error('changed meanwhile');
    };
    const rename = (name: string) => updateJob(verbs.ctx, { job: job.key, demand, merge: () => ({ name }) });
    const outcomes = await Promise.allSettled([rename('A'), rename('B')]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    const tag = (word: string) =>
      updateJob(verbs.ctx, { job: job.key, merge: ({ tags }) => ({ tags: [...tags, word] }) });
    await Promise.all(['a', 'b', 'c', 'd'].map(tag));
    expect([...(await getJob(verbs.ctx, job.key)).job.tags].sort()).toEqual(['a', 'b', 'c', 'd', 'start']);
  });

  it('clears why a job was disabled when it is enabled', async () => {
    const job = await newJob();
    await setEnabled(verbs.ctx, { job: job.key, enabled: false, reason: 'Off' });
    expect((await getJob(verbs.ctx, job.key)).job).toMatchObject({ disabledBy: 'user', disabledReason: 'Off' });
    await updateJob(verbs.ctx, { job: job.key, merge: () => ({ enabled: true }) });
    expect((await getJob(verbs.ctx, job.key)).job).toMatchObject({
      enabled: true,
      disabledBy: null,
      disabledReason: null,
    });
  });

  it('is refused to other faces, which do not know the job', async () => {
    const job = await newJob();
    const other = verbs.as({ face: 'console' });
    for (const change of [pauseJob, resumeJob, deleteJob]) {
      await expect(change(other, { job: job.key })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    }
  });
});

describe('without Temporal', () => {
  it('jobs are paused, disabled and deleted, but not made, resumed or enabled', async () => {
    const job = await newJob();
    verbs.engine.unreachable = true;
    const before = await rowCounts(verbs.db);
    const refused = { code: 'ENGINE_UNAVAILABLE' };
    await expect(newJob()).rejects.toMatchObject(refused);
    expect(await rowCounts(verbs.db)).toEqual(before);
    await pauseJob(verbs.ctx, { job: job.key });
    await expect(resumeJob(verbs.ctx, { job: job.key })).rejects.toMatchObject(refused);
    await setEnabled(verbs.ctx, { job: job.key, enabled: false });
    await expect(setEnabled(verbs.ctx, { job: job.key, enabled: true })).rejects.toMatchObject(refused);
    await deleteJob(verbs.ctx, { job: job.key });
    verbs.engine.unreachable = false;
    await expect(getJob(verbs.ctx, job.key)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

describe('deleting a job', () => {
  it('leaves a tombstone with its last revision and audit, frees its seat and accounts its schedule', async () => {
    const job = await newJob();
    const { clock_id } = await stateOf(verbs.db, job.id);
    verbs.now = TEST_NOW + 12_000;
    await deleteJob(verbs.ctx, { job: job.key });
    const row = await verbs.db.selectFrom('job').selectAll().where('id', '=', job.id).executeTakeFirstOrThrow();
    expect(row.deleted_at).toBe(verbs.now);
    expect((await stateOf(verbs.db, job.id)).clock_id).toBeNull();
    expect(verbs.engine.pokes.at(-1)?.clockId).toBe(clock_id);
    expect((await revisionsOf(job.id)).at(-1)).toMatchObject({ change: 'deleted', revision: 2 });
    expect((await auditOf(job.id)).at(-1)).toMatchObject({ action: 'job.delete' });
    expect(await ledgerOf(verbs.db, job.id)).toMatchObject([{ state: 'skipped', reason: 'job_deleted' }]);
    await expect(deleteJob(verbs.ctx, { job: job.key })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
