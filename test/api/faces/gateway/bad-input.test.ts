import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';
import { rowCounts } from '../../../support/verbs.ts';

let gateway: TestGateway;
let path: string;
beforeAll(async () => {
  gateway = await startGateway();
  const { body } = await gateway.call('POST', '/jobs/interval', {
    name: 'Standing',
    interval_seconds: 60,
    action: { type: 'log', message: 'x' },
  });
  path = `/jobs/${String(body['job_id'])}`;
});
afterAll(() => gateway.stop());

const NEW = {
  name: 'Bad',
  type: 'interval',
  schedule: { interval_seconds: 60 },
  action: { type: 'publish', topic: 'a/b', payload: 'x' },
};
const { schedule: _schedule, ...NO_SCHEDULE } = NEW;
const { name: _name, ...NO_NAME } = NEW;
const { action: _action, ...NO_ACTION } = NEW;
const of = (type: string, schedule: unknown) => ({ ...NEW, type, schedule });

/** The body, the code of its refusal, the faulty field as it is named, and a word of the mend. */
type Bad = readonly [what: string, body: unknown, code: string, field: string, mend: RegExp];

const CREATIONS: readonly Bad[] = [
  ['an unknown field', { ...NEW, colour: 'red' }, 'INVALID_INPUT', 'colour', /unknown field: remove it/],
  ['no name', NO_NAME, 'INVALID_INPUT', 'name', /missing.*text/],
  ['an empty name', { ...NEW, name: '  ' }, 'INVALID_INPUT', 'name', /1 to 200/],
  ['a name that is a number', { ...NEW, name: 7 }, 'INVALID_INPUT', 'name', /text/],
  ['a name without end', { ...NEW, name: 'x'.repeat(201) }, 'INVALID_INPUT', 'name', /200/],
  ['no type', { ...NEW, type: undefined }, 'INVALID_INPUT', 'type', /interval, daily/],
  ['an unknown type', { ...NEW, type: 'yearly' }, 'INVALID_INPUT', 'type', /interval, daily/],
  ['no schedule', NO_SCHEDULE, 'INVALID_INPUT', 'schedule', /object/],
  ['a schedule that is a list', of('interval', []), 'INVALID_INPUT', 'schedule', /object/],
  ['enabled as text', { ...NEW, enabled: 'yes' }, 'INVALID_INPUT', 'enabled', /true or false/],
  ['tags as text', { ...NEW, tags: 'a,b' }, 'INVALID_INPUT', 'tags', /list/],
  ['a tag with a comma', { ...NEW, tags: ['a,b'] }, 'INVALID_INPUT', 'tags.0', /comma/],
  [
    'no interval',
    of('interval', {}),
    'INVALID_SCHEDULE',
    'schedule.interval_seconds',
    /whole number of seconds from 1/,
  ],
  [
    'interval 0',
    of('interval', { interval_seconds: 0 }),
    'INVALID_SCHEDULE',
    'schedule.interval_seconds',
    /whole number of seconds from 1/,
  ],
  [
    'interval 1.5',
    of('interval', { interval_seconds: 1.5 }),
    'INVALID_SCHEDULE',
    'schedule.interval_seconds',
    /whole number/,
  ],
  [
    'an interval as text',
    of('interval', { interval_seconds: '60' }),
    'INVALID_SCHEDULE',
    'schedule.interval_seconds',
    /whole number/,
  ],
  [
    'a negative interval',
    of('interval', { interval_seconds: -5 }),
    'INVALID_SCHEDULE',
    'schedule.interval_seconds',
    /from 1/,
  ],
  [
    'jitter above 100',
    of('interval', { interval_seconds: 5, jitter_percentage: 101 }),
    'INVALID_SCHEDULE',
    'schedule.jitter_percentage',
    /0 to 100/,
  ],
  [
    "another type's field",
    of('interval', { interval_seconds: 5, time: '02:00' }),
    'INVALID_SCHEDULE',
    'schedule.time',
    /type "interval" has interval_seconds, jitter_percentage/,
  ],
  [
    "the domain's own field",
    of('interval', { interval_seconds: 5, anchorAt: 0 }),
    'INVALID_SCHEDULE',
    'schedule.anchorAt',
    /unknown field/,
  ],
  ['a time of 25:00', of('daily', { time: '25:00' }), 'INVALID_SCHEDULE', 'schedule.time', /"00:00" to "23:59"/],
  [
    'an unknown zone',
    of('daily', { time: '01:00', timezone: 'Europe/Berlim' }),
    'INVALID_SCHEDULE',
    'schedule.timezone',
    /did you mean "Europe\/Berlin"/,
  ],
  [
    'no weekday at all',
    of('weekly', { time: '01:00', days_of_week: [] }),
    'INVALID_SCHEDULE',
    'schedule.days_of_week',
    /one or more weekdays/,
  ],
  [
    'an unknown weekday',
    of('weekly', { time: '01:00', days_of_week: ['monday'] }),
    'INVALID_SCHEDULE',
    'schedule.days_of_week',
    /"mon"/,
  ],
  [
    'only weekends, skipped',
    of('daily', { time: '01:00', days_of_week: ['sat'], skip_weekends: true }),
    'INVALID_SCHEDULE',
    'schedule.days_of_week',
    /skip_weekends leaves out/,
  ],
  [
    'day 32',
    of('monthly', { time: '01:00', day_of_month: 32 }),
    'INVALID_SCHEDULE',
    'schedule.day_of_month',
    /1 to 31/,
  ],
  [
    'a cron that never comes',
    of('cron', { cron_expression: '0 0 30 2 *' }),
    'INVALID_CRON_EXPRESSION',
    'schedule.cron_expression',
    /never fires/,
  ],
  [
    'a cron of four fields',
    of('cron', { cron_expression: '* * * *' }),
    'INVALID_CRON_EXPRESSION',
    'schedule.cron_expression',
    /field/,
  ],
  [
    'a cron of letters',
    of('cron', { cron_expression: 'each noon' }),
    'INVALID_CRON_EXPRESSION',
    'schedule.cron_expression',
    /./,
  ],
  [
    'latitude 91',
    of('sun', { mode: 'sunset', latitude: 91, longitude: 0 }),
    'INVALID_SCHEDULE',
    'schedule.latitude',
    /-90/,
  ],
  [
    'no sunrise ever',
    of('sun', { mode: 'sunrise', latitude: 90, longitude: 0 }),
    'INVALID_SCHEDULE',
    'schedule.latitude',
    /further from the pole/,
  ],
  [
    'sunrise called sunset',
    of('sunrise', { mode: 'sunset', latitude: 1, longitude: 0 }),
    'INVALID_SCHEDULE',
    'schedule.mode',
    /"sunrise" or be left out/,
  ],
  [
    'a time gone by',
    of('once', { run_at: '2020-01-01T00:00:00Z' }),
    'INVALID_SCHEDULE',
    'schedule.run_at',
    /give a later time/,
  ],
  [
    'a day that is none',
    of('once', { run_at: '2027-02-30T00:00:00Z' }),
    'INVALID_SCHEDULE',
    'schedule.run_at',
    /date and time/,
  ],
  ['a faulty topic filter', of('event', { topic: 'a/#/b' }), 'INVALID_SCHEDULE', 'schedule.topic', /./],
  ['no action', NO_ACTION, 'INVALID_ACTION', 'action', /object with a "type"/],
  ['an unknown action', { ...NEW, action: { type: 'dance' } }, 'ACTION_NOT_SUPPORTED', 'action', /publish/],
  ['a publish without topic', { ...NEW, action: { type: 'publish' } }, 'INVALID_ACTION', 'action.topic', /./],
  [
    'a publish to a wildcard',
    { ...NEW, action: { type: 'publish', topic: 'a/#' } },
    'INVALID_ACTION',
    'action.topic',
    /wildcard/,
  ],
  ['QoS 3', { ...NEW, action: { type: 'publish', topic: 'a', qos: 3 } }, 'INVALID_ACTION', 'action.qos', /0, 1 or 2/],
  [
    'a misspelt variable',
    { ...NEW, action: { type: 'publish', topic: 'a', payload: '${A B}' } },
    'INVALID_ACTION',
    'action.payload',
    /variable name/,
  ],
  [
    "another action's field",
    { ...NEW, action: { type: 'log', message: 'x', topic: 'a' } },
    'INVALID_ACTION',
    'action.topic',
    /unknown field/,
  ],
  ['an empty log line', { ...NEW, action: { type: 'log', message: '' } }, 'INVALID_ACTION', 'action.message', /./],
  [
    'half a retry',
    { ...NEW, advanced: { retry_count: 0.5 } },
    'INVALID_INPUT',
    'advanced.retry_count',
    /whole number from 0 to 100/,
  ],
  ['priority 11', { ...NEW, advanced: { priority: 11 } }, 'INVALID_INPUT', 'advanced.priority', /0 to 10/],
  [
    'no time at all',
    { ...NEW, advanced: { timeout_seconds: 0 } },
    'INVALID_INPUT',
    'advanced.timeout_seconds',
    /from 1/,
  ],
  ['an unknown setting', { ...NEW, advanced: { retries: 3 } }, 'INVALID_INPUT', 'advanced.retries', /unknown field/],
  [
    'an unknown notification',
    { ...NEW, notifications: { on_start: true } },
    'INVALID_INPUT',
    'notifications.on_start',
    /unknown field/,
  ],
  ['variables as a list', { ...NEW, variables: ['A'] }, 'INVALID_INPUT', 'variables', /object/],
  ['a list', [NEW], 'INVALID_INPUT', '', /must be an object/],
  ['null', null, 'INVALID_INPUT', '', /must be an object/],
  ['text that is no JSON', '{"name": ', 'INVALID_INPUT', 'body', /not JSON/],
  ['nothing', '', 'INVALID_INPUT', '', /./],
];

