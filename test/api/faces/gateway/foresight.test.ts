import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../../domain/job.ts';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { ledgerOf } from '../../../support/ledger.ts';
import { rowCounts } from '../../../support/verbs.ts';

let gateway: TestGateway;
let job: Job;
let id: string;
beforeEach(async () => {
  gateway = await startGateway();
  // The test's clock stands at 2025-03-12T15:10:00.250Z.
  job = await gateway.createJob({ name: 'Report', schedule: { kind: 'daily', time: '06:00' } });
  id = `job_${String(job.number).padStart(3, '0')}`;
});
afterEach(() => gateway.stop());

const at = (time: string) => Date.parse(time);
const why = async (time: string) => (await gateway.call('GET', `/jobs/${id}/why?at=${time}`)).body;

describe('POST /preview', () => {
  it('lists the next fire times in zone and UTC, with a note where the clocks change, and stores nothing', async () => {
    const before = await rowCounts(gateway.db);
    const { status, body } = await gateway.call('POST', '/preview', {
      schedule: { type: 'daily', time: '02:30', timezone: 'Europe/Berlin' },
      after: '2025-03-29',
      count: 2,
    });
    expect(status).toBe(200);
    const none = { clock_change: null, note: null, skipped: false };
    expect(body).toEqual({
      success: true,
      job_id: null,
      description: 'at 02:30 every day (Europe/Berlin)',
      timezone: 'Europe/Berlin',
      enabled: true,
      executions: [
        { ...none, time: '2025-03-29T01:30:00Z', local_time: '2025-03-29T02:30:00+01:00' },
        {
          time: '2025-03-30T01:00:00Z',
          local_time: '2025-03-30T03:00:00+02:00',
          clock_change: 'moved',
          note: '02:30 does not exist on 2025-03-30, when the clocks go from 02:00 to 03:00: moved to 03:00',
          skipped: false,
        },
      ],
    });
    expect(await rowCounts(gateway.db)).toEqual(before);
  });

  it('shows a stored job, a change of it, and what is to be skipped', async () => {
    await gateway.call('POST', `/jobs/${id}/skip-next`);
    const stored = await gateway.call('POST', '/preview', { job_id: id, count: 2 });
    expect(stored.body).toMatchObject({
      job_id: id,
      executions: [
        { time: '2025-03-13T06:00:00Z', skipped: true },
        { time: '2025-03-14T06:00:00Z', skipped: false },
      ],
    });
    const changed = await gateway.call('POST', '/preview', {
      job_id: id,
      schedule: { skip_weekends: true },
      after: '2025-03-14T12:00:00Z',
      count: 1,
    });
    expect(changed.body).toMatchObject({ executions: [{ time: '2025-03-17T06:00:00Z' }] });
  });

  it('gives ten where nobody says how many, and none for a schedule without any', async () => {
    const times = async (schedule: object) => {
      const { body } = await gateway.call('POST', '/preview', { schedule });
      return body['executions'] as unknown[];
    };
    expect(await times({ type: 'interval', interval_seconds: 1 })).toHaveLength(10);
    expect(await times({ type: 'event', topic: 'a/b' })).toEqual([]);
  });

  it.each([
    [{ job_id: 'job_999' }, 404, 'JOB_NOT_FOUND'],
    [{}, 400, 'INVALID_SCHEDULE'],
    [{ schedule: { type: 'cron', cron_expression: 'x' } }, 400, 'INVALID_CRON_EXPRESSION'],
    [{ schedule: { type: 'daily', time: '02:30' }, count: 1001 }, 400, 'INVALID_INPUT'],
    [{ schedule: { type: 'daily', time: '02:30' }, after: 'soon' }, 400, 'INVALID_INPUT'],
  ])('refuses %j with %i %s', async (asked, status, code) => {
    const answer = await gateway.call('POST', '/preview', asked);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });
});

