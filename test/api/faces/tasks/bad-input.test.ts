import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';
import { rowCounts } from '../../../support/verbs.ts';

let tasks: TestTasks;
let id: string;
beforeAll(async () => {
  tasks = await startTasks();
  id = await tasks.create();
});
afterAll(() => tasks.stop());

const CRON = { task_name: 'x', task_type: 'cron', schedule_expression: '0 0 * * *' };
const ONCE = { task_name: 'x', task_type: 'one_time' };
const NOBODY = '018f0000-0000-7000-8000-000000000001';

interface Refusal {
  readonly error: { code: string; message: string; details: { fields?: { field: string; message: string }[] } };
}

/** Asks, and holds that nothing was stored by it. */
async function refused(method: string, path: string, body?: unknown): Promise<Refusal & { status: number }> {
  const before = await rowCounts(tasks.db);
  const answer = await tasks.call(method, path, body);
  expect(await rowCounts(tasks.db)).toEqual(before);
  return { status: answer.status, ...(answer.body as unknown as Refusal) };
}

describe('a creation', () => {
  it.each<[string, unknown, string, string]>([
    ['no name', { ...CRON, task_name: undefined }, 'INVALID_INPUT', 'task_name'],
    ['an empty name', { ...CRON, task_name: '  ' }, 'INVALID_INPUT', 'task_name'],
    ['too long a name', { ...CRON, task_name: 'x'.repeat(201) }, 'INVALID_INPUT', 'task_name'],
    ['a name that is no text', { ...CRON, task_name: 7 }, 'INVALID_INPUT', 'task_name'],
    ['no type', { ...CRON, task_type: undefined }, 'INVALID_INPUT', 'task_type'],
    ['an unknown type', { ...CRON, task_type: 'CRON' }, 'INVALID_INPUT', 'task_type'],
    ['an unknown field', { ...CRON, taskName: 'x' }, 'INVALID_INPUT', 'taskName'],
    [
      'no cron expression',
      { ...CRON, schedule_expression: undefined },
      'INVALID_CRON_EXPRESSION',
      'schedule_expression',
    ],
    [
      'a faulty cron expression',
      { ...CRON, schedule_expression: '0 25 * * *' },
      'INVALID_CRON_EXPRESSION',
      'schedule_expression',
    ],
    [
      'a cron that never fires',
      { ...CRON, schedule_expression: '0 0 30 2 *' },
      'INVALID_CRON_EXPRESSION',
      'schedule_expression',
    ],
    ['an unknown zone', { ...CRON, timezone: 'America/New_Yrok' }, 'INVALID_SCHEDULE', 'timezone'],
    ['an offset as a zone', { ...CRON, timezone: '+02:00' }, 'INVALID_SCHEDULE', 'timezone'],
    ['a zone that is no text', { ...CRON, timezone: {} }, 'INVALID_SCHEDULE', 'timezone'],
    ['no instant', ONCE, 'INVALID_SCHEDULE', 'next_execution_time'],
    [
      'an instant in the past',
      { ...ONCE, next_execution_time: '2024-01-08T15:00:00Z' },
      'INVALID_SCHEDULE',
      'next_execution_time',
    ],
    [
      'an instant in the past by its other name',
      { ...ONCE, run_at: '2024-01-08T15:00:00Z' },
      'INVALID_SCHEDULE',
      'run_at',
    ],
    ['no instant at all', { ...ONCE, next_execution_time: 'tomorrow' }, 'INVALID_SCHEDULE', 'next_execution_time'],
    [
      'an instant said twice',
      { ...ONCE, next_execution_time: '2027-01-01T00:00:00Z', run_at: '2027-01-01T00:00:00Z' },
      'INVALID_SCHEDULE',
      'next_execution_time',
    ],
    [
      'an instant for a cron',
      { ...CRON, next_execution_time: '2027-01-01T00:00:00Z' },
      'INVALID_SCHEDULE',
      'next_execution_time',
    ],
    ['a field of another kind', { ...CRON, interval_seconds: 5 }, 'INVALID_SCHEDULE', 'interval_seconds'],
    [
      'an expression where there is none',
      { task_name: 'x', task_type: 'weekly', schedule_expression: 'mon' },
      'INVALID_SCHEDULE',
      'schedule_expression',
    ],
    ['no interval', { task_name: 'x', task_type: 'interval' }, 'INVALID_SCHEDULE', 'interval_seconds'],
    [
      'a faulty interval',
      { task_name: 'x', task_type: 'interval', schedule_expression: 'often' },
      'INVALID_SCHEDULE',
      'schedule_expression',
    ],
    [
      'an interval of nothing',
      { task_name: 'x', task_type: 'interval', interval_seconds: 0 },
      'INVALID_SCHEDULE',
      'interval_seconds',
    ],
    ['a timeout of nothing', { ...CRON, timeout_seconds: 0 }, 'INVALID_INPUT', 'timeout_seconds'],
    ['a fraction of a second', { ...CRON, timeout_seconds: 1.5 }, 'INVALID_INPUT', 'timeout_seconds'],
    ['negative retries', { ...CRON, max_retries: -1 }, 'INVALID_INPUT', 'max_retries'],
    ['a number as text', { ...CRON, max_retries: '3' }, 'INVALID_INPUT', 'max_retries'],
    ['a priority that is no word', { ...CRON, priority: 8 }, 'INVALID_INPUT', 'priority'],
    ['an unknown priority', { ...CRON, priority: 'urgent' }, 'INVALID_INPUT', 'priority'],
    ['tags as a list', { ...CRON, tags: ['a'] }, 'INVALID_INPUT', 'tags'],
    ['a tag that is no text', { ...CRON, tags: { a: 1 } }, 'INVALID_INPUT', 'tags.a'],
    ['a tag with a comma', { ...CRON, tags: { a: 'b,c' } }, 'INVALID_INPUT', 'tags.a'],
    ['a tag whose name can not be asked for', { ...CRON, tags: { 'a=b': 'c' } }, 'INVALID_INPUT', 'tags.a=b'],
    ['enabled as text', { ...CRON, enabled: 'yes' }, 'INVALID_INPUT', 'enabled'],
    ['a handler that nobody serves', { ...CRON, payload: { handler: 'nobody' } }, 'INVALID_PAYLOAD', 'payload'],
    [
      'a payload that a built-in refuses',
      { ...CRON, payload: { handler: 'cleanup_history', retention_days: 0 } },
      'INVALID_PAYLOAD',
      'payload.retention_days',
    ],
    [
      'an own task queue of the service',
      { ...CRON, payload: { task_queue: 'control' } },
      'INVALID_PAYLOAD',
      'payload.task_queue',
    ],
    [
      'a webhook with a password',
      { ...CRON, payload: { url: 'https://a:b@example.com' } },
      'INVALID_PAYLOAD',
      'payload.url',
    ],
    ['dependencies that are no list', { ...CRON, dependencies: {} }, 'INVALID_INPUT', 'dependencies'],
    [
      'a dependency on what is no id',
      { ...CRON, dependencies: [{ depends_on_task_id: 'x' }] },
      'INVALID_INPUT',
      'dependencies.0.depends_on_task_id',
    ],
    [
      'a dependency on nobody',
      { ...CRON, dependencies: [{ depends_on_task_id: NOBODY }] },
      'INVALID_INPUT',
      'dependencies.0.depends_on_task_id',
    ],
    [
      'an unknown type of dependency',
      { ...CRON, dependencies: [{ depends_on_task_id: NOBODY, dependency_type: 'x' }] },
      'INVALID_INPUT',
      'dependencies.0.dependency_type',
    ],
    ['a list', [CRON], 'INVALID_INPUT', ''],
    ['no JSON', '{"task_name":', 'INVALID_INPUT', 'body'],
  ])('with %s is refused by its field, and stores nothing', async (_, body, code, field) => {
    const answer = await refused('POST', '/tasks', body);
    expect([answer.status, answer.error.code]).toEqual([400, code]);
    expect(answer.error.details.fields?.map((fault) => fault.field)).toContain(field);
    expect(answer.error.message).not.toMatch(/\bjob\b/);
  });

  it('names every faulty field at once', async () => {
    const { error } = await refused('POST', '/tasks', { ...CRON, priority: 'x', max_retries: -1, tags: 7 });
    expect(error.details.fields?.map(({ field }) => field).sort()).toEqual(['max_retries', 'priority', 'tags']);
  });

  it('needs JSON, and at most 1 MB of it', async () => {
    const large = await refused('POST', '/tasks', { ...CRON, payload: 'x'.repeat(1_100_000) });
    expect([large.status, large.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const form = await tasks.call('POST', '/tasks', 'a=b', { headers: { 'Content-Type': 'text/plain' } });
    expect(form.status).toBe(400);
  });
});

describe('a change', () => {
  it.each<[string, object, string]>([
    ['of its id', { task_id: NOBODY }, 'task_id'],
    ['of its status', { status: 'paused' }, 'status'],
    ['to a faulty cron', { schedule_expression: 'x' }, 'schedule_expression'],
    ['to one_time without an instant', { task_type: 'one_time' }, 'next_execution_time'],
    ['of the next time of a cron', { next_execution_time: '2027-01-01T00:00:00Z' }, 'next_execution_time'],
    ['to an unknown zone', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['to a handler that nobody serves', { payload: { handler: 'nobody' } }, 'payload'],
    ['to wait for itself', { dependencies: [{ depends_on_task_id: 'self' }] }, 'dependencies.0.depends_on_task_id'],
  ])('%s is refused, and changes nothing', async (_, body, field) => {
    const answer = await refused('PATCH', `/tasks/${id}`, body);
    expect(answer.status).toBe(400);
    expect(answer.error.details.fields?.map((fault) => fault.field)).toEqual([field]);
  });
});

describe('an id', () => {
  it.each([
    ['GET', '/tasks/'],
    ['PATCH', '/tasks/'],
    ['DELETE', '/tasks/'],
    ['POST', '/tasks/*/pause'],
    ['POST', '/tasks/*/resume'],
    ['POST', '/tasks/*/trigger'],
    ['GET', '/tasks/*/executions'],
    ['GET', '/tasks/*/stats'],
    ['GET', '/tasks/*/dependencies'],
    ['GET', '/tasks/*/why?at=2025-03-12'],
    ['POST', '/tasks/*/skip-next'],
    ['GET', '/executions/'],
    ['GET', '/executions/*/logs'],
    ['POST', '/executions/*/cancel'],
  ])('that nothing has is not found: %s %s', async (method, path) => {
    const foreign = (await tasks.createJob()).id;
    for (const unknown of [NOBODY, 'job_001', '1', foreign, '%F0%9F%98%80']) {
      const at = path.includes('*') ? path.replace('*', unknown) : `${path}${unknown}`;
      const answer = await refused(method, at, method === 'PATCH' ? {} : undefined);
      const code = path.startsWith('/executions') ? 'EXECUTION_NOT_FOUND' : 'TASK_NOT_FOUND';
      expect([at, answer.status, answer.error.code]).toEqual([at, 404, code]);
    }
  });
});

describe('a query', () => {
  it.each([
    ['/tasks?status=active', 'status'],
    ['/tasks?priority=5', 'priority'],
    ['/tasks?tags=team', 'tags'],
    ['/tasks?tags=', 'tags'],
    ['/tasks?limit=0', 'limit'],
    ['/tasks?limit=ten', 'limit'],
    ['/tasks?offset=-1', 'offset'],
    ['/tasks?page=2', 'page'],
    ['/graph?all=yes', 'all'],
  ])('%s is refused by its parameter', async (path, field) => {
    const answer = await refused('GET', path);
    expect([answer.status, answer.error.details.fields?.[0]?.field]).toEqual([400, field]);
  });

  it('for more than 500 entries gets 500, and says so', async () => {
    expect((await tasks.call('GET', '/tasks?limit=100000')).body['limit']).toBe(500);
  });
});

describe('who may', () => {
  it.each<[string, string, object | undefined, 'viewer' | 'operator']>([
    ['POST', '/tasks', CRON, 'viewer'],
    ['PATCH', '/tasks/id', {}, 'viewer'],
    ['DELETE', '/tasks/id', undefined, 'viewer'],
    ['POST', '/tasks/id/trigger', undefined, 'viewer'],
    ['POST', '/tasks/bulk', { tasks: [CRON] }, 'operator'],
    ['POST', '/tasks/bulk-delete', { task_ids: [NOBODY] }, 'operator'],
    ['POST', '/tasks', { ...CRON, payload: { handler: 'backup' } }, 'operator'],
  ])('%s %s %j is not for a %s', async (method, path, body, role) => {
    const before = await rowCounts(tasks.db);
    const answer = await tasks.call(method, path.replace('id', id).replace(`bulk-${id}`, 'bulk-delete'), body, {
      role,
    });
    expect([answer.status, answer.body]).toMatchObject([403, { error: { code: 'FORBIDDEN' } }]);
    expect(await rowCounts(tasks.db)).toEqual(before);
  });

  it('needs a credential: Authorization: Bearer <token> [T-001]', async () => {
    const none = await tasks.call('GET', '/tasks', undefined, { headers: { Authorization: '' } });
    expect([none.status, none.body]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
    expect((await tasks.call('GET', '/tasks', undefined, { role: 'viewer' })).status).toBe(200);
    expect((await tasks.call('POST', '/tasks', CRON, { role: 'operator' })).status).toBe(201);
  });

  it('asks for a method that a path has not gets 405 with those that it has', async () => {
    const answer = await tasks.call('PUT', `/tasks/${id}`, {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD, PATCH']);
  });
});