const CHANGES: readonly Bad[] = [
  ['an unknown field', { colour: 'red' }, 'INVALID_INPUT', 'colour', /unknown field/],
  ['an id', { id: 'job_002' }, 'INVALID_INPUT', 'id', /unknown field/],
  ['interval 0', { schedule: { interval_seconds: 0 } }, 'INVALID_SCHEDULE', 'schedule.interval_seconds', /from 1/],
  ["another type's field", { schedule: { time: '01:00' } }, 'INVALID_SCHEDULE', 'schedule.time', /unknown field/],
  ['a type without its fields', { type: 'daily' }, 'INVALID_SCHEDULE', 'schedule.time', /time of day/],
  ['an unknown action', { action: { type: 'dance' } }, 'ACTION_NOT_SUPPORTED', 'action', /publish/],
  ["another action's field", { action: { topic: 'x' } }, 'INVALID_ACTION', 'action.topic', /unknown field/],
  ['a new action without its fields', { action: { type: 'publish' } }, 'INVALID_ACTION', 'action.topic', /./],
  ['an action that is text', { action: 'log' }, 'INVALID_ACTION', 'action', /object/],
  ['enabled: null', { enabled: null }, 'INVALID_INPUT', 'enabled', /true or false/],
];

const OTHERS: readonly (readonly [method: string, path: string, ...Bad])[] = [
  ['POST', '/toggle', 'nothing said', {}, 'INVALID_INPUT', 'enabled', /missing/],
  ['POST', '/toggle', 'a word', { enabled: 'on' }, 'INVALID_INPUT', 'enabled', /true or false/],
  ['POST', '/run', 'an unknown field', { wait: true }, 'INVALID_INPUT', 'wait', /unknown field/],
  ['POST', '/run', 'force as a number', { force: 1 }, 'INVALID_INPUT', 'force', /true or false/],
  ['POST', '/run', 'parameters as a list', { parameters: [] }, 'INVALID_INPUT', 'parameters', /object/],
];

