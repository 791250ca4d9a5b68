import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobOf } from '../../../../db/queries/job-row.ts';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { TEST_NOW } from '../../../support/verbs.ts';

const HOUR = 3_600_000;

let gateway: TestGateway;
let path: string;
beforeAll(async () => {
  gateway = await startGateway();
  const make = (name: string, more: object = {}) =>
    gateway.call('POST', '/jobs/daily', { name, time: '02:00', action: { type: 'log', message: 'x' }, ...more });
  const made = await make('Measured');
  await make('Another', { enabled: false });
  path = `/jobs/${String(made.body['job_id'])}`;
  const job = jobOf(
    await gateway.db.selectFrom('job').selectAll().where('name', '=', 'Measured').executeTakeFirstOrThrow(),
  );
  const add = (dueAt: number, state: 'succeeded' | 'failed' | 'timed_out' | 'missed', durationMs?: number) =>
    addExecution(gateway.db, job, {
      id: gateway.ctx.ids.next(),
      dueAt,
      state,
      ...(durationMs !== undefined && { durationMs }),
    });
  for (let i = 1; i <= 19; i += 1) await add(TEST_NOW - HOUR - i * 1000, 'succeeded', 100);
  await add(TEST_NOW - 2 * HOUR, 'failed', 1000);
  await add(TEST_NOW - 3 * 24 * HOUR, 'timed_out', 300);
  await add(TEST_NOW - 20 * 24 * HOUR, 'missed');
});
afterAll(() => gateway.stop());

describe('the statistics of the scheduler', () => {
  it('cover the last day unless asked otherwise [G-304, G-306..G-313]', async () => {
    const { status, body } = await gateway.call('GET', '/statistics');
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      statistics: {
        time_range: '24h',
        total_jobs: 2,
        active_jobs: 1,
        total_executions: 20,
        successful_executions: 19,
        failed_executions: 1,
        cancelled_executions: 0,
        skipped_executions: 0,
        missed_executions: 0,
        success_rate: 95,
      },
    });
  });

  it.each([
    ['24h', 20, 1],
    ['7d', 21, 2],
    ['30d', 22, 2],
    ['90d', 22, 2],
  ])('cover %s [G-305]', async (range, total, failed) => {
    const { body } = await gateway.call('GET', `/statistics?time_range=${range}`);
    expect(body).toMatchObject({
      statistics: { time_range: range, total_executions: total, failed_executions: failed },
    });
  });

  it('refuse any other range by its name', async () => {
    const { status, body } = await gateway.call('GET', '/statistics?time_range=1y');
    expect([status, body['code']]).toEqual([400, 'INVALID_INPUT']);
    expect(body['message']).toMatch(/time_range: must be one of: 24h, 7d, 30d, 90d/);
  });
});

describe('the metrics of a job', () => {
  it('tell durations and success, and each hour of the last day [G-314, G-315, G-319..G-324]', async () => {
    const { status, body } = await gateway.call('GET', `${path}/metrics`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      job_id: path.slice('/jobs/'.length),
      job_name: 'Measured',
      granularity: 'hourly',
      metrics: { execution_times: { average_ms: 145 }, success_rate: 95, total_executions: 20 },
    });
    const { execution_times: times } = body['metrics'] as {
      execution_times: { p50_ms: number; p95_ms: number; p99_ms: number };
    };
    // The histogram is right within a bucket: a quarter of a doubling.
    expect(times.p50_ms).toBeGreaterThan(80);
    expect(times.p50_ms).toBeLessThan(120);
    expect(times.p95_ms).toBeLessThan(120);
    expect(times.p99_ms).toBeGreaterThan(840);
    expect(times.p99_ms).toBeLessThan(1200);
    expect(body['series']).toMatchObject([
      { start: '2025-03-12T13:00:00Z', total_executions: 1, success_rate: 0 },
      { start: '2025-03-12T14:00:00Z', total_executions: 19, success_rate: 100 },
    ]);
  });

  it('come by the day and by the week [G-316]', async () => {
    const starts = async (query: string) => {
      const { body } = await gateway.call('GET', `${path}/metrics?${query}`);
      return (body['series'] as { start: string; total_executions: number }[]).map((s) => [
        s.start.slice(0, 10),
        s.total_executions,
      ]);
    };
    expect(await starts('granularity=daily')).toEqual([
      ['2025-02-20', 1],
      ['2025-03-09', 1],
      ['2025-03-12', 20],
    ]);
    expect(await starts('granularity=weekly')).toEqual([
      ['2025-02-17', 1],
      ['2025-03-03', 1],
      ['2025-03-10', 20],
    ]);
  });

  it('come for a range of dates [G-317, G-318]', async () => {
    const { body } = await gateway.call(
      'GET',
      `${path}/metrics?granularity=daily&start_date=2025-03-09&end_date=2025-03-10`,
    );
    expect(body).toMatchObject({
      metrics: { total_executions: 1, failed_executions: 1, success_rate: 0 },
      series: [{ start: '2025-03-09T00:00:00Z' }],
    });
    const none = await gateway.call('GET', `${path}/metrics?start_date=2025-01-01&end_date=2025-01-02`);
    expect(none.body).toMatchObject({
      metrics: { execution_times: { average_ms: null, p95_ms: null }, success_rate: null },
      series: [],
    });
  });

  it.each(['granularity=minutely', 'start_date=soon', 'granularity=hourly&start_date=2024-01-01', 'grain=daily'])(
    'refuse ?%s',
    async (query) => {
      const { status, body } = await gateway.call('GET', `${path}/metrics?${query}`);
      expect([status, body['code']]).toEqual([400, 'INVALID_INPUT']);
    },
  );
});
