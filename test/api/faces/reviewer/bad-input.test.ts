import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, DomainError } from '../../../../domain/errors.ts';
import { errors, translate } from '../../../../api/faces/reviewer/errors.ts';
import { startReviewer, type TestReviewer } from '../../../support/reviewer.ts';
import { rowCounts } from '../../../support/verbs.ts';

let face: TestReviewer;
beforeAll(async () => {
  face = await startReviewer({ reviewConnections: [1, 2] });
});
afterAll(() => face.stop());

const GOOD = { name: 'Проверка', task_type: 'config_check', connection_id: 1, cron_schedule: '0 2 * * *' };
const without = (field: string) => Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== field));
const params = (task_params: unknown, task_type = 'config_check') => ({ ...GOOD, task_type, task_params });
const cron = (cron_schedule: string) => ({ ...GOOD, cron_schedule });

/** Words of the service's own English sentences; what was written by the user stands in quotes. */
const ENGLISH = /\b(must|may|is|are|the|be|to|of|not|unknown|give|use|check|missing|expected|with|such|only)\b/i;

function expectRussian(detail: unknown): void {
  const own = String(detail).replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  expect(own).toMatch(/[а-яё]{3}/i);
  expect(own).not.toMatch(ENGLISH);
}

/** Asks, and holds that nothing was stored by it and that it is told in Russian. */
async function refused(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const before = await rowCounts(face.db);
  const answer = await face.call(method, path, body, { headers });
  expect(await rowCounts(face.db)).toEqual(before);
  expectRussian(answer.body['detail']);
  return { status: answer.status, code: answer.body['code'], detail: String(answer.body['detail']) };
}

