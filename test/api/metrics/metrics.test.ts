import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJob } from '../../../api/verbs/create-job.ts';
import { inTransaction, sql } from '../../../db/connect.ts';
import { countEnds } from '../../../db/queries/ends.ts';
import { foldTotals } from '../../../db/queries/execution-totals.ts';
import { recordRound } from '../../../db/queries/housekeeping-round.ts';
import { addMetricCounts } from '../../../db/queries/metric-counts.ts';
import { endNotification } from '../../../db/queries/notifications.ts';
import { SCHEDULE_KIND_NAMES } from '../../../domain/schedules/index.ts';
import { claim, due } from '../../support/claiming.ts';
import { testDeps } from '../../support/deps.ts';
import { jobSpec } from '../../support/job-specs.ts';
import { needsProgram } from '../../support/needs.ts';
import { familiesOf, parseExposition, valueOf } from '../../support/prometheus.ts';
import { openVerbs, type TestVerbs } from '../../support/verbs.ts';
import { textOf } from '../../deploy/compose-file.ts';
import { startWeb, type RunningWeb } from '../http/running-web.ts';

const TOKEN = 'what-Prometheus-sends-in-32-bytes-or-more';
const auth = { authorization: `Bearer ${TOKEN}` };
/** A process that has not fired has no series of them; process-metrics.test.ts sees them come. */
const STATEMENTS_COME_WITH_FIRES = ['almanac_database_statement_duration_seconds_bucket'];
/** Names that users made up: they must not reach a label. */
const MADE_UP = 'Zorglub';

let verbs: TestVerbs;
let web: RunningWeb;
beforeAll(async () => {
  verbs = await openVerbs();
  await happen(verbs);
  web = await startWeb({ databaseUrl: verbs.database.url, metricsToken: TOKEN });
});
afterAll(async () => {
  await web.stop();
  await verbs.close();
});

/** Two jobs, one of them disabled; ends of each kind; what runs, and what is on its way to receivers. */
async function happen({ db, ctx, now }: TestVerbs): Promise<void> {
  const spec = { name: MADE_UP, tags: [MADE_UP], description: MADE_UP };
  const { job } = await createJob(ctx, { spec: jobSpec(spec, now) });
  await createJob(ctx, { spec: jobSpec({ ...spec, enabled: false }, now) });
  const of = { jobId: job.id, face: job.face, kind: 'interval', reason: null, error: null, dueAt: now, endedAt: now };
  const unrun = { startedAt: null, durationMs: null, latenessMs: null };
  const ended = (state: 'succeeded' | 'failed' | 'skipped' | 'missed', how = unrun as object) =>
    ({ ...of, ...unrun, ...how, executionId: randomUUID(), state }) as const;
  const ran = { startedAt: now, durationMs: 1500, latenessMs: 40 };
  const ends = [
    ended('succeeded', ran),
    ended('succeeded', ran),
    ended('failed', ran),
    ended('missed'),
    ended('skipped'),
  ];
  await inTransaction(db, (tx) => countEnds(tx, ends));
  const dueAt = Math.ceil(now / 1000) * 1000;
  const claimed = await claim(db, testDeps(db, { now: () => now }), [due(job, [dueAt])], dueAt);
  if (claimed.quick.length !== 1) throw new Error('the claim was not admitted');
  await sql`insert into instance (id, slot, name, host, process_id, process_identity, mode, roles, status, version, capacity, load)
    values ('w', 7, ${MADE_UP}, ${MADE_UP}, 1, 'p', 'standalone', '{worker}', 'active', ${MADE_UP}, 10, 3)`.execute(db);
  const notification = randomUUID();
  for (const id of [notification, randomUUID()]) {
    await sql`insert into notification (id, face, job_id, event, destination, topic, body)
      values (${id}, 'gateway', ${job.id}, 'failed', ${`webhook:${MADE_UP}`}, 't', '{}')`.execute(db);
  }
  await endNotification(db, notification, { state: 'given_up', error: 'away' });
  await sql`insert into event_relay (name, mark) values ('nats', '1-1-0')`.execute(db);
  await recordRound(db, { durationMs: 250, failed: false });
  await addMetricCounts(
    db,
    new Map([
      ['housekeeper.clocks', 2],
      ['housekeeper_rounds', 1],
      ['lock_timeouts', 4],
    ]),
  );
}

async function scrape(from: RunningWeb = web, headers: Record<string, string> = auth) {
  const answer = await from.get('/metrics', headers);
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return { text, series: parseExposition(text), type: answer.headers.get('content-type') };
}

