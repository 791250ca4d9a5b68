import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReviewer, type TestReviewer } from '../../../support/reviewer.ts';

let face: TestReviewer;
beforeAll(async () => {
  face = await startReviewer({ maxConcurrentExecutions: 2 });
});
afterAll(() => face.stop());

const stateOf = async (number: unknown) =>
  face.db
    .selectFrom('execution')
    .select(['state', 'trigger'])
    .where('face', '=', 'reviewer')
    .where('number', '=', Number(number))
    .executeTakeFirst();
const auditOf = async (id: number) => {
  const { id: jobId } = await face.jobOf(id);
  const rows = await face.db.selectFrom('audit').select('action').where('job_id', '=', jobId).orderBy('id').execute();
  return rows.map(({ action }) => action);
};
const endAll = () => face.db.updateTable('execution').set({ state: 'succeeded' }).execute();

describe('/run', () => {
  it('starts the task at once, ahead of all that wait, and says so in Russian [R-056..R-060]', async () => {
    const id = await face.create();
    const { status, body } = await face.call('POST', `/tasks/${id}/run`);
    expect([status, body]).toEqual([200, { message: 'Задача запущена', execution_id: body['execution_id'] }]);
    expect(Number.isInteger(body['execution_id'])).toBe(true);
    expect(await stateOf(body['execution_id'])).toEqual({ state: 'queued', trigger: 'manual' });
    expect(face.engine.started.at(-1)).toMatchObject({ policy: { priority: 10 }, action: { type: 'review' } });
    expect(await auditOf(id)).toEqual(['job.create', 'job.run']);
    await endAll();
  });

  it('refuses an inactive task with 400, and starts nothing [R-061]', async () => {
    const id = await face.create({ is_active: false });
    const before = face.engine.started.length;
    const { status, body } = await face.call('POST', `/tasks/${id}/run`);
    expect([status, body['code'], body['detail']]).toEqual([
      400,
      'TASK_INACTIVE',
      expect.stringMatching(/^Задача неактивна/),
    ]);
    expect(face.engine.started.length).toBe(before);
  });

  it('knows no task that is not there [R-062]', async () => {
    const { status, body } = await face.call('POST', '/tasks/999999/run');
    expect([status, body]).toEqual([404, { detail: 'Задача 999999 не найдена', code: 'TASK_NOT_FOUND' }]);
  });

  it('refuses a task that is under way, and what is above the bound of the service', async () => {
    const id = await face.create();
    await face.call('POST', `/tasks/${id}/run`);
    expect(await face.call('POST', `/tasks/${id}/run`)).toMatchObject({ status: 409, body: { code: 'TASK_BUSY' } });
    for (let i = 0; i < 2; i += 1) await face.add(await face.create(), { dueAt: face.now - i, state: 'running' });
    const full = await face.call('POST', `/tasks/${await face.create()}/run`);
    expect(full).toMatchObject({ status: 503, body: { code: 'RESOURCE_LIMIT_EXCEEDED' } });
    expect(full.body['detail']).toContain('Выполняется задач: 2, больше 2 нельзя');
    expect((await face.call('POST', `/tasks/${await face.create()}/queue`)).status).toBe(200);
    await endAll();
  });
});

describe('/queue', () => {
  it('puts the task into the queue by its own priority [R-099..R-103]', async () => {
    const id = await face.create();
    const { status, body, headers } = await face.call('POST', `/tasks/${id}/queue`);
    expect([status, body]).toEqual([200, { message: `Задача ${id} добавлена в очередь`, task_id: id }]);
    expect(await stateOf(headers.get('location')?.split('/').at(-1))).toEqual({ state: 'queued', trigger: 'manual' });
    expect(face.engine.started.at(-1)).toMatchObject({ policy: { priority: 5 } });
    expect(face.engine.started.at(-1)?.waits).toBeUndefined();
    expect(await auditOf(id)).toEqual(['job.create', 'job.queue']);
    await endAll();
  });

  it('takes an inactive task too [R-103]', async () => {
    const id = await face.create({ is_active: false });
    expect((await face.call('POST', `/tasks/${id}/queue`)).status).toBe(200);
    await endAll();
  });

  it('holds a task that is under way until it has a free seat', async () => {
    const id = await face.create();
    const location = async () => (await face.call('POST', `/tasks/${id}/queue`)).headers.get('location') ?? '';
    const [first, second] = [await location(), await location()];
    expect(face.engine.started.at(-1)).toMatchObject({ waits: true });
    expect(await stateOf(second.split('/').at(-1))).toMatchObject({ state: 'waiting' });
    const statuses = async (path: string) =>
      (await face.call('GET', path.replace('/api/v1/scheduler', ''))).body['status'];
    expect([await statuses(first), await statuses(second)]).toEqual(['queued', 'queued']);
    await endAll();
  });

  it('knows no task that is not there [R-104]', async () => {
    expect((await face.call('POST', '/tasks/999999/queue')).status).toBe(404);
  });
});

describe('while Temporal is away', () => {
  it('nothing is run, queued or made, and nothing is stored', async () => {
    const id = await face.create();
    face.engine.unreachable = true;
    for (const path of [`/tasks/${id}/run`, `/tasks/${id}/queue`]) {
      const { status, body, headers } = await face.call('POST', path);
      expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'QUEUE_UNAVAILABLE', '5']);
      expect(body['detail']).toContain('Очередь задач недоступна');
    }
    face.engine.unreachable = false;
    expect(await auditOf(id)).toEqual(['job.create']);
  });
});