describe('POST /jobs/{id}/skip-next', () => {
  it('ends the next fire as skipped, then the one after, and the job shows what comes after these', async () => {
    const first = await gateway.call('POST', `/jobs/${id}/skip-next`, { reason: 'Holiday' });
    expect(first.body).toMatchObject({
      success: true,
      job_id: id,
      skipped_execution: '2025-03-13T06:00:00Z',
      next_execution: '2025-03-14T06:00:00Z',
    });
    const second = await gateway.call('POST', `/jobs/${id}/skip-next`);
    expect(second.body).toMatchObject({
      skipped_execution: '2025-03-14T06:00:00Z',
      next_execution: '2025-03-15T06:00:00Z',
    });
    const { body } = await gateway.call('GET', `/jobs/${id}/status`);
    expect(body).toMatchObject({ next_execution: '2025-03-15T06:00:00Z', last_status: null });
    const ledger = await ledgerOf(gateway.db, job.id);
    expect(ledger.map(({ state, reason, trigger }) => [state, reason, trigger])).toEqual([
      ['skipped', 'skip_next', 'scheduled'],
      ['skipped', 'skip_next', 'scheduled'],
    ]);
    const audit = await gateway.db.selectFrom('audit').select('reason').where('action', '=', 'job.skip_next').execute();
    expect(audit.map(({ reason }) => reason).sort()).toEqual(['Holiday', null]);
  });

  it('is refused for a job that does not fire, that nobody knows, or that has nothing to come', async () => {
    await gateway.call('POST', `/jobs/${id}/toggle`, { enabled: false });
    const codes = async (path: string) => {
      const { status, body } = await gateway.call('POST', path);
      return [status, body['code']];
    };
    expect(await codes(`/jobs/${id}/skip-next`)).toEqual([409, 'JOB_DISABLED']);
    expect(await codes('/jobs/job_999/skip-next')).toEqual([404, 'JOB_NOT_FOUND']);
    const event = await gateway.createJob({ schedule: { kind: 'event', topic: 'a/b' } });
    expect(await codes(`/jobs/job_${String(event.number).padStart(3, '0')}/skip-next`)).toEqual([400, 'INVALID_INPUT']);
  });
});

describe('POST /jobs/{id}/backfill', () => {
  const range = { start: '2025-03-10T00:00:00Z', end: '2025-03-12' };
  const missedAt = at('2025-03-11T06:00:00Z');

  it('lists the fire times in a dry run, with what the history holds, and stores nothing', async () => {
    await addExecution(gateway.db, job, {
      id: gateway.ctx.ids.next(),
      dueAt: missedAt,
      state: 'missed',
      reason: 'beyond_grace',
    });
    const before = await rowCounts(gateway.db);
    const { status, body } = await gateway.call('POST', `/jobs/${id}/backfill`, { ...range, dry_run: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      message: '3 executions would be started',
      dry_run: true,
      group_id: null,
      total: 3,
      executions: [
        { scheduled_time: '2025-03-10T06:00:00Z', execution_id: null, recorded_status: null },
        { scheduled_time: '2025-03-11T06:00:00Z', execution_id: null, recorded_status: 'missed' },
        { scheduled_time: '2025-03-12T06:00:00Z', execution_id: null, recorded_status: null },
      ],
    });
    expect(await rowCounts(gateway.db)).toEqual(before);
  });

  it('runs exactly these, each with its nominal time, as one group, and links to the missed one', async () => {
    const missed = gateway.ctx.ids.next();
    await addExecution(gateway.db, job, { id: missed, dueAt: missedAt, state: 'missed', reason: 'beyond_grace' });
    await addExecution(gateway.db, job, {
      id: gateway.ctx.ids.next(),
      dueAt: at('2025-03-10T06:00:00Z'),
      state: 'succeeded',
      durationMs: 5,
    });
    const asked = { ...range, only_missed: true, parameters: { SITE: 'north' } };
    const { body } = await gateway.call('POST', `/jobs/${id}/backfill`, asked);
    const runs = body['executions'] as {
      execution_id: string;
      recorded_execution_id: string;
      scheduled_time: string;
    }[];
    expect(runs.map((run) => run.scheduled_time)).toEqual(['2025-03-11T06:00:00Z', '2025-03-12T06:00:00Z']);
    const shown = await gateway.call('GET', `/executions/${runs[0]?.recorded_execution_id ?? ''}`);
    expect(shown.body).toMatchObject({ execution: { status: 'missed', scheduled_time: '2025-03-11T06:00:00Z' } });
    const backfilled = await gateway.call('GET', `/executions/${runs[0]?.execution_id ?? ''}`);
    expect(backfilled.body).toMatchObject({
      execution: {
        status: 'queued',
        trigger: 'backfill',
        scheduled_time: '2025-03-11T06:00:00Z',
        parameters: { SITE: 'north' },
      },
    });
    const [group] = gateway.engine.sequences;
    expect(group?.groupId).toBe(body['group_id']);
    expect(
      group?.runs.map(({ dueAt, trigger, workflowId, executionId }) => ({
        dueAt,
        trigger,
        ofItsOwn: workflowId === `${job.id}-backfill-${executionId}`,
      })),
    ).toEqual([
      { dueAt: missedAt, trigger: 'backfill', ofItsOwn: true },
      { dueAt: at('2025-03-12T06:00:00Z'), trigger: 'backfill', ofItsOwn: true },
    ]);
    expect((await ledgerOf(gateway.db, job.id)).filter((run) => run.groupId === group?.groupId)).toHaveLength(2);
  });

  it.each([
    [{ start: '2025-03-12T15:00:00Z', end: '2030-01-01' }, /no past fire time/],
    [{ start: '2020-01-01', end: '2025-03-12' }, /at most 500/],
    [{ start: '2025-03-12', end: '2025-03-10' }, /not be later than end/],
    [{ start: 'yesterday', end: '2025-03-10' }, /start: must be an ISO date/],
  ])('refuses %j, and stores nothing', async (asked, message) => {
    const before = await rowCounts(gateway.db);
    const { status, body } = await gateway.call('POST', `/jobs/${id}/backfill`, asked);
    expect([status, body['code']]).toEqual([400, 'INVALID_INPUT']);
    expect(body['message']).toMatch(message);
    expect(await rowCounts(gateway.db)).toEqual(before);
  });

  it('stores nothing while Temporal does not answer', async () => {
    gateway.engine.unreachable = true;
    expect((await gateway.call('POST', `/jobs/${id}/backfill`, range)).status).toBe(503);
    expect(await ledgerOf(gateway.db, job.id)).toEqual([]);
  });
});

