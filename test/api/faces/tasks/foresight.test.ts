import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';

let tasks: TestTasks;
beforeAll(async () => {
  tasks = await startTasks();
});
afterAll(() => tasks.stop());

describe('a preview', () => {
  it('tells the next run times of a schedule, with what clock changes do to them, and stores nothing', async () => {
    const { status, body } = await tasks.call('POST', '/tasks/preview', {
      task_type: 'cron',
      schedule_expression: '30 2 * * *',
      timezone: 'Europe/Berlin',
      after: '2025-03-29T00:00:00Z',
      count: 2,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      task_id: null,
      timezone: 'Europe/Berlin',
      enabled: true,
      executions: [
        { time: '2025-03-29T01:30:00Z', clock_change: null, skipped: false },
        { time: '2025-03-30T01:00:00Z', clock_change: 'moved' },
      ],
    });
    expect((await tasks.call('GET', '/tasks')).body['total']).toBe(0);
  });

  it('takes a stored task, and changes of it; the zone is UTC where none is said', async () => {
    const id = await tasks.create();
    const stored = await tasks.call('POST', '/tasks/preview', { task_id: id, count: 1 });
    expect(stored.body).toMatchObject({ task_id: id, timezone: 'UTC', executions: [{ time: '2025-03-13T00:00:00Z' }] });
    const changed = await tasks.call('POST', '/tasks/preview', {
      task_id: id,
      schedule_expression: '0 6 * * *',
      count: 1,
    });
    expect(changed.body).toMatchObject({ executions: [{ time: '2025-03-13T06:00:00Z' }] });
    const interval = { task_type: 'interval', schedule_expression: '1h', timezone: 'Asia/Tokyo', count: 1 };
    expect((await tasks.call('POST', '/tasks/preview', interval)).body).toMatchObject({ timezone: 'Asia/Tokyo' });
  });

  it.each([
    [{}, 'task_type'],
    [{ task_type: 'cron', schedule_expression: 'x' }, 'schedule_expression'],
    [{ task_type: 'cron', schedule_expression: '* * * * *', count: 0 }, 'count'],
    [{ task_type: 'cron', schedule_expression: '* * * * *', after: 'soon' }, 'after'],
  ])('of %j is refused by its field', async (body, field) => {
    const answer = await tasks.call('POST', '/tasks/preview', body);
    expect([answer.status, answer.body]).toMatchObject([400, { error: { details: { fields: [{ field }] } } }]);
  });
});

describe('skipping the next', () => {
  it('tells which, and the task says so', async () => {
    const id = await tasks.create();
    const { status, body } = await tasks.call('POST', `/tasks/${id}/skip-next`, { reason: 'Holiday' });
    expect([status, body]).toEqual([
      200,
      {
        task_id: id,
        execution_id: expect.any(String) as string,
        skipped_execution_time: '2025-03-13T00:00:00Z',
        next_execution_time: '2025-03-14T00:00:00Z',
      },
    ]);
    expect((await tasks.call('GET', `/tasks/${id}`)).body['next_execution_time']).toBe('2025-03-14T00:00:00Z');
    const { body: why } = await tasks.call('GET', `/tasks/${id}/why?at=2025-03-13T00:00:00Z`);
    expect(why).toMatchObject({ task_id: id, verdict: 'will_be_skipped', executions: [{ status: 'skipped' }] });
  });
});

describe('a backfill', () => {
  it('lists past run times, and runs them', async () => {
    const id = await tasks.create();
    const range = { start: '2025-03-01', end: '2025-03-02' };
    const dry = await tasks.call('POST', `/tasks/${id}/backfill`, { ...range, dry_run: true });
    expect([dry.status, dry.body]).toMatchObject([
      200,
      {
        dry_run: true,
        group_id: null,
        total: 2,
        executions: [{ scheduled_at: '2025-03-01T00:00:00Z', execution_id: null, recorded_status: null }, {}],
      },
    ]);
    const { body } = await tasks.call('POST', `/tasks/${id}/backfill`, range);
    expect(body).toMatchObject({ task_id: id, dry_run: false, total: 2 });
    expect(tasks.engine.sequences.at(-1)?.runs.map(({ dueAt }) => new Date(dueAt).toISOString())).toEqual([
      '2025-03-01T00:00:00.000Z',
      '2025-03-02T00:00:00.000Z',
    ]);
  });
});

describe('why', () => {
  it('speaks of tasks', async () => {
    const id = await tasks.create();
    tasks.now += 1000;
    await tasks.call('POST', `/tasks/${id}/pause`, { reason: 'Maintenance' });
    tasks.now += 86_400_000;
    const { status, body } = await tasks.call('GET', `/tasks/${id}/why?at=2025-03-13T00:00:00Z`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ verdict: 'paused', revision: { change: 'paused', enabled: true } });
    expect(body['explanation']).toContain('The task was paused');
    const { body: before } = await tasks.call('GET', `/tasks/${id}/why?at=2025-01-01`);
    expect(before['explanation']).toContain('The task did not exist yet');
  });
});
