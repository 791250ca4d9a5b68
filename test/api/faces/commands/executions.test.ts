import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idsIn, startCommands, type TestCommands } from '../../../support/commands.ts';
import { addExecution, type PastExecution } from '../../../support/executions.ts';

let commands: TestCommands;
let id: string;
let other: string;
const ids: Record<string, string> = {};
const at = (minute: number) => Date.parse('2025-03-12T14:00:00Z') + minute * 60_000;

async function add(name: string, scheduleId: string, past: Omit<PastExecution, 'id'>) {
  ids[name] = commands.ctx.ids.next();
  await addExecution(commands.db, await commands.jobOf(scheduleId), { id: ids[name], ...past });
}

beforeAll(async () => {
  commands = await startCommands();
  id = await commands.create({ name: 'one' });
  other = await commands.create({ name: 'two' });
  const result = { message: 'sent cmd.mail.send', data: { taken: true } };
  await add('good', id, { dueAt: at(1), state: 'succeeded', durationMs: 40, result });
  const error = { type: 'NoReply', message: 'no reply within 5 s' };
  await add('bad', id, { dueAt: at(2), state: 'failed', durationMs: 60, reason: 'action_failed', error, attempt: 4 });
  await add('late', id, { dueAt: at(3), state: 'missed', reason: 'beyond_grace' });
  await add('now', id, { dueAt: at(4), state: 'running', workerId: 'w-1' });
  await add('also', other, { dueAt: at(5), state: 'running' });
  await add('theirs', other, { dueAt: at(6), state: 'succeeded', durationMs: 1 });
  const foreign = await commands.createJob();
  await addExecution(commands.db, foreign, { id: commands.ctx.ids.next(), dueAt: at(7), state: 'running' });
});
afterAll(() => commands.stop());

const listed = async (path: string) => {
  const answer = await commands.call('GET', path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const names = idsIn(answer).map((found) => Object.keys(ids).find((name) => ids[name] === found));
  return { names, total: answer.body['total'] };
};

describe('executions', () => {
  it('of all schedules, the latest first [M-008, M-034]', async () => {
    const names = ['theirs', 'also', 'now', 'late', 'bad', 'good'];
    expect(await listed('/executions')).toEqual({ names, total: 6 });
    expect(await listed('/executions?status=failed')).toEqual({ names: ['bad'], total: 1 });
    const range = '?start_date=2025-03-12T14:02:00Z&end_date=2025-03-12T14:03:00Z';
    expect((await listed(`/executions${range}`)).names).toEqual(['late', 'bad']);
    const live = '?status=running&start_date=2025-03-12T14:05:00Z&end_date=2025-03-12T14:59:00Z';
    expect(await listed(`/executions${live}`)).toEqual({ names: ['also'], total: 1 });
  });

  it('that run, and no others [M-036]', async () => {
    expect(await listed('/executions/running')).toEqual({ names: ['also', 'now'], total: 2 });
    expect(await listed('/executions/running?limit=1&offset=1')).toEqual({ names: ['now'], total: 2 });
  });

  it('of one schedule [M-037]', async () => {
    expect(await listed(`/schedules/${id}/executions`)).toEqual({ names: ['now', 'late', 'bad', 'good'], total: 4 });
    expect(await listed(`/schedules/${id}/executions?status=succeeded&limit=1`)).toEqual({ names: ['good'], total: 1 });
    const unknown = await commands.call('GET', `/schedules/${commands.ctx.ids.next()}/executions`);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'SCHEDULE_NOT_FOUND' } });
  });

  it('in detail: why it failed, and after how many attempts [M-035]', async () => {
    expect((await commands.call('GET', `/executions/${ids['bad']}`)).body).toMatchObject({
      id: ids['bad'],
      schedule_id: id,
      schedule_name: 'one',
      status: 'failed',
      trigger: 'scheduled',
      scheduled_at: '2025-03-12T14:02:00Z',
      started_at: '2025-03-12T14:02:00Z',
      completed_at: '2025-03-12T14:02:00Z',
      duration_ms: 60,
      attempt: 4,
      result: null,
      error: { reason: 'action_failed', type: 'NoReply', message: 'no reply within 5 s' },
      parameters: {},
    });
    expect((await commands.call('GET', `/executions/${ids['good']}`)).body).toMatchObject({
      result: { message: 'sent cmd.mail.send', data: { taken: true } },
      error: null,
    });
    expect((await commands.call('GET', `/executions/${ids['late']}`)).body).toMatchObject({
      status: 'missed',
      started_at: null,
      error: { reason: 'beyond_grace', type: null, message: expect.stringContaining('Missed: ') },
    });
    expect(await commands.call('GET', '/executions/nonsense')).toMatchObject({
      status: 404,
      body: { code: 'EXECUTION_NOT_FOUND' },
    });
  });

  it('in numbers; what was missed does not lower the rate [M-038]', async () => {
    const { status, body } = await commands.call('GET', `/executions/stats/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schedule_id: id,
      total: 3,
      succeeded: 1,
      failed: 1,
      timed_out: 0,
      cancelled: 0,
      skipped: 0,
      missed: 1,
      success_rate: 0.5,
      average_duration_ms: 50,
      last_execution: '2025-03-12T14:02:00Z',
    });
    expect(body['p99_duration_ms']).toBeGreaterThan(50);
    expect(body['p99_duration_ms']).toBeLessThan(70);
    expect(await commands.call('GET', '/executions/stats/x')).toMatchObject({ status: 404 });
  });
});
