import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { inTransaction, sql } from '../../db/connect.ts';
import { countEnds, type Ended } from '../../db/queries/ends.ts';
import type { Job } from '../../domain/job.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import { needsProgram } from '../support/needs.ts';
import { openVerbs, TEST_NOW, type TestVerbs } from '../support/verbs.ts';
import { acting, failureOf } from './acting.ts';

const HOUR_MS = 3_600_000;
const NOW = TEST_NOW;

let verbs: TestVerbs;
let poll: Job;
let backup: Job;
beforeAll(async () => {
  verbs = await openVerbs();
  poll = await verbs.createJob({ name: 'Modbus <Poll> & "read"', tags: ['modbus'] });
  backup = await verbs.createJob({ name: '=cmd()', tags: ['nightly', 'modbus'] });
  await ended(poll, 'succeeded', NOW - 2 * HOUR_MS, { count: 90, durationMs: 100, latenessMs: 20 });
  await ended(poll, 'failed', NOW - 2 * HOUR_MS, { count: 8, durationMs: 900, latenessMs: 20 });
  await ended(poll, 'skipped', NOW - 2 * HOUR_MS, { count: 2, durationMs: null, latenessMs: null });
  await ended(poll, 'succeeded', NOW - 50 * HOUR_MS, { count: 10, durationMs: 100, latenessMs: 20 });
  await ended(backup, 'timed_out', NOW - 26 * HOUR_MS, { count: 1, durationMs: 30_000, latenessMs: 500 });
  await ended(backup, 'missed', NOW - 40 * 24 * HOUR_MS, { count: 5, durationMs: null, latenessMs: null });
});
afterAll(() => verbs.close());

async function ended(
  job: Job,
  state: Ended['state'],
  endedAt: number,
  of: { count: number; durationMs: number | null; latenessMs: number | null },
): Promise<void> {
  const { count, durationMs, latenessMs } = of;
  const one = {
    executionId: job.id,
    reason: null,
    jobId: job.id,
    face: job.face,
    kind: job.schedule.kind,
    state,
    dueAt: endedAt,
    startedAt: endedAt,
    endedAt,
    durationMs,
    latenessMs,
    error: null,
  };
  await inTransaction(verbs.db, (tx) =>
    countEnds(
      tx,
      Array.from({ length: count }, () => one),
    ),
  );
}

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'almanac-report-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

function report(more: object, given: Parameters<typeof acting>[2] = {}) {
  const world = { db: verbs.db, sandbox: openSandbox(root), now: () => NOW };
  return acting({ type: 'file', operation: 'generate_report', ...more }, world, given);
}
const written = (path: string) => readFileSync(join(root, path), 'utf8');

