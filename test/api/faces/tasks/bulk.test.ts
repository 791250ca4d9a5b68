import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import { addExecution } from '../../../support/executions.ts';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';
import { rowCounts } from '../../../support/verbs.ts';

let tasks: TestTasks;
beforeAll(async () => {
  tasks = await startTasks();
});
afterAll(() => tasks.stop());

const once = (name: string, more: object = {}) => ({
  task_name: name,
  task_type: 'one_time',
  next_execution_time: '2027-01-08T15:00:00Z',
  payload: { name },
  ...more,
});

interface Created {
  readonly created: number;
  readonly failed: number;
  readonly task_ids: string[];
  readonly errors: { index: number; task_name: string | null; code: string; fields: { field: string }[] }[];
}
async function create(list: readonly unknown[], from = tasks): Promise<Created> {
  const { status, body } = await from.call('POST', '/tasks/bulk', { tasks: list });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as unknown as Created;
}

describe('creating in bulk', () => {
  it('answers as documented, with the ids in the order of the list [T-116..T-120]', async () => {
    const { status, body } = await tasks.call('POST', '/tasks/bulk', { tasks: [once('task1'), once('task2')] });
    expect(status).toBe(201);
    expect(body).toEqual({ created: 2, failed: 0, task_ids: [expect.any(String), expect.any(String)], errors: [] });
    const ids = body['task_ids'] as string[];
    for (const [n, id] of ids.entries()) {
      const { body: task } = await tasks.call('GET', `/tasks/${id}`);
      const name = `task${n + 1}`;
      expect(task).toMatchObject({
        task_name: name,
        payload: { name },
        status: 'scheduled',
        next_execution_time: '2027-01-08T15:00:00Z',
        max_retries: 3,
      });
    }
    expect(tasks.engine.pokes.flatMap(({ jobIds }) => jobIds)).toEqual(expect.arrayContaining(ids));
  });

  it('tells of each faulty task why, and makes the others', async () => {
    const done = await create([
      once('good'),
      once('past', { next_execution_time: '2024-01-08T15:00:00Z' }),
      once('unknown field', { when: 'now' }),
      'no object',
      once('handler', { payload: { handler: 'nobody' } }),
      once('parent', { dependencies: [{ depends_on_task_id: '018f0000-0000-7000-8000-000000000001' }] }),
      { task_name: 'cron', task_type: 'cron', schedule_expression: 'x' },
      once('also good'),
    ]);
    expect([done.created, done.failed, done.task_ids.length]).toEqual([2, 6, 2]);
    expect(
      done.errors.map(({ index, task_name: name, code, fields }) => [index, name, code, fields[0]?.field]),
    ).toEqual([
      [1, 'past', 'INVALID_SCHEDULE', 'next_execution_time'],
      [2, 'unknown field', 'INVALID_INPUT', 'when'],
      [3, null, 'INVALID_INPUT', ''],
      [4, 'handler', 'INVALID_PAYLOAD', 'payload'],
      [5, 'parent', 'INVALID_INPUT', 'dependencies.0.depends_on_task_id'],
      [6, 'cron', 'INVALID_CRON_EXPRESSION', 'schedule_expression'],
    ]);
    const { body } = await tasks.call('GET', `/tasks/${done.task_ids[1]}`);
    expect(body['task_name']).toBe('also good');
  });

  it('takes tasks that wait for others', async () => {
    const parent = await tasks.create();
    const child = { task_name: 'child', task_type: 'manual', dependencies: [{ depends_on_task_id: parent }] };
    const done = await create([child, once('plain')]);
    const { body } = await tasks.call('GET', `/tasks/${done.task_ids[0]}/dependencies`);
    expect(body).toMatchObject({ dependencies: [{ depends_on_task_id: parent, dependency_type: 'success' }] });
  });

  it('stores hundreds in batches, and its progress stands in the log', async () => {
    const own = await startTasks();
    const list = Array.from({ length: 1200 }, (_, i) => once(`task ${i}`));
    const done = await create(list, own);
    expect([done.created, new Set(done.task_ids).size]).toEqual([1200, 1200]);
    const lines = own.log.entries.filter(({ message }) => message === 'A bulk creation goes on');
    expect(lines.map(({ fields }) => (fields as { created: number }).created)).toEqual([500, 1000, 1200]);
    const clocks = await sql<{ seats: number }>`select seats from clock order by seats desc`.execute(own.db);
    expect(clocks.rows.map(({ seats }) => seats)).toEqual(Array<number>(12).fill(100));
    const { body } = await own.call('GET', '/tasks?status=scheduled&limit=2&offset=1100');
    expect([body['total'], (body['tasks'] as { task_name: string }[])[0]?.task_name]).toEqual([1200, 'task 1100']);
    await own.stop();
  });

  it('takes bodies of up to 20 MB', async () => {
    const done = await create([once('large', { payload: { text: 'x'.repeat(2_000_000) } })]);
    expect(done.created).toBe(1);
  });

  it('happens once with an Idempotency-Key', async () => {
    const headers = { 'Idempotency-Key': 'bulk' };
    const first = await tasks.call('POST', '/tasks/bulk', { tasks: [once('k')] }, { headers });
    const second = await tasks.call('POST', '/tasks/bulk', { tasks: [once('k')] }, { headers });
    expect(second.body).toEqual(first.body);
  });

  it.each([
    ['no list', { tasks: {} }],
    ['an empty list', { tasks: [] }],
    ['nothing', {}],
    ['something else', { tasks: [once('x')], dry_run: true }],
  ])('with %s is refused as a whole', async (_, body) => {
    const before = await rowCounts(tasks.db);
    const answer = await tasks.call('POST', '/tasks/bulk', body);
    expect([answer.status, answer.body]).toMatchObject([400, { error: { code: 'INVALID_INPUT' } }]);
    expect(await rowCounts(tasks.db)).toEqual(before);
  });

  it('without Temporal is refused as a whole', async () => {
    tasks.engine.unreachable = true;
    const before = await rowCounts(tasks.db);
    expect((await tasks.call('POST', '/tasks/bulk', { tasks: [once('x')] })).status).toBe(503);
    expect(await rowCounts(tasks.db)).toEqual(before);
    tasks.engine.unreachable = false;
  });
});

