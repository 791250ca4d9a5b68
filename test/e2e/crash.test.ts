import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { until } from '../support/until.ts';

interface Created {
  readonly job_id: string;
}
interface Fires {
  readonly due: number;
  readonly rows: number;
}

const almanac = await RunningAlmanac.create();
const intervals = new Map<string, number>();
let pausedJob = '';

async function create(name: string, intervalSeconds: number): Promise<string> {
  const answer = await almanac.call<Created>('POST', '/api/v1/scheduler/jobs/interval', {
    name,
    interval_seconds: intervalSeconds,
    action: { type: 'publish', topic: `e2e/${name}`, payload: '{"now": "${NOW}", "execution": "${EXECUTION_ID}"}' },
  });
  expect(answer.status).toBe(201);
  return answer.body.job_id;
}

const UUID_OF = `select id from job where face = 'gateway' and number = $1`;

async function uuidOf(jobId: string): Promise<string> {
  const [row] = await almanac.query<{ id: string }>(UUID_OF, [Number(jobId.replace('job_', ''))]);
  return row?.id ?? '';
}

/** Nominal times of a job in the ledger, in seconds, with how many rows each has. */
async function firesOf(jobId: string): Promise<Fires[]> {
  return almanac.query<Fires>(
    `select extract(epoch from due_at)::int as due, count(*)::int as rows from execution
     where job_id = $1 and trigger = 'scheduled' group by 1 order by 1`,
    [await uuidOf(jobId)],
  );
}

async function latestDue(): Promise<number> {
  const [row] = await almanac.query<{ due: number }>(
    `select coalesce(max(extract(epoch from due_at)), 0)::int as due from execution where state = 'succeeded'`,
  );
  return row?.due ?? 0;
}

/**
 * Every job has run after `since`, and what was due before is there and has ended: a clock does not wait for a fire that
 * was lost with its worker, so that later ones may come first.
 */
async function firesAgainAfter(since: number): Promise<void> {
  const again = async () => {
    const [row] = await almanac.query<{ jobs: number; live: number }>(
      `select count(distinct job_id) filter (where state = 'succeeded' and due_at > to_timestamp($1))::int as jobs,
         count(*) filter (where state in ('queued', 'waiting', 'running') and due_at <= to_timestamp($1))::int as live
       from execution`,
      [since],
    );
    return (row?.jobs ?? 0) >= intervals.size && row?.live === 0 && (await absentUntil(since)).length === 0;
  };
  await until(`every job ran after ${since}, and what had begun has ended`, again, 150_000);
}

/** Nominal times from each job's first one until `last` without an execution. */
async function absentUntil(last: number): Promise<string[]> {
  const absent: string[] = [];
  for (const [jobId, every] of intervals) {
    const there = new Set((await firesOf(jobId)).map(({ due }) => due));
    for (let due = Math.min(...there); due <= last; due += every) if (!there.has(due)) absent.push(`${jobId} ${due}`);
  }
  return absent;
}

async function expectWholeLedger(until: number): Promise<void> {
  expect(await absentUntil(until), 'nominal times without an execution').toEqual([]);
  for (const jobId of intervals.keys()) {
    const twice = (await firesOf(jobId)).filter(({ rows }) => rows !== 1);
    expect(twice, `nominal times of ${jobId} with two executions`).toEqual([]);
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

describe('whatever is killed, every nominal time ends as exactly one execution', () => {
  beforeAll(async () => {
    await almanac.start();
    for (let i = 0; i < 20; i += 1) {
      const every = 1 + (i % 2);
      intervals.set(await create(`steady-${i}`, every), every);
    }
    pausedJob = await create('paused', 1);
    await firesAgainAfter(nowSeconds());
  }, 300_000);

  afterAll(() => almanac.stop());

  it('the whole process tree: jobs are kept, what fell due meanwhile is accounted for, and a paused job stays silent [M-017]', async () => {
    const answer = await almanac.call('POST', `/api/v1/scheduler/jobs/${pausedJob}/toggle`, { enabled: false });
    expect(answer.status).toBe(200);
    const pausedAt = nowSeconds();
    await almanac.killEverything();
    await almanac.start();
    const since = nowSeconds();
    await firesAgainAfter(since);
    await expectWholeLedger(since);
    const after = (await firesOf(pausedJob)).filter((fire) => fire.due > pausedAt + 1);
    expect(after).toEqual([]);
  }, 500_000);

  it.each(['service', 'temporal', 'postgres', 'mqtt'])(
    '%s alone: the start brings it back and nothing is lost',
    async (part) => {
      const before = await latestDue();
      expect(before).toBeGreaterThan(0);
      almanac.killPart(part);
      await until('the database answers', () => almanac.query('select 1'));
      const since = nowSeconds();
      await firesAgainAfter(since);
      await expectWholeLedger(since);
    },
    500_000,
  );
});
