import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsIn, startReviewer, type TestReviewer } from '../../../support/reviewer.ts';

let face: TestReviewer;
let logs: number;
let own: number;
const ran: Record<string, number> = {};
const MINUTE = 60_000;
const report = (trend: string, more: object = {}) => ({
  message: 'Замечаний нет',
  data: { score: 100, comparison: { trend }, ...more },
});

beforeAll(async () => {
  face = await startReviewer({ reviewConnections: [1, 2] });
  logs = await face.create({ task_type: 'log_analysis', connection_id: 2 });
  own = await face.create({ task_type: 'config_check', connection_id: 1 });
  const at = (minutes: number) => face.now - 250 - minutes * MINUTE;
  const error = {
    type: 'QueryTimeout',
    message: 'The review ran past its query_timeout of 5 s and was stopped; nothing was changed.',
  };
  ran['first'] = await face.add(logs, {
    dueAt: at(60),
    state: 'succeeded',
    durationMs: 300_000,
    result: report('first'),
  });
  ran['worse'] = await face.add(logs, { dueAt: at(50), state: 'succeeded', durationMs: 1000, result: report('worse') });
  ran['failed'] = await face.add(own, {
    dueAt: at(40),
    state: 'failed',
    reason: 'action_failed',
    durationMs: 5000,
    error,
  });
  ran['late'] = await face.add(own, {
    dueAt: at(30),
    state: 'timed_out',
    reason: 'attempt_timed_out',
    durationMs: 5000,
  });
  ran['skipped'] = await face.add(own, { dueAt: at(20), state: 'skipped', reason: 'overlap' });
  ran['running'] = await face.add(own, { dueAt: at(10), state: 'running' });
  ran['waiting'] = await face.add(logs, { dueAt: at(5), state: 'waiting', trigger: 'manual' });
});
afterAll(() => face.stop());

const list = async (query = '') => rowsIn(await face.call('GET', `/executions${query}`));
const ids = async (query: string) => (await list(query)).map(({ id }) => Number(id));
const of = (...names: string[]) => names.map((name) => ran[name]);