describe('generate_report [G-217, G-244, G-245]', () => {
  it('as JSON: totals, every step, every job', async () => {
    const result = await report({ format: 'json', time_range: '7d', path: 'all.json' }).result;
    expect(result.data).toEqual({ path: 'all.json', format: 'json', bytes: written('all.json').length });
    const made = JSON.parse(written('all.json'));
    expect(made).toMatchObject({ title: 'All jobs, the last 7d', unit: 'day', tags: null });
    expect(made.total).toMatchObject({
      executions: 111,
      succeeded: 100,
      failed: 8,
      timed_out: 1,
      skipped: 2,
      missed: 0,
      average_ms: Math.round((100 * 100 + 8 * 900 + 30_000) / 109),
    });
    expect(made.total.success_rate).toBeCloseTo(100 / 109);
    expect(made.total.p50_ms).toBeGreaterThan(85);
    expect(made.total.p50_ms).toBeLessThan(120);
    expect(made.total.late_p95_ms).toBeLessThan(25);
    expect(made.steps).toHaveLength(8);
    expect(made.steps.at(-1)).toMatchObject({ start: '2025-03-12T00:00:00.000Z', executions: 100 });
    expect(made.steps[0]).toMatchObject({ executions: 0, success_rate: null, p50_ms: null });
    expect(made.jobs.map((job: { name: string; executions: number }) => [job.name, job.executions])).toEqual([
      [poll.name, 110],
      [backup.name, 1],
    ]);
  });

  it('of the last day by the hour, of the last 90 days with what is older', async () => {
    await report({ format: 'json', time_range: '24h', path: 'day.json' }).result;
    expect(JSON.parse(written('day.json'))).toMatchObject({ unit: 'hour', total: { executions: 100, timed_out: 0 } });
    await report({ format: 'json', time_range: '90d', path: 'quarter.json' }).result;
    expect(JSON.parse(written('quarter.json'))).toMatchObject({ total: { executions: 116, missed: 5 } });
  });

  it('of jobs that have all the tags, with the lateness of their own runs', async () => {
    await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, started_at, job_revision)
      values (${poll.id}, ${backup.id}, 'gateway', 'scheduled', ${new Date(NOW - HOUR_MS)}, 0, 'timed_out',
        ${new Date(NOW - HOUR_MS + 500)}, 1)`.execute(verbs.db);
    await report({ format: 'json', tags: ['nightly', 'modbus'], path: 'tags.json' }).result;
    const made = JSON.parse(written('tags.json'));
    expect(made).toMatchObject({ title: 'Jobs tagged nightly, modbus, the last 7d', total: { executions: 1 } });
    expect(made.jobs.map((job: { name: string }) => job.name)).toEqual([backup.name]);
    expect(made.total.late_p50_ms).toBeGreaterThan(400);
    expect(made.total.late_p50_ms).toBeLessThan(600);
    await report({ format: 'json', tags: ['modbus', 'none'], path: 'none.json' }).result;
    expect(JSON.parse(written('none.json'))).toMatchObject({ total: { executions: 0 }, jobs: [] });
  });

  it('shows no face the jobs of another', async () => {
    await report({ format: 'json', path: 'other.json' }, { run: { face: 'console' } }).result;
    expect(JSON.parse(written('other.json'))).toMatchObject({ total: { executions: 0 }, jobs: [] });
  });

  it('as CSV: a row for each job and day, safe in a spreadsheet', async () => {
    await report({ format: 'csv', path: 'all.csv' }).result;
    const lines = written('all.csv').split('\r\n');
    expect(lines[0]).toMatch(/^start,job_id,job_name,executions,succeeded/);
    expect(lines).toHaveLength(5);
    const start = `2025-03-10T00:00:00.000Z,${poll.id},"Modbus <Poll> & ""read""",10,10,0,0,0,0,0,1,100,`;
    expect(lines.filter((line) => line.startsWith(start))).toHaveLength(1);
    expect(lines.find((line) => line.includes(backup.id))).toContain(`,'=cmd(),1,0,0,1,0,0,0,0,30000,`);
  });

  it('writes to the same place when it is tried again, named after the job and its time', async () => {
    await report({}).result;
    await report({}).result;
    expect(readdirSync(join(root, 'reports'))).toEqual(['weekly-report-2025-03-12T09-00-00Z.html']);
  });

  it('refuses a path that variables lead out of the sandbox [G-355]', async () => {
    const acted = report({ path: 'reports/${NAME}.html' }, { parameters: { NAME: '../../evil' } });
    expect(await failureOf(acted)).toMatchObject({ type: 'SandboxRefused', retryable: false });
    expect(readdirSync(root)).toEqual([]);
  });

  it('stops when it is cancelled, and leaves nothing', async () => {
    const acted = report({});
    acted.stop.abort(new Error('cancelled'));
    await expect(acted.result).rejects.toThrow('cancelled');
    const files = readdirSync(root, { recursive: true }).filter((name) => String(name).includes('.'));
    expect(files).toEqual([]);
  });

  it('as HTML: a page that a browser shows in light and dark, and that asks nobody for anything', async (context) => {
    const executablePath = needsProgram(context, 'chromium', 'apt-get install chromium');
    await report({ path: 'all.html' }).result;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const asked: string[] = [];
    const wrong: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    const url = pathToFileURL(join(root, 'all.html')).href;
    await page.goto(url);
    expect(asked).toEqual([url]);
    expect(wrong).toEqual([]);
    expect(await page.locator('h1').innerText()).toBe('All jobs, the last 7d');
    expect(await page.locator('section h2').allInnerTexts()).toEqual([
      'Executions by day',
      'Success rate',
      'Durations',
      'Lateness',
      'Jobs',
    ]);
    expect(await page.locator('svg').count()).toBe(4);
    expect(await page.locator('svg').first().locator('rect.bad').count()).toBe(1);
    expect(await page.locator('tbody td:first-child').allInnerTexts()).toEqual([poll.name, backup.name]);
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
  });
});