describe('The metrics of the commands document', () => {
  it('are there under its names with its labels, of all faces together [M-072..M-076]', async () => {
    const { text, series, type } = await scrape();
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    const interval = (status: string) => ({ schedule_type: 'interval', status });
    expect(valueOf(series, 'schedules_total', { type: 'interval', status: 'active' })).toBe(1);
    expect(valueOf(series, 'schedules_total', { type: 'interval', status: 'disabled' })).toBe(1);
    expect(valueOf(series, 'schedule_executions_total', interval('succeeded'))).toBe(2);
    expect(valueOf(series, 'schedule_executions_total', interval('failed'))).toBe(1);
    expect(valueOf(series, 'schedule_misfires_total')).toBe(2);
    expect(valueOf(series, 'distributed_locks_acquired_total')).toBe(4);
    expect(valueOf(series, 'schedule_execution_duration_seconds_count')).toBe(3);
    expect(valueOf(series, 'schedule_execution_duration_seconds_sum')).toBe(4.5);
    const bucket = (le: string) => valueOf(series, 'schedule_execution_duration_seconds_bucket', { le });
    expect([bucket('1.024'), bucket('2.048'), bucket('+Inf')]).toEqual([0, 3, 3]);
    expect(Object.fromEntries(familiesOf(text))).toMatchObject({
      schedules_total: 'gauge',
      schedule_executions_total: 'counter',
      schedule_execution_duration_seconds: 'histogram',
      schedule_misfires_total: 'counter',
      distributed_locks_acquired_total: 'counter',
    });
  });

  it('have every series before anything happens, so that a first failure is an increase', async () => {
    const { series } = await scrape();
    const types = new Set(series.filter(({ name }) => name === 'schedules_total').map(({ labels }) => labels['type']));
    expect(types.size).toBe(SCHEDULE_KIND_NAMES.length);
    expect(types).toContain('one_time');
    expect(valueOf(series, 'schedule_executions_total', { schedule_type: 'cron', status: 'timed_out' })).toBe(0);
  });
});

describe('Beside them', () => {
  it('stand lateness, queue, slots, the housekeeper, notifications and the lag of events', async () => {
    const { series } = await scrape();
    const value = (name: string, labels = {}) => valueOf(series, name, labels);
    expect(value('almanac_lateness_seconds_bucket', { le: '0.064' })).toBe(3);
    expect(value('almanac_lateness_seconds_bucket', { le: '0.032' })).toBe(0);
    expect(value('almanac_executions_live', { state: 'running' })).toBe(1);
    expect(value('almanac_executions_live', { state: 'queued' })).toBe(0);
    expect(value('almanac_executions_oldest_seconds', { state: 'running' })).toBeGreaterThanOrEqual(0);
    expect(value('almanac_worker_slots', { state: 'used' })).toBe(3);
    expect(value('almanac_worker_slots', { state: 'available' })).toBe(7);
    expect(value('almanac_instances', { role: 'worker' })).toBe(1);
    expect(value('almanac_housekeeper_repaired_total', { work: 'clocks' })).toBe(2);
    expect(value('almanac_housekeeper_duration_seconds')).toBe(0.25);
    expect(value('almanac_housekeeper_last_run_timestamp_seconds')).toBeGreaterThan(1_700_000_000);
    expect(value('almanac_notifications_pending')).toBe(1);
    expect(value('almanac_notifications_given_up_total')).toBe(1);
    expect(value('almanac_lock_timeouts_total')).toBe(4);
    expect(value('almanac_event_lag_notices', { relay: 'nats' })).toBeGreaterThan(0);
    expect(value('almanac_event_lag_seconds', { relay: 'nats' })).toBeGreaterThan(0);
    expect(value('almanac_dependency_up', { dependency: 'database' })).toBe(1);
    expect(value('process_start_time_seconds')).toBeGreaterThan(0);
  });

  it('stand requests by the template of their route; paths that are nobody’s make one series', async () => {
    await web.get(`/gateway/api/v1/scheduler/things/${MADE_UP}`);
    await web.get(`/api/v1/scheduler/things/${randomUUID()}`);
    for (let i = 0; i < 5; i += 1) await web.get(`/${MADE_UP}/${randomUUID()}`, auth);
    await web.get('/live');
    const { series } = await scrape();
    const count = (labels: Record<string, string>) =>
      valueOf(series, 'almanac_http_requests_total', { method: 'GET', ...labels });
    const things = { face: 'gateway', route: '/api/v1/scheduler/things/{id}' };
    expect(count({ ...things, status: '4xx' })).toBe(2);
    expect(count({ face: 'service', route: '/live', status: '2xx' })).toBe(1);
    const strange = series.filter(
      ({ name, labels }) => name === 'almanac_http_requests_total' && labels['route'] === 'unmatched',
    );
    expect(strange.map(({ value }) => value)).toEqual([5]);
    expect(valueOf(series, 'almanac_http_request_duration_seconds_count', { face: 'gateway', method: 'GET' })).toBe(2);
  });
});

