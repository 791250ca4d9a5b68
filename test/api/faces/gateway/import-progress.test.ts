import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../../../db/connect.ts';
import { insertBulk, unfinishedBulks } from '../../../../db/queries/bulks.ts';
import { beginImport, holdImport } from '../../../../db/queries/imports.ts';
import { countJobsExclusively } from '../../../../db/queries/job-writes.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { until } from '../../../support/until.ts';
import { rowCounts } from '../../../support/verbs.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({ maxJobs: 0 });
});
afterEach(() => gateway.stop());

type Line = Record<string, unknown>;

const job = (n: number, action: object = { type: 'log', message: 'x' }) => ({
  name: `job ${n}`,
  type: 'interval',
  schedule: { interval_seconds: 60 + (n % 500), jitter_percentage: n % 100 },
  action,
});
const jobs = (count: number) => Array.from({ length: count }, (_, n) => job(n));
const standing = async (id: unknown) => (await gateway.call('GET', `/jobs/import/${String(id)}`)).body;

/** The lines of a streamed import, one by one as they arrive. */
async function* streamed(config: object[], to = gateway): AsyncGenerator<Line, void> {
  const response = await fetch(`${to.url}/api/v1/scheduler/jobs/import`, {
    method: 'POST',
    headers: { Authorization: 'Bearer admin', 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
    body: JSON.stringify({ config: { jobs: config } }),
  });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  let rest = '';
  for await (const piece of response.body ?? []) {
    const lines = (rest + Buffer.from(piece as Uint8Array).toString()).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.map((line) => JSON.parse(line) as Line);
  }
}

describe('an import of ten thousand jobs', () => {
  it('tells line by line how far it is, and stores them all on as few clocks as can be', async () => {
    const lines: Line[] = [];
    for await (const line of streamed(jobs(10_000))) lines.push(line);
    const last = lines.pop();
    expect(last).toMatchObject({ success: true, processed: 10_000, imported: 10_000, skipped: 0, errors: 0 });
    const counts = lines.map((line) => line['processed_jobs'] as number);
    expect(counts[0]).toBe(0);
    expect(counts.at(-1)).toBe(10_000);
    expect(counts.length).toBeGreaterThan(10);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(lines.every((line) => line['import_id'] === last?.['import_id'] && line['total_jobs'] === 10_000)).toBe(
      true,
    );
    expect(await rowCounts(gateway.db)).toMatchObject({ job: 10_000, job_state: 10_000, clock: 100 });
    expect(await standing(last?.['import_id'])).toMatchObject({ status: 'completed', processed_jobs: 10_000 });
  });
});

describe('an import that is under way', () => {
  it('can be asked by its id, and nothing of it is seen before its end', async () => {
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    let held = () => undefined as void;
    const isHeld = new Promise<void>((resolve) => (held = resolve));
    const holding = inTransaction(gateway.database.another(), async (tx) => {
      await countJobsExclusively(tx, 'gateway');
      held();
      await released;
    });
    await isHeld;
    const lines = streamed(jobs(3));
    const first = await lines.next();
    const id = (first.value as Line)['import_id'];
    expect(id).toBe('import_20250312151000');
    expect(await standing(id)).toEqual({
      success: true,
      import_id: 'import_20250312151000',
      status: 'running',
      strategy: 'merge',
      dry_run: false,
      total_jobs: 3,
      processed_jobs: 0,
      imported: 0,
      skipped: 0,
      errors: 0,
      message: null,
      start_time: '2025-03-12T15:10:00Z',
      end_time: null,
      triggered_by: 'admin',
    });
    expect(await rowCounts(gateway.db)).toMatchObject({ job: 0 });
    expect(await unfinishedBulks(gateway.db, -3_600_000_000_000, 10)).toEqual([]);
    release();
    await holding;
    const rest: Line[] = [];
    for await (const line of lines) rest.push(line);
    expect(rest.at(-1)).toMatchObject({ success: true, imported: 3 });
    expect(await standing(id)).toMatchObject({ status: 'completed', processed_jobs: 3, imported: 3 });
  });

  it('goes on when its client does not wait for the end', async () => {
    const lines = streamed(jobs(2000));
    const first = await lines.next();
    await lines.return();
    const id = (first.value as Line)['import_id'];
    await until('the import has ended', async () => (await standing(id))['status'] === 'completed');
    expect(await rowCounts(gateway.db)).toMatchObject({ job: 2000 });
  });

  it('whose process is gone counts as interrupted, unless its lock is still held', async () => {
    const { db, now: at } = gateway;
    const id = await insertBulk(db, { kind: 'import', face: 'gateway', startedBy: 'admin', at });
    await beginImport(db, id, 10, { strategy: 'merge', dryRun: false });
    expect(await standing(id)).toMatchObject({ status: 'running' });
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await db.updateTable('bulk').set({ told_at: aMinuteAgo }).where('id', '=', id).execute();
    await inTransaction(gateway.database.another(), async (tx) => {
      await holdImport(tx, id);
      expect(await standing(id)).toMatchObject({ status: 'running' });
    });
    expect(await standing(id)).toMatchObject({ status: 'interrupted', end_time: null });
  });
});

describe('what became of an import', () => {
  it('is told of dry runs, of refused ones and of ones that failed', async () => {
    const dry = await gateway.call('POST', '/jobs/import', { dry_run: true, config: { jobs: jobs(2) } });
    expect(await standing(dry.body['import_id'])).toMatchObject({ status: 'completed', dry_run: true, imported: 2 });
    const refused = await gateway.call('POST', '/jobs/import', { config: { jobs: [job(1), { name: 7 }] } });
    expect(refused.status).toBe(400);
    expect(await standing(refused.body['import_id'])).toMatchObject({
      status: 'refused',
      imported: 0,
      errors: expect.any(Number) as number,
      message: expect.stringMatching(/^jobs\[1\]\./) as string,
    });
    expect(await rowCounts(gateway.db)).toMatchObject({ job: 0, clock: 0, audit: 0 });
    expect((await gateway.call('GET', '/jobs/import/import_1')).status).toBe(404);
  });

  it('stands in the last line, when it fails after its answer has begun', async () => {
    const bounded = await startGateway({ maxJobs: 1 });
    try {
      const lines: Line[] = [];
      for await (const line of streamed(jobs(2), bounded)) lines.push(line);
      expect(lines).toMatchObject([{ status: 'running' }, { success: false, code: 'MAX_JOBS_EXCEEDED' }]);
      const { body } = await bounded.call('GET', `/jobs/import/${String(lines[0]?.['import_id'])}`);
      expect(body).toMatchObject({ status: 'failed', message: expect.stringContaining('MAX_JOBS') as string });
    } finally {
      await bounded.stop();
    }
  });
});

describe('an import is refused', () => {
  const relay = (name: string) => ({ type: 'output', relay: name, value: 'on' });
  const faultsOf = (body: Line) => (body['error_details'] as { field: string; message: string }[]) ?? [];

  it('for a relay that is not there, by the place of the job, whether it is new or replaces one', async () => {
    await gateway.createJob({ name: 'job 1' });
    const config = { jobs: [job(0, relay('lights')), job(1, relay('nowhere')), job(2, relay('nowhere'))] };
    const { status, body } = await gateway.call('POST', '/jobs/import', { strategy: 'replace', config });
    expect(status).toBe(400);
    expect(faultsOf(body).map(({ field }) => field)).toEqual(['jobs[1].action', 'jobs[2].action']);
    expect(faultsOf(body)[0]?.message).toContain('there is no relay "nowhere"');
    expect(await rowCounts(gateway.db)).toMatchObject({ job: 1 });
  });

  it('for jobs that would switch one relay at one time, against each other and against those that stand', async () => {
    const at = (time: string, name: string) => ({ name, type: 'daily', schedule: { time }, action: relay('lights') });
    const two = await gateway.call('POST', '/jobs/import', { config: { jobs: [at('06:00', 'a'), at('06:00', 'b')] } });
    expect(faultsOf(two.body)).toMatchObject([
      { field: 'jobs[0].schedule', message: 'Schedule conflicts with existing job: b' },
      { field: 'jobs[1].schedule', message: 'Schedule conflicts with existing job: a' },
    ]);
    expect((await gateway.call('POST', '/jobs/import', { config: { jobs: [at('06:00', 'a')] } })).status).toBe(200);
    const more = await gateway.call('POST', '/jobs/import', { config: { jobs: [at('07:00', 'c'), at('06:00', 'b')] } });
    expect(faultsOf(more.body)).toMatchObject([{ field: 'jobs[1].schedule' }]);
  });
});
