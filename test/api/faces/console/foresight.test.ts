import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type TestConsole } from '../../../support/console.ts';

let face: TestConsole;
beforeAll(async () => {
  face = await startConsole();
});
afterAll(() => face.stop());

describe('a preview', () => {
  it('tells the next runs of a schedule that is only thought of, and stores nothing', async () => {
    const { status, body } = await face.call('POST', '/jobs/preview', { cronExpression: '0 2 * * *', count: 2 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      jobId: null,
      timezone: 'UTC',
      runs: [{ time: '2025-03-13T02:00:00Z', isSkipped: false }, { time: '2025-03-14T02:00:00Z' }],
    });
    expect((await face.call('GET', '/jobs')).body['total']).toBe(0);
  });

  it('tells those of a stored job, as it is and as it would be', async () => {
    const id = await face.create({ intervalMinutes: 30 });
    const stored = await face.call('POST', '/jobs/preview', { jobId: id, count: 1 });
    expect(stored.body).toMatchObject({
      jobId: id,
      description: 'every 30 minutes',
      runs: [{ time: '2025-03-12T15:40:01Z' }],
    });
    const changed = await face.call('POST', '/jobs/preview', { jobId: id, intervalHours: 1, count: 1 });
    expect(changed.body).toMatchObject({ description: 'every hour', runs: [{ time: '2025-03-12T16:10:01Z' }] });
    expect((await face.call('POST', '/jobs/preview', { jobId: 999 })).status).toBe(404);
    expect((await face.call('POST', '/jobs/preview', {})).status).toBe(400);
  });
});

describe('foresight', () => {
  it('skips the next run, says why, and backfills', async () => {
    const id = await face.create({ intervalMinutes: 30 });
    const skip = await face.call('POST', `/jobs/${id}/skip-next`);
    expect(skip.body).toMatchObject({
      jobId: id,
      skippedRunAt: '2025-03-12T15:40:01Z',
      nextRunAt: '2025-03-12T16:10:01Z',
    });
    expect((await face.call('GET', `/jobs/${id}`)).body['nextRunAt']).toBe('2025-03-12T16:10:01Z');
    const { body: history } = await face.call('GET', `/jobs/${id}/history`);
    expect(history).toMatchObject({
      total: 1,
      items: [{ statusName: 'skipped', executionId: skip.body['executionId'] }],
    });
    const { body: why } = await face.call('GET', `/jobs/${id}/why?at=2025-03-12T15:40:01Z`);
    expect(why).toMatchObject({
      jobId: id,
      verdict: 'will_be_skipped',
      revision: { revision: 1, changedBy: 'super_admin' },
    });
    face.now += 7_200_000;
    const span = { start: '2025-03-12T15:00:00Z', end: '2025-03-12T16:30:00Z' };
    const dry = await face.call('POST', `/jobs/${id}/backfill`, { ...span, dryRun: true });
    expect(dry.body).toMatchObject({
      dryRun: true,
      total: 2,
      runs: [{ recordedStatusName: 'skipped' }, { executionId: null }],
    });
    const done = await face.call('POST', `/jobs/${id}/backfill`, { ...span, onlyMissed: true });
    expect(done.body).toMatchObject({ dryRun: false, total: 1, runs: [{ scheduledAt: '2025-03-12T16:10:01Z' }] });
    expect(face.engine.sequences).toHaveLength(1);
  });
});
