import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEGAL_TARGETS, TASK_TYPES } from '../../../../domain/actions/review.ts';
import { rowsIn, startReviewer, type TestReviewer } from '../../../support/reviewer.ts';

let face: TestReviewer;
beforeAll(async () => {
  face = await startReviewer({ reviewConnections: [1, 2] });
});
afterAll(() => face.stop());

const NIGHTLY = { name: 'Ночная', task_type: 'log_analysis', connection_id: 1, cron_schedule: '0 2 * * *' };
/** reviewer.txt, Create Scheduled Task, its request with one value where it lists several. */
const WHOLE = {
  ...NIGHTLY,
  connection_id: 2,
  description: 'Смотрит журналы',
  task_params: {
    analysis_target: 'logs',
    custom_sql: 'SELECT 1',
    target_tables: ['table1', 'table2'],
    query_timeout: 300,
    output_format: 'json',
    detailed_analysis: true,
  },
  is_active: true,
};

describe('a creation', () => {
  it('answers 201 with the ten fields as they were given, times without a zone [R-004..R-009, R-010..R-028]', async () => {
    const { status, body, headers } = await face.call('POST', '/tasks', WHOLE);
    const at = '2025-03-12T15:10:00';
    expect(status).toBe(201);
    expect(body).toEqual({ id: body['id'], ...WHOLE, created_at: at, updated_at: at });
    expect(Number.isInteger(body['id'])).toBe(true);
    expect(headers.get('location')).toBe(`/api/v1/scheduler/tasks/${String(body['id'])}`);
    const job = await face.jobOf(Number(body['id']));
    expect(job.schedule).toEqual({ kind: 'cron', expression: '0 2 * * *', timezone: 'UTC' });
    expect(job.action).toMatchObject({ type: 'review', task_type: 'log_analysis', connection_id: 2, language: 'ru' });
    expect(job.action).toMatchObject({ ...WHOLE.task_params });
    expect(job.policy).toMatchObject({ maxRetries: 0, maxConcurrent: 1, misfireGraceSeconds: 300, coalesce: true });
  });

  it('takes what has a default left out, or null, and draws integers [R-009, R-010, R-012..R-018, R-023..R-025]', async () => {
    const { body: first } = await face.call('POST', '/tasks', NIGHTLY);
    expect(first).toMatchObject({ ...NIGHTLY, description: null, task_params: {}, is_active: true });
    const nothing = { description: null, task_params: { analysis_target: null, target_tables: null }, is_active: null };
    const { status, body: second } = await face.call('POST', '/tasks', { ...NIGHTLY, ...nothing });
    expect([status, second['id']]).toEqual([201, Number(first['id']) + 1]);
    const { action, policy } = await face.jobOf(Number(second['id']));
    const usual = { analysis_target: null, query_timeout: 300, output_format: 'json', detailed_analysis: true };
    expect(action).toMatchObject(usual);
    expect(policy.timeoutSeconds).toBeGreaterThan(300);
  });

  it('bounds the run by query_timeout, and stores the format that is asked for [R-014, R-015, R-016]', async () => {
    const params = { query_timeout: 5, output_format: 'html', detailed_analysis: false };
    const { action, policy } = await face.jobOf(await face.create({ task_params: params }));
    expect(action).toMatchObject(params);
    expect(policy.timeoutSeconds).toBe(35);
  });

  it('takes every task type with each target that is legal for it, and no other [R-006, R-011]', async () => {
    const all = ['logs', 'config', 'performance', 'security', 'tables', 'queries'];
    const custom = { custom_sql: 'SELECT 1' };
    for (const type of TASK_TYPES) {
      for (const target of all) {
        const task = { ...NIGHTLY, task_type: type, task_params: { ...custom, analysis_target: target } };
        const { status, body } = await face.call('POST', '/tasks', task);
        const legal: readonly string[] = LEGAL_TARGETS[type];
        expect([type, target, status]).toEqual([type, target, legal.includes(target) ? 201 : 400]);
        if (status === 400)
          expect(body['detail']).toBe(
            `task_params.analysis_target: для ${type} допустимо одно из: ${legal.join(', ')}`,
          );
      }
    }
  });
});

describe('the list', () => {
  it('is a bare array of whole tasks in the order of their creation, by activity where asked [R-031, R-032, R-033]', async () => {
    const other = await startReviewer();
    const ids = [];
    for (let i = 0; i < 5; i += 1) ids.push(await other.create({ name: `Задача ${i}`, is_active: i % 2 === 0 }));
    const list = async (query = '') => rowsIn(await other.call('GET', `/tasks${query}`));
    const shown = await list();
    expect(shown.map(({ id }) => id)).toEqual(ids);
    expect(Object.keys(shown[0] ?? {})).toEqual([
      ...['id', 'name', 'task_type', 'connection_id', 'cron_schedule', 'description', 'task_params', 'is_active'],
      ...['created_at', 'updated_at'],
    ]);
    expect((await list('?is_active=true')).map(({ id }) => id)).toEqual([ids[0], ids[2], ids[4]]);
    expect((await list('?is_active=false')).map(({ is_active: is }) => is)).toEqual([false, false]);
    expect((await other.call('GET', '/tasks?is_active=maybe')).status).toBe(400);
    await other.stop();
  });
});

