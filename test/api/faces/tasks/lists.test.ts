import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import { addExecution } from '../../../support/executions.ts';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';

let tasks: TestTasks;
const ids: Record<string, string> = {};
beforeAll(async () => {
  tasks = await startTasks();
  const once = { task_type: 'one_time', schedule_expression: '2025-03-12T15:11:00Z' };
  ids['high'] = await tasks.create({ priority: 'high', tags: { team: 'analytics', env: 'production' } });
  ids['medium'] = await tasks.create({ tags: { team: 'analytics' } });
  ids['low'] = await tasks.create({ priority: 'low', tags: { team: 'ops', env: 'production' } });
  ids['manual'] = await tasks.create({ task_type: 'manual', schedule_expression: undefined });
  ids['paused'] = await tasks.create({ priority: 'high' });
  await tasks.call('POST', `/tasks/${ids['paused']}/pause`);
  ids['disabled'] = await tasks.create({ enabled: false });
  ids['completed'] = await tasks.create(once);
  ids['running'] = await tasks.create(once);
  ids['gone'] = await tasks.create();
  await tasks.call('DELETE', `/tasks/${ids['gone']}`);
  await tasks.createJob();
  // What a clock does when the one fire of a job is claimed.
  const dueAt = Date.parse('2025-03-12T15:11:00Z');
  for (const name of ['completed', 'running']) {
    const job = await tasks.jobOf(ids[name] ?? '');
    const state = name === 'running' ? 'running' : 'succeeded';
    const end = state === 'succeeded' ? { durationMs: 5 } : {};
    await addExecution(tasks.db, job, { id: tasks.ctx.ids.next(), dueAt, state, ...end });
    await sql`update job_state set clock_id = null, accounted_until = ${new Date(dueAt)} where job_id = ${job.id}`.execute(
      tasks.db,
    );
  }
  tasks.now = dueAt + 30_000;
});
afterAll(() => tasks.stop());

async function namesOf(query: string): Promise<{ names: (string | undefined)[]; total: unknown }> {
  const { status, body } = await tasks.call('GET', `/tasks${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  const found = (body['tasks'] as { task_id: string }[]).map(({ task_id: id }) =>
    Object.keys(ids).find((name) => ids[name] === id),
  );
  return { names: found, total: body['total'] };
}

describe('the list of tasks', () => {
  it('is as documented, in the order of creation [T-037, T-042..T-048]', async () => {
    const { status, body, headers } = await tasks.call('GET', '/tasks?limit=1');
    expect([status, body]).toEqual([
      200,
      {
        tasks: [
          {
            task_id: ids['high'],
            task_name: 'daily_report',
            status: 'scheduled',
            next_execution_time: '2025-03-13T00:00:00Z',
            task_type: 'cron',
            priority: 'high',
            tags: { team: 'analytics', env: 'production' },
            last_execution_time: null,
            created_at: '2025-03-12T15:10:00Z',
          },
        ],
        total: 8,
        limit: 1,
        offset: 0,
      },
    ]);
    expect(headers.get('link')).toContain('rel="next"');
  });

  it.each([
    ['', ['high', 'medium', 'low', 'manual', 'paused', 'disabled', 'completed', 'running']],
    ['?status=scheduled', ['high', 'medium', 'low', 'manual']],
    ['?status=paused', ['paused']],
    ['?status=disabled', ['disabled']],
    ['?status=completed', ['completed']],
    ['?status=running', ['running']],
    ['?priority=high', ['high', 'paused']],
    ['?priority=low', ['low']],
    ['?status=scheduled&priority=high', ['high']],
    ['?status=completed&priority=high', []],
    ['?tags=team:analytics', ['high', 'medium']],
    ['?tags=team=analytics,env:production', ['high']],
    ['?tags=env:production&status=scheduled', ['high', 'low']],
    ['?tags=env:staging', []],
  ])('%s holds %j, and counts them [T-038, T-039]', async (query, expected) => {
    expect(await namesOf(query)).toEqual({ names: expected, total: expected.length });
  });

  it('shows of each the status that it is listed under', async () => {
    for (const status of ['scheduled', 'running', 'completed', 'paused', 'disabled']) {
      const { body } = await tasks.call('GET', `/tasks?status=${status}`);
      for (const task of body['tasks'] as { status: string; task_id: string }[]) {
        expect(task.status).toBe(status);
        expect((await tasks.call('GET', `/tasks/${task.task_id}`)).body['status']).toBe(status);
      }
    }
  });

  it('comes in pages [T-040, T-041, T-047, T-048]', async () => {
    const { body } = await tasks.call('GET', '/tasks');
    expect([body['limit'], body['offset']]).toEqual([20, 0]);
    for (const filter of ['', '&status=scheduled']) {
      const pages = await Promise.all([0, 2, 4].map((offset) => namesOf(`?limit=2&offset=${offset}${filter}`)));
      const whole = await namesOf(filter.replace('&', '?'));
      expect(pages.flatMap(({ names }) => names)).toEqual(whole.names.slice(0, 6));
    }
  });
});
