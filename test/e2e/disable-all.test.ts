import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { until } from '../support/until.ts';

const BASE = '/api/v1/scheduler';
const almanac = await RunningAlmanac.create();
beforeAll(() => almanac.start(), 300_000);
afterAll(() => almanac.stop());

interface Job {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly status: string;
}

const create = async (name: string, enabled = true): Promise<string> => {
  const action = { type: 'log', message: name };
  const body = { name, type: 'interval', schedule: { interval_seconds: 1 }, enabled, action };
  return (await almanac.call<{ job_id: string }>('POST', `${BASE}/jobs`, body)).body.job_id;
};
const jobs = async () => (await almanac.call<{ jobs: Job[] }>('GET', `${BASE}/jobs`)).body.jobs;
const enabled = async () => (await jobs()).filter((job) => job.enabled).map(({ name }) => name);
const lastFire = async (name: string) => {
  const [row] = await almanac.query<{ due: number | null }>(
    `select max(extract(epoch from e.due_at))::int as due from execution e join job j on j.id = e.job_id
     where j.name = $1 and e.state = 'succeeded'`,
    [name],
  );
  return row?.due ?? 0;
};

it('all disabled for a minute, everything killed: the timer brings back its own jobs alone [G-286, G-361]', async () => {
  for (const name of ['first', 'second', 'by hand']) await create(name);
  const off = await create('off before', false);
  await until('the jobs fire', async () => (await lastFire('second')) > 0);
  const done = await almanac.call('POST', `${BASE}/jobs/disable/all`, { reason: 'restart', duration_minutes: 1 });
  expect(done.body).toMatchObject({ success: true, disabled_count: 3 });
  // Someone disables one of them on purpose meanwhile: it is no longer the bulk's to enable.
  const [, , third] = await jobs();
  await almanac.call('POST', `${BASE}/jobs/${third?.id}/toggle`, { enabled: false, reason: 'by hand' });
  const before = await jobs();
  const lastBefore = await lastFire('first');
  await almanac.killEverything();
  await almanac.start();
  expect((await jobs()).map(({ id, name }) => [id, name])).toEqual(before.map(({ id, name }) => [id, name]));

  const back = async () => (await enabled()).length >= 2 && (await enabled());
  expect(await until('the timer has enabled them', back, 150_000)).toEqual(['first', 'second']);
  await until('they fire again', async () => (await lastFire('first')) > lastBefore, 90_000);
  expect(await almanac.call('GET', `${BASE}/jobs/${off}`)).toMatchObject({ body: { job: { enabled: false } } });
  const [resumed] = await almanac.query<{ after_ms: number }>(
    `select (extract(epoch from min(r.at) - b.resume_at) * 1000)::int as after_ms from bulk b, job_revision r, job j
     where b.kind = 'disable' and r.job_id = j.id and j.name = 'first' and r.at > b.at and r.spec ->> 'enabled' = 'true'
     group by b.resume_at`,
  );
  expect(resumed?.after_ms, 'not before its time').toBeGreaterThanOrEqual(0);
}, 600_000);
