import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTasks, type TestTasks } from '../../../support/tasks.ts';

let tasks: TestTasks;
beforeAll(async () => {
  tasks = await startTasks();
});
afterAll(() => tasks.stop());

const named = (name: string, more: object = {}) => tasks.create({ task_name: name, ...more });
const add = (child: string, parent: string, type?: string) =>
  tasks.call('POST', `/tasks/${child}/dependencies`, {
    depends_on_task_id: parent,
    ...(type !== undefined && { dependency_type: type }),
  });

describe('adding a dependency', () => {
  it.each(['success', 'completion', 'any'])('of type %s answers as documented [T-103..T-109]', async (type) => {
    const [child, parent] = [await named('child'), await named('parent')];
    const { status, body } = await add(child, parent, type);
    expect(status).toBe(201);
    expect(body).toEqual({
      dependency_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      task_id: child,
      depends_on_task_id: parent,
      dependency_type: type,
    });
  });

  it('asks for success where nothing is said', async () => {
    const { body } = await add(await named('child'), await named('parent'));
    expect(body['dependency_type']).toBe('success');
  });

  it('that would close a circle is refused with its path', async () => {
    const [a, b, c] = [await named('a'), await named('b'), await named('c')];
    await add(b, a);
    await add(c, b);
    const { status, body } = await add(a, c);
    expect([status, body]).toMatchObject([
      409,
      { error: { code: 'DEPENDENCY_CYCLE', message: expect.stringContaining('"a"') as string } },
    ]);
    expect((body['error'] as { details: { path: string[] } }).details.path).toEqual([a, c, b, a]);
    expect((await add(a, a)).status).toBe(409);
    expect((await tasks.call('GET', `/tasks/${a}/dependencies`)).body).toEqual({ dependencies: [] });
    const patched = await tasks.call('PATCH', `/tasks/${a}`, { dependencies: [{ depends_on_task_id: c }] });
    expect([patched.status, patched.body]).toMatchObject([409, { error: { code: 'DEPENDENCY_CYCLE' } }]);
  });

  it('a second time is refused, and so is what is no task', async () => {
    const [child, parent] = [await named('child'), await named('parent')];
    await add(child, parent);
    const twice = await add(child, parent, 'any');
    expect([twice.status, twice.body]).toMatchObject([409, { error: { code: 'DUPLICATE' } }]);
    const nobody = '018f0000-0000-7000-8000-000000000001';
    const unknown = await add(child, nobody);
    expect([unknown.status, unknown.body]).toMatchObject([404, { error: { code: 'TASK_NOT_FOUND' } }]);
    expect((await add(nobody, parent)).status).toBe(404);
    expect((await add(child, (await tasks.createJob()).id)).status).toBe(404);
  });

  it.each([
    [{ depends_on_task_id: '' }, 'depends_on_task_id'],
    [{ depends_on_task_id: 'x' }, 'depends_on_task_id'],
    [{}, 'depends_on_task_id'],
    [{ depends_on_task_id: '018f0000-0000-7000-8000-000000000001', dependency_type: 'all' }, 'dependency_type'],
    [{ depends_on_task_id: '018f0000-0000-7000-8000-000000000001', type: 'any' }, 'type'],
  ])('with %j is refused by its field', async (body, field) => {
    const { status, body: answer } = await tasks.call('POST', `/tasks/${await named('child')}/dependencies`, body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { details: { fields: [{ field }] } } });
  });
});

describe('the dependencies of a task', () => {
  it('are listed as documented [T-110..T-114]', async () => {
    const parent = await named('data_processing');
    const child = await named('child', {
      dependencies: [{ depends_on_task_id: parent, dependency_type: 'completion' }],
    });
    const { status, body } = await tasks.call('GET', `/tasks/${child}/dependencies`);
    expect([status, body]).toEqual([
      200,
      {
        dependencies: [
          {
            dependency_id: expect.any(String) as string,
            depends_on_task_id: parent,
            depends_on_task_name: 'data_processing',
            dependency_type: 'completion',
            status: 'waiting',
            last_end: null,
          },
        ],
      },
    ]);
    expect((await tasks.call('GET', `/tasks/${child}`)).body).toMatchObject({
      dependencies: [{ depends_on_task_id: parent, dependency_type: 'completion' }],
    });
  });

  it('are replaced as a whole by a change', async () => {
    const [one, two] = [await named('one'), await named('two')];
    const child = await named('child', { dependencies: [{ depends_on_task_id: one }] });
    const change = { dependencies: [{ depends_on_task_id: two, dependency_type: 'any' }] };
    const { body } = await tasks.call('PATCH', `/tasks/${child}`, change);
    expect(body['updated_fields']).toEqual(['dependencies']);
    const { body: listed } = await tasks.call('GET', `/tasks/${child}/dependencies`);
    expect(listed).toMatchObject({ dependencies: [{ depends_on_task_id: two, dependency_type: 'any' }] });
  });

  it('can be removed one by one [T-115]', async () => {
    const [child, parent] = [await named('child'), await named('parent')];
    const id = String((await add(child, parent)).body['dependency_id']);
    const { status, body } = await tasks.call('DELETE', `/tasks/${child}/dependencies/${id}`);
    expect([status, body]).toEqual([204, {}]);
    expect((await tasks.call('GET', `/tasks/${child}/dependencies`)).body).toEqual({ dependencies: [] });
    for (const unknown of [id, 'x']) {
      const again = await tasks.call('DELETE', `/tasks/${child}/dependencies/${unknown}`);
      expect([again.status, again.body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
    }
  });
});

describe('the graph', () => {
  it('holds the tied tasks, who waits for whom, and how that stands', async () => {
    const own = await startTasks();
    const [top, left, right] = [await own.create({ task_name: 'top' }), await own.create(), await own.create()];
    const bottom = await own.create({
      task_type: 'manual',
      schedule_expression: undefined,
      dependencies: [{ depends_on_task_id: left }, { depends_on_task_id: right, dependency_type: 'any' }],
    });
    for (const side of [left, right])
      await own.call('POST', `/tasks/${side}/dependencies`, { depends_on_task_id: top });
    const alone = await own.create();
    await own.call('POST', `/tasks/${top}/trigger`);
    const { status, body } = await own.call('GET', '/graph');
    expect(status).toBe(200);
    const nodes = body['nodes'] as { task_id: string }[];
    expect(nodes.map((node) => node.task_id)).toEqual([top, left, right, bottom]);
    expect(nodes[0]).toEqual({
      task_id: top,
      task_name: 'top',
      task_type: 'cron',
      enabled: true,
      paused: false,
      state: 'queued',
      last_execution_time: null,
    });
    const edges = (body['edges'] as { from: string; to: string; dependency_type: string; status: string }[]).map(
      ({ from, to, dependency_type: type, status: standing }) => [from, to, type, standing],
    );
    expect(edges).toHaveLength(4);
    expect(edges).toEqual(
      expect.arrayContaining([
        [top, left, 'success', 'waiting'],
        [top, right, 'success', 'waiting'],
        [left, bottom, 'success', 'waiting'],
        [right, bottom, 'any', 'waiting'],
      ]),
    );
    const { body: all } = await own.call('GET', '/graph?all=true');
    expect((all['nodes'] as { task_id: string }[]).map((node) => node.task_id)).toContain(alone);
    await own.stop();
  });
});
