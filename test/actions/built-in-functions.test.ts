import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJob } from '../../api/verbs/get-job.ts';
import { sql } from '../../db/connect.ts';
import type { Job } from '../../domain/job.ts';
import { addExecution } from '../support/executions.ts';
import { openVerbs, type TestVerbs } from '../support/verbs.ts';
import { acting, failureOf } from './acting.ts';

const DAY_MS = 86_400_000;

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const call = (key: string, payload: object = {}) => ({ type: 'function', function: key, payload });

describe('built-in functions', () => {
  it('health_check looks at what is asked for, and fails as the action does', async () => {
    const probe = (part: 'services' | 'network', verdict: 'ok' | 'failed') =>
      ({ name: part, part, look: async () => ({ verdict, detail: 'seen' }) }) as const;
    const probes = [probe('services', 'ok'), probe('network', 'failed')];
    const lenient = acting(call('health_check', { check_network: false }), { probes });
    expect((await lenient.result).message).toBe('All 1 checks passed');
    expect(await failureOf(acting(call('health_check'), { probes }))).toMatchObject({ type: 'Unhealthy' });
  });

  it('cleanup_history deletes old ended executions of its own face alone, and keeps statistics', async () => {
    const now = verbs.now;
    const mine = await verbs.createJob();
    const others = await otherFaceJob();
    const ago = (job: Job, days: number, state: 'succeeded' | 'running') =>
      addExecution(verbs.db, job, { id: verbs.ctx.ids.next(), dueAt: now - days * DAY_MS, state, durationMs: 10 });
    await ago(mine, 9, 'succeeded');
    await ago(mine, 8, 'succeeded');
    await ago(mine, 8.5, 'running');
    await ago(mine, 6, 'succeeded');
    await ago(others, 9, 'succeeded');
    const world = { db: verbs.db, now: () => now };
    const acted = acting(call('cleanup_history', { retention_days: 7 }), world, { run: { jobId: mine.id } });
    expect(await acted.result).toMatchObject({
      message: 'Cleaned up 2 execution records older than 7 days',
      data: { deleted_count: 2, retention_days: 7 },
    });
    const { rows } = await sql<{ job_id: string; state: string }>`select job_id, state from execution`.execute(
      verbs.db,
    );
    expect(rows.map((row) => [row.job_id === mine.id ? 'mine' : 'other', row.state]).sort()).toEqual([
      ['mine', 'running'],
      ['mine', 'succeeded'],
      ['other', 'succeeded'],
    ]);
    const { total } = (await getJob(verbs.ctx, { id: mine.id })).statistics;
    expect(total).toBe(3);
  });
});

async function otherFaceJob(): Promise<Job> {
  const job = await verbs.createJob();
  await sql`update job set face = 'tasks' where id = ${job.id}`.execute(verbs.db);
  return { ...job, face: 'tasks' };
}