describe('a creation', () => {
  it.each<[string, unknown, string, string]>([
    ['no name', without('name'), 'INVALID_INPUT', 'name: обязательное поле: нужен текст от 1 до 255 символов'],
    ['no type', without('task_type'), 'INVALID_INPUT', 'task_type: допустимо одно из: log_analysis, config_check'],
    ['no connection', without('connection_id'), 'INVALID_INPUT', 'connection_id: обязательное поле: нужно целое число'],
    ['no schedule', without('cron_schedule'), 'INVALID_INPUT', 'cron_schedule: обязательное поле'],
    ['a connection as text', { ...GOOD, connection_id: '1' }, 'INVALID_INPUT', 'connection_id: нужно целое число от 1'],
    [
      'an unknown connection',
      { ...GOOD, connection_id: 7 },
      'INVALID_TASK_PARAMS',
      'connection_id: подключения 7 нет; есть: 1, 2.',
    ],
    ['an unknown type', { ...GOOD, task_type: 'audit' }, 'INVALID_INPUT', 'task_type: допустимо одно из'],
    ['an unknown field', { ...GOOD, schedule: 'x' }, 'INVALID_INPUT', 'schedule: неизвестное поле'],
    ['a word for a flag', { ...GOOD, is_active: 'да' }, 'INVALID_INPUT', 'is_active: нужно true или false'],
    ['a list', [], 'INVALID_INPUT', 'нужен объект с полями из списка: name'],
    ['a text for the params', params('x'), 'INVALID_INPUT', 'task_params: нужен объект с полями из списка'],
    ['an unknown param', params({ depth: 1 }), 'INVALID_INPUT', 'task_params.depth: неизвестное поле'],
    [
      'a target of another type',
      params({ analysis_target: 'logs' }),
      'INVALID_TASK_PARAMS',
      'для config_check допустимо одно из: config, security, performance',
    ],
    [
      'an unknown target',
      params({ analysis_target: 'all' }),
      'INVALID_TASK_PARAMS',
      'task_params.analysis_target: допустимо одно из: logs',
    ],
    [
      'no statement',
      params({}, 'custom_sql'),
      'INVALID_TASK_PARAMS',
      'task_params.custom_sql: нужен запрос, например SELECT 1',
    ],
    [
      'a number for a statement',
      params({ custom_sql: 1 }),
      'INVALID_TASK_PARAMS',
      'task_params.custom_sql: нужен текст',
    ],
    [
      'a text for tables',
      params({ target_tables: 'a' }),
      'INVALID_TASK_PARAMS',
      'task_params.target_tables: нужен список',
    ],
    [
      'a table without a name',
      params({ target_tables: [''] }),
      'INVALID_TASK_PARAMS',
      'task_params.target_tables.0: нужно имя таблицы',
    ],
    [
      'a table that is a number',
      params({ target_tables: [1] }),
      'INVALID_TASK_PARAMS',
      'task_params.target_tables.0: нужен текст',
    ],
    [
      'too many tables',
      params({ target_tables: Array.from({ length: 101 }, () => 'a') }),
      'INVALID_TASK_PARAMS',
      'может быть не больше 100',
    ],
    ['no time', params({ query_timeout: 0 }), 'INVALID_TASK_PARAMS', 'task_params.query_timeout: нужно не меньше 1'],
    [
      'too much time',
      params({ query_timeout: 3601 }),
      'INVALID_TASK_PARAMS',
      'task_params.query_timeout: может быть не больше 3600',
    ],
    [
      'half a second',
      params({ query_timeout: 0.5 }),
      'INVALID_TASK_PARAMS',
      'task_params.query_timeout: нужно целое число секунд',
    ],
    [
      'an unknown format',
      params({ output_format: 'pdf' }),
      'INVALID_TASK_PARAMS',
      'task_params.output_format: допустимо одно из: json',
    ],
    [
      'a word for details',
      params({ detailed_analysis: 'yes' }),
      'INVALID_TASK_PARAMS',
      'task_params.detailed_analysis: нужно true',
    ],
    [
      'an unknown language',
      params({ language: 'de' }),
      'INVALID_TASK_PARAMS',
      'task_params.language: допустимо одно из: ru, en',
    ],
    ['a NUL', params({ custom_sql: 'a\0' }), 'INVALID_TASK_PARAMS', 'не может содержать символ NUL'],
    ['too few cron fields', cron('0 2 *'), 'INVALID_CRON_SCHEDULE', 'нужно 5 полей (минута, час'],
    [
      'a bad minute',
      cron('99 2 * * *'),
      'INVALID_CRON_SCHEDULE',
      'минута: не удаётся прочесть "99": используйте числа от 0 до 59',
    ],
    ['a bad month', cron('0 2 * foo *'), 'INVALID_CRON_SCHEDULE', 'месяц: не удаётся прочесть "foo"'],
    [
      'bad days',
      cron('0 2 9w5,LW * 8'),
      'INVALID_CRON_SCHEDULE',
      'день месяца: LW должно стоять отдельно; день недели',
    ],
    ['a backward range', cron('0 5-2 * * *'), 'INVALID_CRON_SCHEDULE', 'идёт в обратную сторону: напишите 5-23,0-2'],
    [
      'a step of nothing',
      cron('*/0 * * * *'),
      'INVALID_CRON_SCHEDULE',
      'шаг в "*/0" должен быть целым числом от 1 до 60',
    ],
    ['a day that never is', cron('0 0 30 2 *'), 'INVALID_CRON_SCHEDULE', 'никогда не сработает в поясе UTC'],
    ['a nickname', cron('@never'), 'INVALID_CRON_SCHEDULE', '"@never" не поддерживается: используйте одно из @yearly'],
    ['an interval', cron('@every 5m'), 'INVALID_CRON_SCHEDULE', 'не поддерживается: напишите выражение'],
    ['a zone', cron('TZ=UTC 0 2 * * *'), 'INVALID_CRON_SCHEDULE', 'часовой пояс'],
    [
      'too long a schedule',
      cron(`${'0,'.repeat(200)}0 * * * *`),
      'INVALID_INPUT',
      'cron_schedule: нужен текст от 1 до 255 символов',
    ],
    ['broken JSON', '{"name": ', 'INVALID_INPUT', 'body: это не JSON'],
    ['deep JSON', '['.repeat(80) + ']'.repeat(80), 'INVALID_INPUT', 'body: вложенность больше 64 уровней'],
  ])('with %s is refused with 400, in Russian [R-003, R-029]', async (_, body, code, words) => {
    const answer = await refused('POST', '/tasks', body);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(answer.detail).toContain(words);
  });

  it('names every faulty field at once', async () => {
    const { detail } = await refused('POST', '/tasks', { ...GOOD, name: 7, connection_id: 'x', is_active: 1 });
    for (const field of ['name', 'connection_id', 'is_active']) expect(detail).toContain(`${field}: `);
    const told = await refused('POST', '/tasks', params({ query_timeout: 'x', output_format: 1 }));
    for (const field of ['query_timeout', 'output_format']) expect(told.detail).toContain(`task_params.${field}: `);
  });
});

