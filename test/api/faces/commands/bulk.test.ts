import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommands, type TestCommands } from '../../../support/commands.ts';

let commands: TestCommands;
beforeAll(async () => {
  commands = await startCommands();
});
afterAll(() => commands.stop());

const ONE = { name: 'a', schedule_type: 'interval', interval_seconds: 60, target_command: 'cmd.a' };
const operate = (body: object, options = {}) => commands.call('POST', '/schedules/bulk/operation', body, options);

describe('many schedules at once [M-013]', () => {
  it('are created, each for itself, in the name of one creator [M-029]', async () => {
    const schedules = [
      ONE,
      { ...ONE, interval_seconds: 0 },
      { ...ONE, name: 'b' },
      { ...ONE, target_command: 'sys.a' },
      7,
      { ...ONE, target_command: undefined },
    ];
    const { status, body } = await commands.call(
      'POST',
      '/schedules/bulk/create',
      { schedules },
      { headers: { 'X-Created-By': 'billing' } },
    );
    expect(status).toBe(201);
    expect(body).toMatchObject({ created: 2, failed: 4 });
    const results = body['results'] as { index: number; id?: string; error?: { code: string; detail: string } }[];
    expect(results.map(({ index, error }) => [index, error?.code ?? 'made'])).toEqual([
      [0, 'made'],
      [1, 'INVALID_SCHEDULE'],
      [2, 'made'],
      [3, 'COMMAND_NOT_ALLOWED'],
      [4, 'INVALID_INPUT'],
      [5, 'INVALID_INPUT'],
    ]);
    expect(results[1]?.error?.detail).toContain('interval_seconds');
    const id = results[2]?.id ?? '';
    expect((await commands.call('GET', `/schedules/${id}`)).body).toMatchObject({ name: 'b', created_by: 'billing' });
    expect((await commands.auditOf(id)).map(({ actor }) => actor)).toEqual(['billing via admin']);
  });

  it('are paused, resumed and deleted, each with its result and the reason in the audit [M-030..M-033, M-057]', async () => {
    const made = [await commands.create(), await commands.create()];
    const gone = commands.ctx.ids.next();
    const schedule_ids = [...made, 'uuid1', gone];
    for (const [operation, after] of [
      ['pause', 'paused'],
      ['resume', 'active'],
      ['delete', null],
    ] as const) {
      const asked = { schedule_ids, operation, reason: `to ${operation}` };
      const { status, body } = await operate(asked, { headers: { 'X-Performed-By': 'ops' } });
      expect(status).toBe(200);
      expect(body).toEqual({
        operation,
        total: 4,
        succeeded: 2,
        failed: 2,
        results: [
          ...made.map((id) => ({ schedule_id: id, success: true })),
          ...['uuid1', gone].map((id) => ({
            schedule_id: id,
            success: false,
            error: { code: 'SCHEDULE_NOT_FOUND', detail: expect.stringContaining(id) },
          })),
        ],
      });
      const shown = await commands.call('GET', `/schedules/${made[0]}`);
      expect(shown.body['status'] ?? null).toBe(after);
      expect((await commands.auditOf(made[1] ?? '')).at(-1)).toEqual({
        actor: 'ops via admin',
        action: `job.${operation}`,
        reason: `to ${operation}`,
      });
    }
  });

  it('need the role admin', async () => {
    const body = { schedule_ids: ['x'], operation: 'pause' };
    expect(await operate(body, { role: 'operator' })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const created = await commands.call('POST', '/schedules/bulk/create', { schedules: [ONE] }, { role: 'operator' });
    expect(created.status).toBe(403);
  });

  it.each([
    [{ schedule_ids: [], operation: 'pause' }, 'schedule_ids'],
    [{ schedule_ids: ['x'], operation: 'explode' }, 'operation'],
    [{ operation: 'pause' }, 'schedule_ids'],
    [{ schedule_ids: ['x'], operation: 'pause', reason: 5 }, 'reason'],
  ])('%j is refused', async (body, path) => {
    const { status, body: said } = await operate(body);
    expect(status).toBe(400);
    expect(said['detail']).toContain(path);
  });
});
