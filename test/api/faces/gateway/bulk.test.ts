import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  for (const tags of [[], ['maintenance'], []]) {
    await gateway.createJob({ schedule: { kind: 'interval', everySeconds: 3600 }, tags });
  }
});
afterAll(() => gateway.stop());

it('runs all jobs as documented, and tells how far they are [G-275..G-283]', async () => {
  const { status, body } = await gateway.call('POST', '/jobs/run/all', {
    exclude_tags: ['maintenance'],
    force: false,
    sequential: true,
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    execution_group_id: 'group_20250312151000',
    total_jobs: 2,
    started_jobs: 2,
    status: 'started',
    progress_url: '/api/v1/scheduler/jobs/run/all/group_20250312151000',
  });
  expect(gateway.engine.groups).toEqual([{ groupId: 'group_20250312151000', sequential: true }]);
  const progress = await gateway.call('GET', '/jobs/run/all/group_20250312151000');
  expect(progress.body).toMatchObject({
    success: true,
    status: 'running',
    started_jobs: 2,
    ended_jobs: 0,
    executions: { queued: 2 },
  });
  expect((await gateway.call('GET', '/jobs/run/all/group_1')).status).toBe(404);
});

it('disables all jobs as documented [G-284..G-289]', async () => {
  const { status, body } = await gateway.call('POST', '/jobs/disable/all', {
    reason: 'System maintenance',
    duration_minutes: 60,
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    message: 'All jobs disabled',
    disabled_count: 3,
    resume_at: '2025-03-12T16:10:00Z',
  });
  expect((await gateway.call('GET', '/jobs')).body).toMatchObject({ total_jobs: 3, active_jobs: 0 });
});

it('lets only an admin do so, and says which field is wrong', async () => {
  for (const path of ['/jobs/run/all', '/jobs/disable/all']) {
    expect((await gateway.call('POST', path, {}, { role: 'operator' })).status).toBe(403);
  }
  const bad = await gateway.call('POST', '/jobs/disable/all', { duration_minutes: 0 });
  expect(bad).toMatchObject({ status: 400, body: { fields: [{ field: 'duration_minutes' }] } });
});