describe('GET /jobs/{id}/why', () => {
  it('tells what became of a fire time: ran, missed, skipped', async () => {
    const add = (time: string, past: object) =>
      addExecution(gateway.db, job, { id: gateway.ctx.ids.next(), dueAt: at(time), state: 'succeeded', ...past });
    gateway.now = at('2025-03-20T12:00:00Z');
    await add('2025-03-13T06:00:00Z', { durationMs: 60_000 });
    await add('2025-03-14T06:00:00Z', { state: 'missed', reason: 'beyond_grace' });
    await add('2025-03-15T06:00:00Z', { state: 'skipped', reason: 'overlap' });
    expect(await why('2025-03-13T06:00:00Z')).toMatchObject({
      success: true,
      job_id: id,
      verdict: 'executed',
      explanation: 'It ran and is completed.',
      executions: [{ status: 'completed', trigger: 'scheduled' }],
      revision: {
        revision: 1,
        schedule: 'at 06:00 every day (UTC)',
        enabled: true,
        change: 'created',
        changed_by: 'admin',
      },
      next_execution: '2025-03-14T06:00:00Z',
    });
    expect(await why('2025-03-14T06:00:00.900Z')).toMatchObject({
      verdict: 'did_not_run',
      explanation: expect.stringMatching(/^Missed: /) as unknown,
    });
    expect(await why('2025-03-15T06:00:00Z')).toMatchObject({
      verdict: 'did_not_run',
      explanation: expect.stringMatching(/still under way\.$/) as unknown,
    });
    expect(await why('2025-03-13T06:00:30Z')).toMatchObject({
      verdict: 'not_due',
      under_way: [{ scheduled_time: '2025-03-13T06:00:00Z' }],
      previous_execution: { scheduled_time: '2025-03-13T06:00:00Z' },
    });
    expect(await why('2025-03-18T06:00:00Z')).toMatchObject({ verdict: 'being_claimed' });
  });

  it('tells what will become of one that comes', async () => {
    expect(await why('2025-03-13T06:00:00Z')).toMatchObject({ verdict: 'will_fire' });
    await gateway.call('POST', `/jobs/${id}/skip-next`);
    expect(await why('2025-03-13T06:00:00Z')).toMatchObject({
      verdict: 'will_be_skipped',
      explanation: 'It will not run. Skipped: someone asked to skip this fire.',
    });
    expect(await why('2025-03-13T07:00:00Z')).toMatchObject({
      verdict: 'not_due',
      explanation:
        'The schedule has no fire at this instant: at 06:00 every day (UTC). The next one after it is 2025-03-14T06:00:00Z.',
    });
  });

  it('judges by the revision that was in force, and says who made it so and why', async () => {
    gateway.now = Date.now();
    const madeAt = gateway.now;
    const changing = await gateway.createJob({ name: 'Changing', schedule: { kind: 'interval', everySeconds: 10 } });
    id = `job_${String(changing.number).padStart(3, '0')}`;
    gateway.now = madeAt + 60_000;
    await gateway.call('POST', `/jobs/${id}/toggle`, { enabled: false, reason: 'Maintenance' });
    gateway.now = madeAt + 600_000;
    const anchor = Math.ceil(madeAt / 1000) * 1000;
    const iso = (ms: number) => new Date(ms).toISOString();
    expect(await why(iso(anchor - 10_000))).toMatchObject({ verdict: 'not_yet_made', revision: null });
    expect(await why(iso(anchor + 20_000))).toMatchObject({ verdict: 'did_not_run', revision: { revision: 1 } });
    const disabled = await why(iso(anchor + 100_000));
    expect(disabled).toMatchObject({
      verdict: 'disabled',
      revision: { revision: 2, enabled: false, change: 'disabled', changed_by: 'admin', reason: 'Maintenance' },
      next_execution: null,
    });
    expect(disabled['explanation']).toMatch(/^The job was disabled, by the change of admin at .* \(Maintenance\)\.$/);
  });

  it.each([
    ['/jobs/job_999/why?at=2025-03-12', 404],
    ['/jobs/job_001/why', 400],
    ['/jobs/job_001/why?at=then', 400],
  ])('answers %s with %i', async (path, status) => {
    expect((await gateway.call('GET', path)).status).toBe(status);
  });
});