async function refused(method: string, target: string, [, body, code, field, mend]: Bad): Promise<void> {
  const before = await rowCounts(gateway.db);
  const stored = await gateway.db.selectFrom('job').selectAll().execute();
  const [pokes, started] = [gateway.engine.pokes.length, gateway.engine.started.length];
  const answer = await gateway.call(method, target, body, { headers: { 'Content-Type': 'application/json' } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(400);
  expect(answer.body).toMatchObject({ success: false, code });
  expect(answer.body['error']).toMatch(/^[A-Z][a-z]/);
  expect(answer.body['timestamp']).toBe('2025-03-12T15:10:00Z');
  expect(answer.body['message']).toMatch(mend);
  if (field !== '') {
    expect(answer.body['message']).toContain(field);
    expect((answer.body['fields'] as { field: string }[]).map((fault) => fault.field)).toContain(field);
  }
  expect(await rowCounts(gateway.db)).toEqual(before);
  expect(await gateway.db.selectFrom('job').selectAll().execute()).toEqual(stored);
  expect([gateway.engine.pokes.length, gateway.engine.started.length]).toEqual([pokes, started]);
}

describe('bad input gets the envelope, which names the field and the mend, and nothing is stored', () => {
  it.each(CREATIONS)('creating with %s [G-332..G-336, G-338, G-349, G-354, G-357]', async (...bad) => {
    await refused('POST', '/jobs', bad);
  });

  it.each(CHANGES)('changing with %s [G-354]', async (...bad) => {
    await refused('PUT', path, bad);
  });

  it.each(OTHERS)('%s %s with %s', async (method, sub, ...bad) => {
    await refused(method, `${path}${sub}`, bad);
  });

  it('names the fields of typed creations where they stand', async () => {
    const bad = { name: 'Bad', interval_seconds: 1.5, time: '01:00', action: { type: 'log', message: 'x' } };
    const { body } = await gateway.call('POST', '/jobs/interval', bad);
    expect(body['fields']).toEqual([{ field: 'time', message: expect.stringContaining('unknown field') as string }]);
    const { time: _time, ...rest } = bad;
    const again = await gateway.call('POST', '/jobs/interval', rest);
    expect(again.body['fields']).toEqual([
      { field: 'interval_seconds', message: expect.stringContaining('whole number') as string },
    ]);
  });

  it('names every faulty field at once', async () => {
    const { body } = await gateway.call('POST', '/jobs', { ...NEW, name: 7, enabled: 'yes', tags: 'x', colour: 'red' });
    expect((body['fields'] as { field: string }[]).map((fault) => fault.field).sort()).toEqual([
      'colour',
      'enabled',
      'name',
      'tags',
    ]);
  });

  it('refuses bodies that are too large or nested too deeply', async () => {
    const large = await gateway.call('POST', '/jobs', { ...NEW, description: 'x'.repeat(1_100_000) });
    expect([large.status, large.body['code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const deep = await gateway.call('POST', '/jobs', `${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    expect([deep.status, deep.body['code']]).toEqual([400, 'INVALID_INPUT']);
  });

  it('keeps text that Postgres could not hold, mended', async () => {
    const made = await gateway.call('POST', '/jobs', { ...NEW, name: 'NUL \u0000 and half \ud800 a pair' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ job: { name: 'NUL \ufffd and half \ufffd a pair' } });
  });
});
