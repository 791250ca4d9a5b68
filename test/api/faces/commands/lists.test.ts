import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import { idsIn, startCommands, type TestCommands } from '../../../support/commands.ts';
import { addExecution } from '../../../support/executions.ts';

let commands: TestCommands;
const ids: Record<string, string> = {};
const DUE = Date.parse('2025-03-12T15:11:00Z');

beforeAll(async () => {
  commands = await startCommands();
  const once = { schedule_type: 'one_time', run_at: '2025-03-12T15:11:00Z' };
  ids['mail'] = await commands.create({ tags: ['email', 'daily'] }, { 'X-Created-By': 'billing' });
  ids['beat'] = await commands.create({
    schedule_type: 'interval',
    interval_seconds: 60,
    target_command: 'cmd.beat',
    tags: ['email'],
  });
  ids['hook'] = await commands.create({
    schedule_type: 'manual',
    target_command: undefined,
    webhook: { url: 'https://example.com' },
  });
  ids['paused'] = await commands.create();
  await commands.call('POST', `/schedules/${ids['paused']}/pause`);
  ids['disabled'] = await commands.create({ enabled: false });
  ids['completed'] = await commands.create(once);
  ids['running'] = await commands.create(once);
  ids['gone'] = await commands.create();
  await commands.call('DELETE', `/schedules/${ids['gone']}`);
  await commands.createJob();
  // What a clock does when the one fire of a job is claimed, and when it has planned the next one.
  for (const name of ['completed', 'running']) {
    const job = await commands.jobOf(ids[name] ?? '');
    const state = name === 'running' ? 'running' : 'succeeded';
    const end = state === 'succeeded' ? { durationMs: 5 } : {};
    await addExecution(commands.db, job, { id: commands.ctx.ids.next(), dueAt: DUE, state, ...end });
    await sql`update job_state set clock_id = null, accounted_until = ${new Date(DUE)} where job_id = ${job.id}`.execute(
      commands.db,
    );
  }
  for (const [name, at] of [
    ['mail', '2025-03-13T00:00:00Z'],
    ['beat', '2025-03-12T15:12:00Z'],
  ] as const) {
    await sql`update job_state set next_due = ${at} where job_id = ${ids[name]}`.execute(commands.db);
  }
  commands.now = DUE + 30_000;
});
afterAll(() => commands.stop());

async function namesOf(query: string): Promise<{ names: (string | undefined)[]; total: unknown }> {
  const answer = await commands.call('GET', `/schedules${query}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const found = idsIn(answer);
  return { names: found.map((id) => Object.keys(ids).find((name) => ids[name] === id)), total: answer.body['total'] };
}

describe('a list of schedules [M-022]', () => {
  it('holds those of the face that were not deleted, in the order of their creation, in pages', async () => {
    const all = ['mail', 'beat', 'hook', 'paused', 'disabled', 'completed', 'running'];
    expect(await namesOf('')).toEqual({ names: all, total: 7 });
    const page = await commands.call('GET', '/schedules?limit=2&offset=2');
    expect(page.body).toMatchObject({ total: 7, limit: 2, offset: 2 });
    expect(idsIn(page)).toEqual([ids['hook'], ids['paused']]);
    expect(page.headers.get('link')).toContain('offset=4>; rel="next"');
  });

  it.each<[string, string[]]>([
    ['?status=active', ['mail', 'beat', 'hook', 'running']],
    ['?status=paused', ['paused']],
    ['?status=disabled', ['disabled']],
    ['?status=completed', ['completed']],
    ['?schedule_type=interval', ['beat']],
    ['?type=one-time', ['completed', 'running']],
    ['?status=active&schedule_type=one_time', ['running']],
    ['?created_by=billing', ['mail']],
    ['?target_command=cmd.beat', ['beat']],
    ['?target_command=cmd.nobody', []],
    ['?next_run_before=2025-03-12T16:00:00Z', ['beat']],
    ['?next_run_after=2025-03-12T16:00:00Z', ['mail']],
    ['?next_run_after=2025-03-12T15:12:00Z&next_run_before=2025-03-13T00:00:00Z', ['beat']],
  ])('fits the filter %s', async (query, names) => {
    expect(await namesOf(query)).toEqual({ names, total: names.length });
  });

  it.each<[string, string[]]>([
    ['?tag=email', ['mail', 'beat']],
    ['?tags=email,daily', ['mail']],
    ['?tag=email&status=active&created_by=admin', ['beat']],
  ])('fits the tags of %s [M-014]', async (query, names) => {
    expect(await namesOf(query)).toEqual({ names, total: names.length });
  });

  it.each([
    ['?status=nothing', 'status'],
    ['?next_run_after=soon', 'next_run_after'],
    ['?creator=x', 'creator'],
    ['?type=cron&schedule_type=cron', 'type'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await commands.call('GET', `/schedules${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({ code: 'INVALID_INPUT', detail: expect.stringContaining(path) });
  });
});