describe('deleting in bulk', () => {
  it('answers as documented, and they are gone [T-121..T-124]', async () => {
    const { task_ids: ids } = await create([once('a'), once('b'), once('c')]);
    const pokes = tasks.engine.pokes.length;
    const { status, body } = await tasks.call('POST', '/tasks/bulk-delete', { task_ids: ids });
    expect([status, body]).toEqual([200, { deleted: 3, failed: 0, errors: [] }]);
    for (const id of ids) expect((await tasks.call('GET', `/tasks/${id}`)).status).toBe(404);
    expect(tasks.engine.pokes.slice(pokes).flatMap(({ jobIds }) => [...jobIds].sort())).toEqual([...ids].sort());
    const { rows } = await sql<{ change: string; seat: string | null; audited: number }>`
      select r.change, s.clock_id as seat, (select count(*) from audit a where a.job_id = j.id and a.action = 'job.delete')
        as audited
      from job j join job_state s on s.job_id = j.id join job_revision r on r.job_id = j.id and r.revision = j.revision
      where j.id = any(${ids}::uuid[])`.execute(tasks.db);
    expect(rows).toEqual(ids.map(() => ({ change: 'deleted', seat: null, audited: 1 })));
  });

  it('tells of each that could not be deleted why', async () => {
    const id = await tasks.create();
    const foreign = (await tasks.createJob()).id;
    const nobody = '018f0000-0000-7000-8000-000000000001';
    const { body } = await tasks.call('POST', '/tasks/bulk-delete', { task_ids: [id, id, 'x', nobody, foreign] });
    expect(body).toMatchObject({ deleted: 1, failed: 3 });
    const errors = body['errors'] as { task_id: string; code: string }[];
    expect(errors.map(({ task_id: of, code }) => [of, code])).toEqual([
      ['x', 'TASK_NOT_FOUND'],
      [nobody, 'TASK_NOT_FOUND'],
      [foreign, 'TASK_NOT_FOUND'],
    ]);
    const { rows } = await sql`select from job where id = ${foreign} and deleted_at is null`.execute(tasks.db);
    expect(rows.length).toBe(1);
  });

  it('frees the seats of many, and the list is empty', async () => {
    const own = await startTasks();
    const { task_ids: ids } = await create(
      Array.from({ length: 450 }, (_, i) => once(`task ${i}`)),
      own,
    );
    const { body } = await own.call('POST', '/tasks/bulk-delete', { task_ids: ids });
    expect(body).toMatchObject({ deleted: 450, failed: 0 });
    const { rows } = await sql<{ seats: number }>`select sum(seats)::bigint as seats from clock`.execute(own.db);
    expect(rows[0]?.seats).toBe(0);
    expect((await own.call('GET', '/tasks')).body).toMatchObject({ total: 0, tasks: [] });
    await own.stop();
  });

  it('accounts what was due and had not fired, as a single deletion does', async () => {
    const own = await startTasks();
    const every = { task_type: 'interval', schedule_expression: '60' };
    const [many, single] = [await own.create(every), await own.create(every)];
    own.now += 10 * 60_000;
    await own.call('POST', '/tasks/bulk-delete', { task_ids: [many] });
    await own.call('DELETE', `/tasks/${single}`);
    const states = async (id: string) => {
      const { rows } = await sql<{ state: string; n: number }>`select state, count(*) as n from execution
        where job_id = ${id} group by state order by state`.execute(own.db);
      return rows;
    };
    expect((await states(many)).length).toBeGreaterThan(0);
    expect(await states(many)).toEqual(await states(single));
    await own.stop();
  });

  it('unties those that waited for them', async () => {
    const parent = await tasks.create();
    const child = await tasks.create({ dependencies: [{ depends_on_task_id: parent }] });
    await addExecution(tasks.db, await tasks.jobOf(parent), {
      id: tasks.ctx.ids.next(),
      dueAt: tasks.now,
      state: 'succeeded',
      durationMs: 1,
    });
    const { body } = await tasks.call('POST', '/tasks/bulk-delete', { task_ids: [parent] });
    expect(body).toMatchObject({ deleted: 1, failed: 0 });
    expect((await tasks.call('GET', `/tasks/${child}`)).body).toMatchObject({ dependencies: [] });
  });

  it('needs no Temporal', async () => {
    const id = await tasks.create();
    tasks.engine.unreachable = true;
    const { body } = await tasks.call('POST', '/tasks/bulk-delete', { task_ids: [id] });
    expect(body).toMatchObject({ deleted: 1 });
    tasks.engine.unreachable = false;
  });
});