describe('Rules and dashboard', () => {
  /** Names of metrics in PromQL: what is no function, keyword, label or text. */
  const namesIn = (text: string) =>
    new Set(
      text.match(/\b(?:almanac|schedules?|distributed|process|nodejs)_\w+/g)?.filter((name) => !OF_OURS.has(name)),
    );
  const OF_OURS = new Set(['schedule_type']);

  it.each(['monitoring/prometheus/rules.yml', 'monitoring/grafana/dashboards/almanac.json'])(
    '%s asks for metrics that exist, each by its name and with labels that it has',
    async (place) => {
      const { series } = await scrape();
      const known = new Set(series.map(({ name }) => name));
      const asked = namesIn(textOf(place));
      expect(asked.size).toBeGreaterThan(5);
      expect([...asked].filter((name) => !known.has(name))).toEqual(
        STATEMENTS_COME_WITH_FIRES.filter((name) => asked.has(name)),
      );
    },
  );

  it('ask for values of labels that occur', async () => {
    const { series } = await scrape();
    const texts = ['monitoring/prometheus/rules.yml', 'monitoring/grafana/dashboards/almanac.json']
      .map(textOf)
      .join('\n');
    const selectors = [...texts.replaceAll('\\"', '"').matchAll(/(\w+)\{(\w+)=~?"([\w|]+)"\}/g)];
    expect(selectors.length).toBeGreaterThan(8);
    for (const [, name = '', label = '', values = ''] of selectors) {
      const occurring = series.filter((one) => one.name === name).map(({ labels }) => labels[label]);
      if (name === 'almanac_dependency_up') occurring.push('nats');
      expect({ name, label, occurring }).toEqual({
        name,
        label,
        occurring: expect.arrayContaining(values.split('|')) as unknown,
      });
    }
  });
});

describe('The answer', () => {
  it('holds nothing that a user made up, and labels of a closed list only', async () => {
    await web.get(`/${MADE_UP}`);
    await web.post(`/gateway/api/v1/scheduler/things`, { name: MADE_UP }, { 'x-created-by': MADE_UP });
    const { text, series } = await scrape();
    expect(text).not.toContain(MADE_UP);
    const labels = new Set(
      series
        .filter(({ name }) => /^(almanac|schedule|distributed)/.test(name))
        .flatMap((one) => Object.keys(one.labels)),
    );
    expect([...labels].sort()).toEqual([
      'dependency',
      'face',
      'le',
      'method',
      'relay',
      'role',
      'route',
      'schedule_type',
      'state',
      'status',
      'type',
      'work',
    ]);
  });

  it('is the same from every replica and after a restart, as far as it tells of the service', async () => {
    const other = await startWeb({ databaseUrl: verbs.database.url, metricsToken: TOKEN });
    await foldTotals(verbs.db);
    const shared = ({ text }: { text: string }) =>
      text
        .split('\n')
        .filter((line) =>
          /^(schedule|distributed|almanac_(lateness|housekeeper|notifications|executions_live))/.test(line),
        );
    const [here, there] = [shared(await scrape()), shared(await scrape(other))];
    expect(here.length).toBeGreaterThan(150);
    expect(there).toEqual(here);
    await other.stop();
    const restarted = await startWeb({ databaseUrl: verbs.database.url, metricsToken: TOKEN });
    expect(shared(await scrape(restarted))).toEqual(here);
    await restarted.stop();
  });

  it('says that the database is away, and what the process itself knows', async () => {
    const alone = await startWeb({ databaseUrl: verbs.database.url, metricsToken: TOKEN });
    expect((await alone.get('/ready')).status).toBe(200);
    await alone.db.destroy();
    const { series } = await scrape(alone);
    expect(valueOf(series, 'almanac_dependency_up', { dependency: 'database' })).toBe(0);
    expect(valueOf(series, 'schedule_misfires_total')).toBeUndefined();
    expect(valueOf(series, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    await alone.stop();
  });

  it('is what promtool takes, which knows better names for none but one of the document', async (context) => {
    const promtool = needsProgram(context, 'promtool', 'apt-get install prometheus');
    const { text } = await scrape();
    const verdict = () => execFileSync(promtool, ['check', 'metrics'], { input: text, stdio: 'pipe' });
    expect(verdict).toThrow(/schedules_total non-counter metrics should not have "_total" suffix\n$/);
  });
});