describe('a task', () => {
  it('is read by its integer, with its ETag; an unknown one is not found [R-034..R-037]', async () => {
    const id = await face.create({ description: 'Моя' });
    const { status, body, headers } = await face.call('GET', `/tasks/${id}`);
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    expect(body).toMatchObject({ id, description: 'Моя', task_type: 'config_check' });
    for (const unknown of ['999999', '0', 'job_001', '-1', '1.5', '99999999999999999999']) {
      const answer = await face.call('GET', `/tasks/${unknown}`);
      expect([unknown, answer.status, answer.body['code']]).toEqual([unknown, 404, 'TASK_NOT_FOUND']);
    }
    expect((await face.call('GET', '/tasks/999999')).body['detail']).toBe('Задача 999999 не найдена');
  });

  it('of another face is none of this one', async () => {
    const other = await startReviewer();
    const { number, face: owner } = await other.createJob();
    expect([number, owner]).toEqual([1, 'gateway']);
    expect((await other.call('GET', '/tasks/1')).status).toBe(404);
    expect(rowsIn(await other.call('GET', '/tasks'))).toEqual([]);
    expect((await other.call('POST', '/tasks/1/run')).status).toBe(404);
    await other.stop();
  });
});

describe('a change', () => {
  it('touches what is sent and nothing else [R-039..R-047]', async () => {
    const id = await face.create({ task_params: { query_timeout: 60 } });
    const { body: before } = await face.call('GET', `/tasks/${id}`);
    face.now += 90_000;
    const change = async (fields: object) => {
      const { status, body } = await face.call('PUT', `/tasks/${id}`, fields);
      expect(status).toBe(200);
      return body;
    };
    expect(await change({ name: 'Другая' })).toEqual({ ...before, name: 'Другая', updated_at: '2025-03-12T15:11:30' });
    expect(await change({ cron_schedule: '30 4 * * 1' })).toMatchObject({
      name: 'Другая',
      cron_schedule: '30 4 * * 1',
    });
    expect(await change({ description: 'Зачем' })).toMatchObject({ description: 'Зачем', cron_schedule: '30 4 * * 1' });
    expect(await change({ task_params: { analysis_target: 'security' } })).toMatchObject({
      task_params: { analysis_target: 'security' },
    });
    expect(await change({ is_active: false })).toMatchObject({ is_active: false, description: 'Зачем' });
    expect(await change({ is_active: true, name: null })).toMatchObject({ is_active: true, name: 'Другая' });
    const job = await face.jobOf(id);
    expect(job.action).toMatchObject({ analysis_target: 'security', query_timeout: 300 });
    expect(job.schedule).toMatchObject({ expression: '30 4 * * 1' });
    expect(job.policy.timeoutSeconds).toBeGreaterThan(300);
    face.now -= 90_000;
  });

  it('that is wrong changes nothing, one of an unknown task is not found [R-048, R-049]', async () => {
    const id = await face.create();
    const wrong: [object, string][] = [
      [{ cron_schedule: '99 * * * *' }, 'cron_schedule: минута'],
      [{ name: '' }, 'name: нужен текст от 1 до 255 символов'],
      [{ is_active: 'да' }, 'is_active: нужно true или false'],
      [{ task_params: { analysis_target: 'logs' } }, 'task_params.analysis_target: для config_check'],
      [{ task_type: 'log_analysis' }, 'task_type: неизвестное поле'],
      [{ connection_id: 2 }, 'connection_id: неизвестное поле'],
    ];
    for (const [body, words] of wrong) {
      const answer = await face.call('PUT', `/tasks/${id}`, body);
      expect([answer.status, answer.body['detail']]).toEqual([400, expect.stringContaining(words)]);
    }
    expect((await face.jobOf(id)).revision).toBe(1);
    expect((await face.call('PUT', '/tasks/999999', { name: 'Нет' })).status).toBe(404);
  });

  it('by someone who saw another state of the task is refused', async () => {
    const id = await face.create();
    const headers = { 'If-Match': '"7"' };
    const answer = await face.call('PUT', `/tasks/${id}`, { name: 'Поздно' }, { headers });
    expect([answer.status, answer.body['code']]).toEqual([409, 'PRECONDITION_FAILED']);
    expect(answer.body['detail']).toContain('ETag теперь "1"');
  });
});

describe('a deletion', () => {
  it('answers 204 without a body; then the task is not found [R-051..R-054]', async () => {
    const id = await face.create();
    const { status, body } = await face.call('DELETE', `/tasks/${id}`);
    expect([status, body]).toEqual([204, {}]);
    expect((await face.call('GET', `/tasks/${id}`)).status).toBe(404);
    expect((await face.call('DELETE', `/tasks/${id}`)).status).toBe(404);
    expect(rowsIn(await face.call('GET', '/tasks')).map((task) => task['id'])).not.toContain(id);
    expect(await face.create()).toBeGreaterThan(id);
  });
});
