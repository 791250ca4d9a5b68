import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startReviewer, type TestReviewer } from '../../../support/reviewer.ts';

const opened: TestReviewer[] = [];
let face: TestReviewer;
beforeEach(async () => {
  face = await startReviewer();
  opened.push(face);
});
afterAll(() => Promise.all(opened.map((one) => one.stop())));

const HOUR = 3_600_000;

describe('the status of the queue', () => {
  const length = async () => {
    const { status, body } = await face.call('GET', '/queue/status');
    expect([status, body]).toEqual([
      200,
      { queue_length: expect.any(Number) as unknown, timestamp: '2025-03-12T15:10:00' },
    ]);
    return body['queue_length'];
  };

  it("is Temporal's backlog, and what waits for its seat [R-084..R-087]", async () => {
    expect(await length()).toBe(0);
    face.engine.backlogged = 5;
    expect(await length()).toBe(5);
    const id = await face.create();
    await face.add(id, { dueAt: face.now - 3, state: 'waiting', trigger: 'manual' });
    expect(await length()).toBe(6);
    await face.add(id, { dueAt: face.now - 4, state: 'running' });
    expect(await length()).toBe(6);
  });

  it('counts what is queued where Temporal has not handed it on, and nothing twice', async () => {
    const id = await face.create();
    for (let i = 1; i <= 3; i += 1) await face.add(id, { dueAt: face.now - i, state: 'queued', trigger: 'manual' });
    expect(await length()).toBe(3);
    face.engine.backlogged = 2;
    expect(await length()).toBe(3);
  });

  it('is 503 while the engine is away [R-088]', async () => {
    face.engine.unreachable = true;
    const { status, body } = await face.call('GET', '/queue/status');
    expect([status, body['code']]).toEqual([503, 'QUEUE_UNAVAILABLE']);
    expect(body['detail']).toMatch(/^Очередь задач недоступна/);
  });
});

describe('the statistics', () => {
  it('count tasks, and executions of the last 24 hours to the minute [R-090..R-098]', async () => {
    const ids = [await face.create(), await face.create(), await face.create({ is_active: false })];
    const [id = 0] = ids;
    const day = 24 * HOUR;
    const past = (agoMs: number, state: 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'skipped' | 'missed') =>
      face.add(id, { dueAt: face.now - agoMs, state, durationMs: 1000 });
    await past(day + 60_000, 'succeeded');
    await past(day - 60_000, 'succeeded');
    await past(20 * HOUR, 'succeeded');
    await past(HOUR, 'failed');
    await past(2 * HOUR, 'timed_out');
    await past(3 * HOUR, 'cancelled');
    await past(4 * HOUR, 'skipped');
    await past(5 * HOUR, 'missed');
    await face.add(id, { dueAt: face.now - 1000, state: 'running' });
    await face.add(id, { dueAt: face.now - 500, state: 'queued' });
    const { status, body } = await face.call('GET', '/stats');
    expect(status).toBe(200);
    expect(body).toEqual({
      tasks: { total_tasks: 3, active_tasks: 2, inactive_tasks: 1 },
      executions_24h: { total_executions: 7, completed: 2, failed: 2, running: 1 },
      timestamp: '2025-03-12T15:10:00',
    });
    await face.call('DELETE', `/tasks/${ids[2]}`);
    expect((await face.call('GET', '/stats')).body['tasks']).toEqual({
      ...{ total_tasks: 2, active_tasks: 2, inactive_tasks: 0 },
    });
  });

  it('are zeros where nothing is', async () => {
    expect((await face.call('GET', '/stats')).body).toMatchObject({
      tasks: { total_tasks: 0, active_tasks: 0, inactive_tasks: 0 },
      executions_24h: { total_executions: 0, completed: 0, failed: 0, running: 0 },
    });
  });
});
