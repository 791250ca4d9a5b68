import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReviewer, type TestReviewer } from '../../../support/reviewer.ts';

let face: TestReviewer;
beforeAll(async () => {
  face = await startReviewer({ defaultTimezone: 'Europe/Berlin' });
});
afterAll(() => face.stop());

const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await face.call(method, path, body);
  expect([answer.status, answer.body['detail']]).toEqual([200, undefined]);
  return answer.body;
};

describe('a preview', () => {
  it('tells the next runs of an expression, in Russian, with what the change of clocks does', async () => {
    const asked = { cron_schedule: '30 2 * * *', after: '2025-03-29', count: 2 };
    expect(await ask('POST', '/tasks/preview', asked)).toEqual({
      task_id: null,
      description: 'в 02:30 (Europe/Berlin)',
      timezone: 'Europe/Berlin',
      enabled: true,
      executions: [
        {
          time: '2025-03-29T01:30:00',
          local_time: '2025-03-29T02:30:00+01:00',
          ...{ clock_change: null, note: null, skipped: false },
        },
        {
          time: '2025-03-30T01:00:00',
          local_time: '2025-03-30T03:00:00+02:00',
          clock_change: 'moved',
          note: expect.stringMatching(/^Такого времени в этот день нет/) as unknown,
          skipped: false,
        },
      ],
    });
  });

  it('tells those of a stored task, changed or not', async () => {
    const id = await face.create({ is_active: false });
    const stored = await ask('POST', '/tasks/preview', { task_id: id, count: 1 });
    expect(stored).toMatchObject({ task_id: id, enabled: false, executions: [{ time: '2025-03-13T01:00:00' }] });
    const changed = await ask('POST', '/tasks/preview', { task_id: id, count: 1, cron_schedule: '0 5 * * *' });
    expect(changed['executions']).toMatchObject([{ time: '2025-03-13T04:00:00' }]);
    expect((await face.call('POST', '/tasks/preview', { task_id: 999_999 })).status).toBe(404);
  });
});

describe('skipping the next run', () => {
  it('skips one after the other, tells integers, and why', async () => {
    const id = await face.create();
    const first = await ask('POST', `/tasks/${id}/skip-next`, { reason: 'Обслуживание' });
    expect(first).toEqual({
      task_id: id,
      execution_id: expect.any(Number) as unknown,
      skipped_execution_time: '2025-03-13T01:00:00',
      next_execution_time: '2025-03-14T01:00:00',
    });
    expect(await ask('POST', `/tasks/${id}/skip-next`)).toMatchObject({
      skipped_execution_time: '2025-03-14T01:00:00',
    });
    expect(await ask('GET', `/tasks/${id}/why?at=2025-03-13T01:00:00`)).toMatchObject({
      verdict: 'will_be_skipped',
      explanation: 'Запуска не будет. Пропущено по просьбе пользователя.',
      executions: [{ execution_id: first['execution_id'], status: 'skipped', scheduled_at: '2025-03-13T01:00:00' }],
    });
    const { body } = await face.call('GET', `/executions/${String(first['execution_id'])}`);
    expect(body).toMatchObject({ status: 'skipped', error_message: 'Пропущено по просьбе пользователя' });
  });

  it('of an inactive task is refused', async () => {
    const id = await face.create({ is_active: false });
    expect(await face.call('POST', `/tasks/${id}/skip-next`)).toMatchObject({
      status: 400,
      body: { code: 'TASK_INACTIVE' },
    });
  });
});

describe('a backfill', () => {
  it('lists past runs, then runs them, each with its integer', async () => {
    const id = await face.create();
    const recorded = await face.add(id, {
      dueAt: Date.parse('2025-03-10T01:00:00Z'),
      state: 'missed',
      reason: 'beyond_grace',
    });
    const span = { start: '2025-03-10', end: '2025-03-11' };
    const dry = await ask('POST', `/tasks/${id}/backfill`, { ...span, dry_run: true });
    expect(dry).toMatchObject({ task_id: id, dry_run: true, group_id: null, total: 2 });
    expect(dry['executions']).toEqual([
      {
        scheduled_at: '2025-03-10T01:00:00',
        execution_id: null,
        recorded_status: 'missed',
        recorded_execution_id: recorded,
      },
      { scheduled_at: '2025-03-11T01:00:00', execution_id: null, recorded_status: null, recorded_execution_id: null },
    ]);
    const done = await ask('POST', `/tasks/${id}/backfill`, { ...span, only_missed: true });
    const runs = done['executions'] as { execution_id: number }[];
    expect(runs.map(({ execution_id }) => execution_id)).toEqual([recorded + 1, recorded + 2]);
    for (const { execution_id } of runs)
      expect((await face.call('GET', `/executions/${execution_id}`)).body).toMatchObject({
        scheduled_task_id: id,
        status: 'queued',
      });
  });
});

describe('why', () => {
  it('tells what happened and what the task was then, in Russian', async () => {
    const id = await face.create({ name: 'Ночная' });
    const why = (at: string) => ask('GET', `/tasks/${id}/why?at=${at}`);
    expect(await why('2025-03-13T01:00:00')).toMatchObject({
      task_id: id,
      task_name: 'Ночная',
      at: '2025-03-13T01:00:00',
      explanation: 'Задача «Ночная» будет запущена, если ничего не изменится.',
      revision: { revision: 1, schedule: 'в 02:00 (Europe/Berlin)', enabled: true, since: '2025-03-12T15:10:00' },
      next_execution_time: '2025-03-14T01:00:00',
    });
    expect(await why('2025-03-13T02:00:00')).toMatchObject({
      verdict: 'not_due',
      explanation:
        'В это время запуска по расписанию нет: в 02:00 (Europe/Berlin). Следующий запуск после этого: 2025-03-14T01:00:00.',
    });
    expect(await why('2025-03-01')).toMatchObject({
      explanation: 'Задачи ещё не было: она создана 2025-03-12T15:10:00.',
    });
    const at = Date.parse('2025-03-12T01:00:00Z');
    const failed = await face.add(id, { dueAt: at, state: 'failed', reason: 'worker_lost', durationMs: 5 });
    expect(await why('2025-03-12T01:00:00')).toMatchObject({
      explanation: 'Запуск состоялся: завершился с ошибкой. Исполнитель пропал, не сообщив результата.',
      executions: [{ execution_id: failed, status: 'failed', reason: 'Исполнитель пропал, не сообщив результата' }],
    });
    await face.call('PUT', `/tasks/${id}`, { is_active: false });
    face.now += 60_000;
    expect((await why('2025-03-13T01:00:00'))['explanation']).toMatch(
      /^Задача была отключена \(admin, 2025-03-12T15:10:00/,
    );
    face.now -= 60_000;
  });
});
