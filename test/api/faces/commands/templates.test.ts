import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommands, type TestCommands } from '../../../support/commands.ts';

let commands: TestCommands;
beforeAll(async () => {
  commands = await startCommands();
});
afterAll(() => commands.stop());

const MAIL = {
  description: 'A mail each day',
  parameters: { hour: { type: 'integer', default: 9 }, list: { type: 'string' }, to: { type: 'array', default: [] } },
  schedule: {
    name: 'daily {{list}}',
    schedule_type: 'cron',
    cron_expression: '0 {{hour}} * * *',
    target_command: 'cmd.mail.send',
    command_payload: { list: '{{ list }}', to: '{{to}}', at: '${SCHEDULED_TIME}' },
    priority: 7,
  },
};
const call = (method: string, path: string, body?: unknown, headers = {}) =>
  commands.call(method, `/schedule-templates${path}`, body, { headers });

describe('schedule templates [M-094]', () => {
  it('make schedules with parameters, which show what they were made from [M-095]', async () => {
    const made = await call('POST', '', { name: 'mail', ...MAIL }, { 'X-Created-By': 'ann' });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'mail', version: 1, created_by: 'ann', description: 'A mail each day', schedule: MAIL.schedule },
    });
    const parameters = { list: 'news', to: ['a', 'b'] };
    const { status, body } = await call('POST', '/mail/schedules', { parameters }, { 'X-Created-By': 'billing' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'daily news',
      cron_expression: '0 9 * * *',
      command_payload: { list: 'news', to: ['a', 'b'], at: '${SCHEDULED_TIME}' },
      priority: 7,
      created_by: 'billing',
      template: { name: 'mail', version: 1, parameters: { hour: 9, list: 'news', to: ['a', 'b'] } },
    });
    const overrides = { name: 'mine', priority: 1 };
    const own = await call('POST', '/mail/schedules', { parameters: { list: 'x', hour: 20 }, overrides });
    expect(own.body).toMatchObject({ ...overrides, cron_expression: '0 20 * * *' });
    // A change of the schedule keeps what it was made from.
    const id = String(own.body['id']);
    expect((await commands.call('PUT', `/schedules/${id}`, { priority: 2 })).body).toMatchObject({
      template: { name: 'mail', version: 1 },
    });
  });

  it('have versions; a schedule is made from the latest or from the one that is asked for', async () => {
    await call('POST', '', { name: 'v', ...MAIL });
    const schedule = { ...MAIL.schedule, priority: 3 };
    expect((await call('PUT', '/v', { ...MAIL, schedule }, { 'X-Performed-By': 'bob' })).body).toMatchObject({
      version: 2,
      created_by: 'bob',
    });
    const parameters = { list: 'x' };
    expect((await call('POST', '/v/schedules', { parameters })).body).toMatchObject({ priority: 3 });
    const first = await call('POST', '/v/schedules', { parameters, version: 1 });
    expect(first.body).toMatchObject({ priority: 7, template: { version: 1 } });
    expect((await call('GET', '/v')).body['version']).toBe(2);
    expect((await call('GET', '/v?version=1')).body).toMatchObject({ version: 1, schedule: MAIL.schedule });
    const versions = (await call('GET', '/v/versions')).body['items'] as { version: number }[];
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    const page = await call('GET', '/v/versions?limit=1&offset=1');
    expect(page.body).toMatchObject({ items: [{ version: 1 }], total: 2, limit: 1, offset: 1 });
    expect(page.headers.get('link')).toContain('rel="prev"');
    expect((await call('GET', '/v/versions?limit=x')).status).toBe(400);
    expect((await call('GET', '/v?version=3')).status).toBe(404);
  });

  it('are listed by name and deleted; a number is never used again; all is audited [M-087]', async () => {
    await call('POST', '', { name: 'z', ...MAIL });
    const listed = async () => {
      const { body } = await call('GET', '?limit=500');
      return (body['items'] as { name: string }[]).map(({ name }) => name);
    };
    expect(await listed()).toContain('z');
    expect((await call('DELETE', '/z', undefined, { 'X-Performed-By': 'cy' })).status).toBe(204);
    expect(await listed()).not.toContain('z');
    for (const [method, path] of [
      ['GET', '/z'],
      ['GET', '/z/versions'],
      ['DELETE', '/z'],
    ] as const) {
      expect(await call(method, path), `${method} ${path}`).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect((await call('PUT', '/z', MAIL)).status).toBe(404);
    expect((await call('POST', '', { name: 'z', ...MAIL })).body['version']).toBe(2);
    expect(await call('POST', '', { name: 'z', ...MAIL })).toMatchObject({ status: 409, body: { code: 'DUPLICATE' } });
    const audit = await commands.db
      .selectFrom('audit')
      .select(['actor', 'action'])
      .where('action', 'like', 'template.%')
      .orderBy('id', 'desc')
      .limit(2)
      .execute();
    expect(audit).toEqual([
      { actor: 'admin', action: 'template.create' },
      { actor: 'cy via admin', action: 'template.delete' },
    ]);
  });

  it.each<[string, object, string]>([
    ['an undeclared place', { ...MAIL, parameters: {} }, 'schedule: uses {{list}}'],
    [
      'a default of another type',
      { ...MAIL, parameters: { ...MAIL.parameters, hour: { type: 'integer', default: 'x' } } },
      'parameters.hour.default',
    ],
    [
      'an unknown type',
      { ...MAIL, parameters: { ...MAIL.parameters, hour: { type: 'hour' } } },
      'parameters.hour.type',
    ],
    ['no schedule', { parameters: {} }, 'schedule'],
    ['a schedule that is none', { schedule: { name: 'x', schedule_type: 'never' } }, 'schedule.schedule_type'],
    [
      'a schedule with a bad time',
      { schedule: { ...MAIL.schedule, name: 'x', command_payload: 1, cron_expression: '99 * * * *' } },
      'cron_expression',
    ],
  ])('with %s are refused', async (_, body, said) => {
    const answer = await call('POST', '', { name: 'bad', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body['detail']).toContain(said);
    expect((await call('GET', '/bad')).status).toBe(404);
  });

  it.each<[object, string]>([
    [{}, 'parameters.list: is missing'],
    [{ parameters: { list: 5 } }, 'parameters.list: must be of type string'],
    [{ parameters: { list: 'x', other: 1 } }, 'parameters.other'],
    [{ parameters: { list: 'x', hour: 99 } }, 'cron_expression'],
    [{ parameters: { list: 'x' }, overrides: { colour: 'red' } }, 'schedule.colour'],
    [{ parameters: { list: 'x' }, overrides: { target_command: 'sys.halt' } }, 'COMMAND_WHITELIST'],
  ])('do not make a schedule of %j', async (body, said) => {
    await call('POST', '', { name: 'strict', ...MAIL });
    const answer = await call('POST', '/strict/schedules', body);
    expect([400, 403]).toContain(answer.status);
    expect(answer.body['detail']).toContain(said);
  });
});
