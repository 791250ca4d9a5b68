import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { parseExposition, valueOf, type Series } from '../support/prometheus.ts';
import { until } from '../support/until.ts';

let almanac: RunningAlmanac;
beforeAll(async () => {
  almanac = await RunningAlmanac.create();
  await almanac.start();
  await almanac.untilHealthy();
}, 300_000);
afterAll(() => almanac.stop());

async function scrape(): Promise<Series[]> {
  const answer = await fetch(`${almanac.apiUrl}/metrics`);
  expect(answer.status).toBe(200);
  return parseExposition(await answer.text());
}

const dependencies = (series: readonly Series[]) =>
  series
    .filter(({ name }) => name === 'almanac_dependency_up')
    .map(({ labels, value }) => [labels['dependency'], value]);
const sent = (series: readonly Series[]) =>
  valueOf(series, 'schedule_executions_total', { schedule_type: 'immediate', status: 'succeeded' });

it('the embedded start tells this machine its metrics, and counts on after a crash [M-072..M-076]', async () => {
  const schedule = { name: 'now', schedule_type: 'immediate', target_command: 'cmd.report.make' };
  for (let i = 0; i < 3; i += 1) {
    const made = await fetch(`${almanac.apiUrl}/api/v1/schedules`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(schedule),
    });
    expect(made.status, await made.text()).toBe(201);
  }
  const series = await until('all three are counted, and all that it needs is seen to be up', async () => {
    const now = await scrape();
    const isCounted = sent(now) === 3 && (valueOf(now, 'almanac_attempts_total') ?? 0) >= 3;
    return isCounted && dependencies(now).every(([, up]) => up === 1) && now;
  });
  const value = (name: string, labels = {}) => valueOf(series, name, labels);
  expect(value('distributed_locks_acquired_total')).toBe(3);
  expect(value('schedule_misfires_total')).toBe(0);
  expect(value('schedule_execution_duration_seconds_count')).toBe(3);
  expect(value('almanac_database_statement_duration_seconds_count', { statement: 'lock_jobs' })).toBeGreaterThan(0);
  expect(value('almanac_worker_slots', { state: 'available' })).toBeGreaterThan(0);
  expect(
    value('almanac_http_requests_total', {
      face: 'commands',
      method: 'POST',
      route: '/api/v1/schedules',
      status: '2xx',
    }),
  ).toBe(3);
  expect(dependencies(series)).toEqual([
    ['database', 1],
    ['events', 1],
    ['mqtt', 1],
    ['nats', 1],
  ]);

  await almanac.killEverything();
  await almanac.start();
  const again = await scrape();
  expect(sent(again)).toBe(3);
  expect(valueOf(again, 'almanac_attempts_total')).toBe(0);
}, 500_000);
