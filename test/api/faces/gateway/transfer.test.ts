import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { findJobs } from '../../../../db/queries/jobs.ts';
import { fireTimes } from '../../../../domain/schedules/index.ts';
import { fireAt } from '../../../../domain/schedules/jitter.ts';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { rowCounts } from '../../../support/verbs.ts';

const open: TestGateway[] = [];
let source: TestGateway;
beforeEach(async () => {
  source = await another();
});
afterEach(() => Promise.all(open.splice(0).map((gateway) => gateway.stop())));

async function another(): Promise<TestGateway> {
  const gateway = await startGateway({ maxJobs: 0 });
  open.push(gateway);
  return gateway;
}

const SCHEDULES = [
  { kind: 'interval', everySeconds: 7, jitterPercentage: 50 },
  { kind: 'interval', everySeconds: 3600, startImmediately: true },
  { kind: 'daily', time: '02:30', timezone: 'Europe/Berlin', daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'] },
  { kind: 'weekly', daysOfWeek: ['sun'], time: '06:00', timezone: 'America/New_York' },
  { kind: 'monthly', dayOfMonth: 'last', time: '23:59' },
  { kind: 'cron', expression: '*/10 9-17 * * 1-5' },
  { kind: 'sun', mode: 'sunset', latitude: 52.5, longitude: 13.4, offsetMinutes: -15 },
  { kind: 'once', at: '2025-03-13T12:00:00Z' },
  { kind: 'event', topic: 'sensors/+/door', payloadMatch: { state: 'open' } },
];

async function exported(gateway: TestGateway, options: object = {}): Promise<Response> {
  return fetch(`${gateway.url}/api/v1/scheduler/jobs/export`, {
    method: 'POST',
    headers: { Authorization: 'Bearer admin', 'Content-Type': 'application/json' },
    body: JSON.stringify(options),
  });
}

/** As Python's requests sends `files=` and `data=` (gateway.txt, Python - Bulk Job Management). */
async function imported(gateway: TestGateway, file: string, data: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(data)) form.set(name, value);
  form.set('configFile', new File([file], 'jobs.json', { type: 'application/json' }));
  const headers = { Authorization: 'Bearer admin' };
  const response = await fetch(`${gateway.url}/api/v1/scheduler/jobs/import`, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function jobsOf(gateway: TestGateway) {
  return (await findJobs(gateway.db, 'gateway', { filter: {}, limit: 2000, offset: 0 })).jobs;
}

/** The next fires of each job, jitter and all, by name. */
async function nextFires(gateway: TestGateway): Promise<Record<string, unknown>> {
  const jobs = await jobsOf(gateway);
  return Object.fromEntries(
    jobs.map(({ job, accountedUntil }) => [
      job.name,
      fireTimes(job.schedule, Math.max(accountedUntil, gateway.now), 5).map((at) => fireAt(job.schedule, at, job.id)),
    ]),
  );
}

/** As the gateway makes them. */
const policy = { retryDelaySeconds: 2, retryBackoff: 'exponential' } as const;

async function fill(gateway: TestGateway): Promise<void> {
  for (const [i, schedule] of SCHEDULES.entries())
    await gateway.createJob({ name: `job of kind ${i}`, schedule, tags: ['a'], policy });
}

describe('an export', () => {
  it('is a download of all jobs, with statistics and history where asked for [G-290..G-293]', async () => {
    await fill(source);
    const [first] = await jobsOf(source);
    if (first === undefined) throw new Error('no job');
    await addExecution(source.db, first.job, {
      id: source.ctx.ids.next(),
      dueAt: source.now - 5000,
      state: 'succeeded',
      durationMs: 20,
    });
    const response = await exported(source, { format: 'json', include_history: true, include_statistics: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="jobs_\d+\.json"$/);
    const file = (await response.json()) as { jobs: Record<string, unknown>[]; history: unknown[] };
    expect(file.jobs).toHaveLength(SCHEDULES.length);
    expect(file.jobs[0]).toMatchObject({
      id: 'job_001',
      uuid: first.job.id,
      type: 'interval',
      statistics: { total_executions: 1 },
    });
    expect(file.history).toMatchObject([{ job_id: 'job_001', status: 'success', duration_ms: 20 }]);
    const plain = (await (await exported(source)).json()) as { jobs: object[] };
    expect(plain).not.toHaveProperty('history');
    expect(plain.jobs[0]).not.toHaveProperty('statistics');
  });

  it('says the same in YAML, and stands whole with no jobs at all', async () => {
    for (const format of ['json', 'yaml']) {
      const empty = await (await exported(source, { format, include_history: true })).text();
      expect(parseYaml(empty)).toMatchObject({ jobs: [], history: [] });
    }
    await fill(source);
    const json: unknown = await (await exported(source, { format: 'json' })).json();
    expect(parseYaml(await (await exported(source, { format: 'yaml' })).text())).toEqual(json);
  });
});

describe('an import', () => {
  it('of an export into an empty service brings the same jobs with the same next fires [G-294..G-303, G-362, G-365]', async () => {
    await fill(source);
    source.now += 3_600_000;
    const file = await (await exported(source, { format: 'json', include_statistics: true })).text();
    const target = await another();
    target.now = source.now;
    const answer = await imported(target, file, { strategy: 'replace', dry_run: 'False' });
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, processed: 9, imported: 9, skipped: 0, errors: 0, import_id: 'import_20250312161000' },
    });
    expect(await nextFires(target)).toEqual(await nextFires(source));
    const [before, after] = [await jobsOf(source), await jobsOf(target)];
    expect(after.map(({ job }) => [job.id, job.number])).toEqual(before.map(({ job }) => [job.id, job.number]));
    expect(after.map(({ clockId }) => clockId !== null)).toEqual(before.map(({ clockId }) => clockId !== null));
    const made = await target.createJob({});
    expect(made.number).toBe(10);
  });

  it('changes nothing when it is repeated, whatever the strategy', async () => {
    await fill(source);
    const target = await another();
    const file = await (await exported(source)).text();
    await imported(target, file, { strategy: 'merge' });
    const counts = await rowCounts(target.db);
    for (const strategy of ['merge', 'replace']) {
      expect(await imported(target, file, { strategy })).toMatchObject({
        body: { imported: 0, skipped: 9, errors: 0 },
      });
    }
    const { audit, ...rest } = await rowCounts(target.db);
    expect({ ...rest, audit: audit === undefined ? 0 : audit - 2 }).toEqual(counts);
  });

  it('replaces what differs, leaves what the file does not name, and says so before in a dry run [G-296, G-297]', async () => {
    const [a, b] = [await source.createJob({ name: 'a' }), await source.createJob({ name: 'b' })];
    const file = JSON.stringify({
      jobs: [
        { name: 'a', type: 'interval', schedule: { interval_seconds: 60 }, action: { type: 'log', message: 'a' } },
        { name: 'c', type: 'cron', schedule: { cron_expression: '@daily' }, action: { type: 'log', message: 'c' } },
      ],
    });
    const before = await rowCounts(source.db);
    const dry = await imported(source, file, { strategy: 'replace', dry_run: 'True' });
    expect(dry.body).toMatchObject({
      imported: 2,
      jobs: [
        { name: 'a', job_id: 'job_001', outcome: 'updated' },
        { name: 'c', job_id: null, outcome: 'created' },
      ],
    });
    expect(await rowCounts(source.db)).toEqual(before);
    expect((await imported(source, file, { strategy: 'merge' })).body).toMatchObject({ imported: 1, skipped: 1 });
    expect((await imported(source, file, { strategy: 'replace' })).body).toMatchObject({ imported: 1, skipped: 1 });
    const jobs = await jobsOf(source);
    expect(jobs.map(({ job }) => job.name)).toEqual(['a', 'b', 'c']);
    expect(jobs.find(({ job }) => job.id === a.id)?.job.action).toMatchObject({ type: 'log', message: 'a' });
    expect(jobs.find(({ job }) => job.id === b.id)?.job.revision).toBe(1);
  });

  it('stores nothing when an entry is faulty, and names every fault by its path [G-303]', async () => {
    const good = {
      name: 'good',
      type: 'interval',
      schedule: { interval_seconds: 60 },
      action: { type: 'log', message: 'x' },
    };
    const file = JSON.stringify([good, { ...good, name: 'bad', schedule: { interval_seconds: 0 } }, { name: 7 }, good]);
    const before = await rowCounts(source.db);
    const { status, body } = await imported(source, file);
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, code: 'INVALID_INPUT', processed: 4, imported: 0 });
    const fields = (body['error_details'] as { field: string }[]).map(({ field }) => field);
    expect(fields).toEqual(
      expect.arrayContaining(['jobs[1].schedule.interval_seconds', 'jobs[2].name', 'jobs[3].name']),
    );
    expect(await rowCounts(source.db)).toEqual(before);
  });

  it('takes the jobs within a JSON body, YAML files, and options within the file', async () => {
    const job = {
      name: 'inline',
      type: 'interval',
      schedule: { interval_seconds: 60 },
      action: { type: 'log', message: 'x' },
    };
    const inline = await source.call('POST', '/jobs/import', {
      strategy: 'merge',
      dry_run: false,
      config: { jobs: [job] },
    });
    expect(inline).toMatchObject({ status: 200, body: { imported: 1 } });
    const yaml =
      'strategy: merge\ndry_run: true\njobs:\n  - name: from yaml\n    type: cron\n    schedule: {cron_expression: "@hourly"}\n    action: {type: log, message: x}\n';
    expect((await imported(source, yaml)).body).toMatchObject({ imported: 1, dry_run: true });
    expect((await imported(source, '{"jobs": [')).body).toMatchObject({ fields: [{ field: 'configFile' }] });
    expect((await imported(source, yaml, { dry_run: 'perhaps' })).body).toMatchObject({
      fields: [{ field: 'dry_run' }],
    });
    expect((await source.call('POST', '/jobs/import', { config: [] }, { role: 'operator' })).status).toBe(403);
  });

  it('refuses a request with nothing in it, as JSON or as a form', async () => {
    const body = '';
    for (const type of ['application/json', 'multipart/form-data; boundary=x']) {
      const headers = { Authorization: 'Bearer admin', 'Content-Type': type };
      const answer = await fetch(`${source.url}/api/v1/scheduler/jobs/import`, { method: 'POST', headers, body });
      expect(answer.status, type).toBe(400);
      expect(await answer.json()).toMatchObject({ success: false, code: 'INVALID_INPUT' });
    }
  });

  it('of a thousand jobs brings each its next fires, and tells in the log how far it is [G-362]', async () => {
    const schedules: { type: string; schedule: object }[] = [
      { type: 'interval', schedule: { interval_seconds: 60, jitter_percentage: 50 } },
      { type: 'daily', schedule: { time: '02:30', timezone: 'Europe/Berlin', days_of_week: ['mon', 'sun'] } },
      { type: 'weekly', schedule: { days_of_week: ['sun'], time: '01:30', timezone: 'America/New_York' } },
      { type: 'monthly', schedule: { day_of_month: 'last', time: '23:59' } },
      { type: 'cron', schedule: { cron_expression: '*/7 9-17 * * 1-5', timezone: 'Asia/Kolkata' } },
      { type: 'sun', schedule: { mode: 'sunset', latitude: 52.5, longitude: 13.4, offset_minutes: -15 } },
      { type: 'once', schedule: { run_at: '2025-06-01T12:00:00Z' } },
    ];
    const jobs = Array.from({ length: 1000 }, (_, i) => {
      const { type, schedule } = schedules[i % schedules.length] ?? { type: 'interval', schedule: {} };
      const own = type === 'interval' ? { ...schedule, interval_seconds: 60 + i } : schedule;
      return { name: `job ${i}`, type, schedule: own, action: { type: 'log', message: 'x' } };
    });
    expect((await imported(source, JSON.stringify({ jobs }))).body).toMatchObject({ imported: 1000 });
    const target = await another();
    const file = await (await exported(source)).text();
    target.now = source.now += 86_400_000;
    expect((await imported(target, file)).body).toMatchObject({ imported: 1000 });
    expect(await nextFires(target)).toEqual(await nextFires(source));
    expect(target.log.said('An import goes on')).toBeDefined();
    const clocks = await target.db.selectFrom('clock').select(['shared', 'seats']).execute();
    expect(clocks).toEqual(Array.from({ length: 10 }, () => ({ shared: true, seats: 100 })));
  });
});
