import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommands, type TestCommands } from '../../../support/commands.ts';

let commands: TestCommands;
beforeAll(async () => {
  commands = await startCommands();
});
afterAll(() => commands.stop());

describe('what schedules will do, and did', () => {
  it('a preview of what is not stored, and of a stored one with changes', async () => {
    const { status, body } = await commands.call('POST', '/schedules/preview', {
      schedule_type: 'cron',
      cron_expression: '30 2 * * *',
      timezone: 'Europe/Berlin',
      after: '2025-03-29T12:00:00Z',
      count: 2,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      schedule_id: null,
      timezone: 'Europe/Berlin',
      executions: [
        { time: '2025-03-30T01:00:00Z', local_time: '2025-03-30T03:00:00+02:00', clock_change: 'moved' },
        { time: '2025-03-31T00:30:00Z', clock_change: null },
      ],
    });
    const schedule_id = await commands.create();
    const changed = await commands.call('POST', '/schedules/preview', {
      schedule_id,
      cron_expression: '0 5 * * *',
      count: 1,
    });
    expect(changed.body).toMatchObject({ schedule_id, executions: [{ time: '2025-03-13T05:00:00Z' }] });
    expect((await commands.call('POST', '/schedules/preview', {})).status).toBe(400);
  });

  it('a fire is skipped by name, and why says so', async () => {
    const id = await commands.create();
    const headers = { 'X-Performed-By': 'ann' };
    const skipped = await commands.call('POST', `/schedules/${id}/skip-next`, { reason: 'holiday' }, { headers });
    expect(skipped.body).toMatchObject({
      schedule_id: id,
      skipped_execution_time: '2025-03-13T00:00:00Z',
      next_run_at: '2025-03-14T00:00:00Z',
    });
    expect((await commands.auditOf(id)).at(-1)).toMatchObject({ actor: 'ann via admin', reason: 'holiday' });
    const why = await commands.call('GET', `/schedules/${id}/why?at=2025-03-13T00:00:00Z`);
    expect(why.body).toMatchObject({
      schedule_id: id,
      verdict: 'will_be_skipped',
      executions: [{ status: 'skipped' }],
    });
  });

  it('past fire times can be run, or only listed', async () => {
    const id = await commands.create({ cron_expression: '0 * * * *' });
    const span = { start: '2025-03-12T10:00:00Z', end: '2025-03-12T11:00:00Z' };
    const listed = await commands.call('POST', `/schedules/${id}/backfill`, { ...span, dry_run: true });
    expect(listed.body).toMatchObject({ schedule_id: id, dry_run: true, total: 2, group_id: null });
    const run = await commands.call('POST', `/schedules/${id}/backfill`, span, { headers: { 'X-Triggered-By': 'cy' } });
    expect(run.body).toMatchObject({ dry_run: false, total: 2, group_id: expect.any(String) as unknown });
  });
});