describe('what stands around every request', () => {
  it.each<[string, string, string, unknown, Record<string, string>, number, string]>([
    ['another type of body', 'POST', '/tasks', 'x=1', { 'Content-Type': 'text/plain' }, 400, 'а указан "text/plain"'],
    ['a NUL in the path', 'GET', '/tasks/%00', undefined, {}, 400, 'path: не может содержать символ NUL'],
    ['a bad key', 'POST', '/tasks', GOOD, { 'Idempotency-Key': 'a b' }, 400, 'Idempotency-Key: нужно от 1 до 255'],
    [
      'too large a body',
      'POST',
      '/tasks',
      JSON.stringify({ ...GOOD, description: 'x'.repeat(1_100_000) }),
      {},
      413,
      'можно до 1 МБ',
    ],
    ['an unknown path', 'GET', '/nothing', undefined, {}, 404, 'По этому адресу ничего нет'],
    ['another method', 'PATCH', '/tasks', {}, {}, 405, 'принимает только GET, HEAD, POST'],
    ['no token', 'GET', '/tasks', undefined, { Authorization: '' }, 401, 'Нужен заголовок "Authorization: Bearer'],
    ['another scheme', 'GET', '/tasks', undefined, { Authorization: 'Basic x' }, 401, 'должен выглядеть так'],
    ['a bad token', 'GET', '/tasks', undefined, { Authorization: 'Bearer stolen' }, 401, 'Токен недействителен'],
    [
      'too low a role',
      'POST',
      '/tasks',
      GOOD,
      { Authorization: 'Bearer viewer' },
      403,
      'Для этого нужна роль operator',
    ],
    ['an unknown query', 'GET', '/tasks?active=1', undefined, {}, 400, 'active: неизвестное поле'],
    ['a wrong flag', 'GET', '/tasks?is_active=1', undefined, {}, 400, 'is_active: нужно true или false'],
    ['a wrong limit', 'GET', '/executions?limit=many', undefined, {}, 400, 'limit: нужно целое число от 1'],
    ['a wrong date', 'GET', '/tasks/1/why?at=yesterday', undefined, {}, 400, 'at: нужна дата ISO'],
    ['no date', 'GET', '/tasks/1/why', undefined, {}, 400, 'at: нужна дата ISO'],
    [
      'a backward span',
      'POST',
      '/tasks/1/backfill',
      { start: '2025-03-02', end: '2025-03-01' },
      {},
      400,
      'start: не может быть позже end',
    ],
    ['nothing to preview', 'POST', '/tasks/preview', {}, {}, 400, 'cron_schedule: обязательное поле: дайте выражение'],
  ])('%s is refused in Russian [R-003]', async (_, method, path, body, headers, status, words) => {
    const answer = await refused(method, path, body, headers);
    expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(words)]);
  });

  it('speaks Russian as problem+json, too', async () => {
    const headers = { Accept: 'application/problem+json' };
    const { status, body } = await face.call('POST', '/tasks', { ...GOOD, name: '' }, { headers });
    expect([status, body['detail']]).toEqual([400, 'name: нужен текст от 1 до 255 символов']);
    expect(body['faults']).toEqual([{ path: 'name', message: 'нужен текст от 1 до 255 символов' }]);
  });
});

describe('a refusal', () => {
  it.each(ERROR_CODES)('of code %s is told in Russian, with a status of the document [R-003]', (code) => {
    expectRussian(translate(new DomainError(code, 'The job must be what it is.')).message);
    expect([400, 401, 403, 404, 405, 409, 413, 429, 500, 503]).toContain(errors[code].status);
  });

  it('that is not known in Russian is told in general, and never in English', () => {
    const faults = [{ path: 'name', message: 'must be otherwise than it is' }];
    expect(translate(new DomainError('INVALID_INPUT', 'x', { faults })).message).toBe('name: недопустимое значение');
  });
});
