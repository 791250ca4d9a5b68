import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommands, type TestCommands } from '../../../support/commands.ts';
import { rowCounts } from '../../../support/verbs.ts';

let commands: TestCommands;
let id: string;
beforeAll(async () => {
  commands = await startCommands();
  id = await commands.create();
});
afterAll(() => commands.stop());

const ONE = { name: 'a', schedule_type: 'cron', cron_expression: '0 9 * * *', target_command: 'cmd.a' };
const hook = { target_command: undefined, webhook: { url: 'https://example.com' } };

const CREATIONS: [string, object, string, string][] = [
  ['no name', { name: undefined }, 'INVALID_INPUT', 'name'],
  ['an unknown field', { colour: 'red' }, 'INVALID_INPUT', 'colour'],
  ['an unknown type', { schedule_type: 'weekly' }, 'INVALID_INPUT', 'schedule_type'],
  ['no expression', { cron_expression: undefined }, 'INVALID_CRON_EXPRESSION', 'cron_expression'],
  ['a bad expression', { cron_expression: '61 * * * *' }, 'INVALID_CRON_EXPRESSION', 'cron_expression'],
  ['an unknown zone', { timezone: 'Mars/Olympus' }, 'INVALID_SCHEDULE', 'timezone'],
  ['a field of another type', { interval_seconds: 5 }, 'INVALID_SCHEDULE', 'interval_seconds'],
  [
    'an interval of nothing',
    { schedule_type: 'interval', cron_expression: undefined, interval_seconds: 0 },
    'INVALID_SCHEDULE',
    'interval_seconds',
  ],
  [
    'a time in the past',
    { schedule_type: 'one_time', cron_expression: undefined, run_at: '2020-01-01T00:00:00Z' },
    'INVALID_SCHEDULE',
    'run_at',
  ],
  ['no target', { target_command: undefined }, 'INVALID_INPUT', 'target_command'],
  ['two targets', { webhook: hook.webhook }, 'INVALID_INPUT', 'target_command'],
  ['a wildcard as a target', { target_command: 'cmd.>' }, 'INVALID_COMMAND', 'target_command'],
  ['a payload with a bad variable', { command_payload: { at: '${no name}' } }, 'INVALID_COMMAND', 'command_payload'],
  [
    'a header of our own',
    { command_headers: { 'Nats-Msg-Id': 'x' } },
    'INVALID_COMMAND',
    'command_headers.Nats-Msg-Id',
  ],
  ['a timeout without a reply', { reply_timeout_seconds: 5 }, 'INVALID_COMMAND', 'reply_timeout_seconds'],
  ['a webhook without an address', { ...hook, webhook: {} }, 'INVALID_COMMAND', 'webhook.url'],
  ['a webhook that is none', { ...hook, webhook: 'https://example.com' }, 'INVALID_INPUT', 'webhook'],
  ['a priority beyond 10', { priority: 11 }, 'INVALID_INPUT', 'priority'],
  ['too many retries', { max_retries: 101 }, 'INVALID_INPUT', 'max_retries'],
  ['a bad strategy', { retry: { strategy: 'random', retry_on: [] } }, 'INVALID_INPUT', 'retry.strategy'],
  ['tags that are no list', { tags: 'email' }, 'INVALID_INPUT', 'tags'],
  ['a dependency on nobody', { dependencies: [{ schedule_id: 'x' }] }, 'INVALID_INPUT', 'dependencies.0.schedule_id'],
];

describe('a creation [M-086]', () => {
  it.each(CREATIONS)('with %s is refused by name, and stores nothing', async (_, more, code, path) => {
    const before = await rowCounts(commands.db);
    const { status, body } = await commands.call('POST', '/schedules', { ...ONE, ...more });
    expect([status, body['code']]).toEqual([400, code]);
    expect(body['detail']).toContain(path);
    expect(Object.keys(body).sort()).toEqual(['code', 'detail']);
    expect(await rowCounts(commands.db)).toEqual(before);
  });

  it('without a JSON type or JSON is refused [M-058]', async () => {
    const headers = { 'Content-Type': 'text/plain' };
    const answer = await commands.call('POST', '/schedules', JSON.stringify(ONE), { headers });
    expect([answer.status, answer.body['detail']]).toEqual([400, expect.stringContaining('Content-Type')]);
    expect((await commands.call('POST', '/schedules', '{')).status).toBe(400);
  });
});

describe('a change', () => {
  it.each([
    ['a bad expression', { cron_expression: 'never' }, 'cron_expression'],
    ['a null', { name: null }, 'name'],
    ['an unknown field', { id: 'other' }, 'id'],
    ['a type without its fields', { schedule_type: 'interval' }, 'interval_seconds'],
  ])('with %s is refused and leaves it as it was', async (_, body, path) => {
    const before = await commands.jobOf(id);
    const answer = await commands.call('PUT', `/schedules/${id}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain(path);
    expect(await commands.jobOf(id)).toEqual(before);
  });

  it.each(['PUT', 'DELETE', 'GET'])('%s of nobody is not found', async (method) => {
    for (const nobody of ['1', 'uuid1', commands.ctx.ids.next()]) {
      const answer = await commands.call(method, `/schedules/${nobody}`, method === 'PUT' ? {} : undefined);
      expect([answer.status, answer.body['code']]).toEqual([404, 'SCHEDULE_NOT_FOUND']);
    }
  });
});