describe('the list of executions', () => {
  it('is a bare array with nine fields each, the latest first [R-064, R-069..R-077]', async () => {
    const shown = await list();
    expect(shown.map(({ id }) => id)).toEqual(of('waiting', 'running', 'skipped', 'late', 'failed', 'worse', 'first'));
    expect(shown.at(-1)).toEqual({
      id: ran['first'],
      scheduled_task_id: logs,
      connection_id: 2,
      task_type: 'log_analysis',
      status: 'completed',
      started_at: '2025-03-12T14:10:00',
      completed_at: '2025-03-12T14:15:00',
      result: { score: 100, comparison: { trend: 'first' } },
      error_message: null,
    });
    expect(shown.find(({ id }) => id === ran['failed'])).toMatchObject({
      status: 'failed',
      result: {},
      error_message: 'Проверка не уложилась в query_timeout (5 с) и была остановлена; ничего не изменено.',
    });
    expect(shown.find(({ id }) => id === ran['running'])).toMatchObject({
      completed_at: null,
      result: {},
      error_message: null,
    });
    expect(shown.find(({ id }) => id === ran['skipped'])).toMatchObject({
      started_at: null,
      error_message: 'Пропущено: предыдущее выполнение задачи ещё не закончилось',
    });
  });

  it('is filtered by connection, type and status, together too [R-065, R-066, R-067, R-073]', async () => {
    expect(await ids('?connection_id=2')).toEqual(of('waiting', 'worse', 'first'));
    expect(await ids('?connection_id=7')).toEqual([]);
    expect(await ids('?task_type=config_check')).toEqual(of('running', 'skipped', 'late', 'failed'));
    expect(await ids('?status_filter=completed')).toEqual(of('worse', 'first'));
    expect(await ids('?status_filter=failed')).toEqual(of('late', 'failed'));
    expect(await ids('?status_filter=running')).toEqual(of('running'));
    expect(await ids('?status_filter=queued')).toEqual(of('waiting'));
    expect(await ids('?status_filter=skipped&connection_id=1')).toEqual(of('skipped'));
    expect(await ids('?status_filter=completed&task_type=config_check')).toEqual([]);
    for (const wrong of [
      'connection_id=x',
      'connection_id=0',
      'task_type=audit',
      'status_filter=done',
      'limit=0',
      'page=1',
    ])
      expect([wrong, (await face.call('GET', `/executions?${wrong}`)).status]).toEqual([wrong, 400]);
  });

  it('is listed by trend', async () => {
    expect(await ids('?trend=worse')).toEqual(of('worse'));
    expect(await ids('?trend=first&connection_id=2')).toEqual(of('first'));
    expect(await ids('?trend=first&connection_id=1')).toEqual([]);
    expect(await ids('?trend=better')).toEqual([]);
  });

  it('has a limit, and says where it goes on [R-068]', async () => {
    const first = await face.call('GET', '/executions?limit=2');
    expect(rowsIn(first).map(({ id }) => id)).toEqual(of('waiting', 'running'));
    expect(first.headers.get('link')).toContain('offset=2>; rel="next"');
    expect(await ids('?limit=2&offset=2')).toEqual(of('skipped', 'late'));
    expect(await ids('?limit=2&offset=1&connection_id=1')).toEqual(of('skipped', 'late'));
  });

  it('has a hundred where nothing is said [R-068]', async () => {
    const other = await startReviewer();
    const id = await other.create();
    for (let i = 0; i < 101; i += 1)
      await other.add(id, { dueAt: other.now - i * MINUTE, state: 'succeeded', durationMs: 1 });
    expect(rowsIn(await other.call('GET', '/executions'))).toHaveLength(100);
    expect(rowsIn(await other.call('GET', '/executions?limit=500'))).toHaveLength(101);
    await other.stop();
  });

  it('is not lost with its task', async () => {
    const id = await face.create({ connection_id: 2, task_type: 'query_analysis' });
    const run = await face.add(id, { dueAt: face.now - 2 * 86_400_000, state: 'succeeded', durationMs: 1 });
    await face.call('DELETE', `/tasks/${id}`);
    expect(await ids('?task_type=query_analysis')).toEqual([run]);
    expect((await face.call('GET', `/executions/${run}`)).body).toMatchObject({ scheduled_task_id: id });
  });

  it('leaves the longest parts of long reports to the execution itself', async () => {
    const noise = Array.from({ length: 3000 }, (_, i) => [`${(i * 7919) % 104_729}-${(i * 104_729) % 7919}`, i]);
    const long = report('first', { rows: { row_count: 3000, rows: noise }, summary: 'Строк: 3000.' });
    const id = await face.create({ task_type: 'table_analysis' });
    const run = await face.add(id, { dueAt: face.now - 86_400_000, state: 'succeeded', durationMs: 1, result: long });
    const [listed] = await list('?task_type=table_analysis');
    expect(listed?.['result']).toMatchObject({ summary: 'Строк: 3000.', abridged: true, rows: { row_count: 3000 } });
    expect(JSON.stringify(listed).length).toBeLessThan(1000);
    expect((await face.call('GET', `/executions/${run}`)).body['result']).toEqual(long.data);
  });
});

describe('an execution', () => {
  it('has the same nine fields, unwrapped [R-078..R-081]', async () => {
    const { status, body } = await face.call('GET', `/executions/${ran['worse']}`);
    expect(status).toBe(200);
    expect(body).toEqual((await list('?trend=worse'))[0]);
    expect(Object.keys(body)).toHaveLength(9);
  });

  it('that is not there is not found [R-082]', async () => {
    for (const unknown of ['999999', 'exec_1', '0']) {
      const { status, body } = await face.call('GET', `/executions/${unknown}`);
      expect([unknown, status, body['code']]).toEqual([unknown, 404, 'EXECUTION_NOT_FOUND']);
    }
    expect((await face.call('GET', '/executions/999999')).body['detail']).toBe('Выполнение 999999 не найдено');
  });
});
