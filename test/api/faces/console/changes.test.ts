import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type TestConsole } from '../../../support/console.ts';

let face: TestConsole;
beforeAll(async () => {
  face = await startConsole();
});
afterAll(() => face.stop());

const put = (id: number, body: object, query = '') => face.call('PUT', `/jobs/${id}${query}`, body);
const act = (id: number, action: string, query = '') => face.call('POST', `/jobs/${id}/action${query}`, { action });
const shown = async (id: number, query = '') => (await face.call('GET', `/jobs/${id}${query}`)).body;

describe('updating a job', () => {
  it('changes what is sent and nothing else [C-023, C-111, C-122..C-127]', async () => {
    const id = await face.create({ nameEn: 'Before', nameAr: 'قبل' });
    const before = await shown(id);
    const { status, body } = await put(id, { intervalMinutes: 60, priority: 10, isEnabled: false });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      intervalMinutes: 60,
      priority: 10,
      isEnabled: false,
      nextRunAt: null,
      updatedAt: '2025-03-12T15:10:00Z',
      updatedById: 'super_admin',
    });
    expect(await shown(id)).toEqual(body);
  });

  it('takes every field of a creation, and null clears a name [C-127]', async () => {
    const id = await face.create({ nameEn: 'Name', descriptionAr: 'وصف' });
    const fields = {
      taskFunctionId: 2,
      nameAr: 'اسم',
      descriptionEn: 'Text',
      maxInstances: 10,
      misfireGraceTime: 0,
      coalesce: false,
      isPrimary: true,
      payload: [1],
    };
    const { body } = await put(id, { ...fields, nameEn: null, descriptionAr: null });
    expect(body).toMatchObject({ ...fields, taskFunctionKey: 'always_fail', nameEn: null, descriptionAr: null });
    expect((await face.jobOf(id)).name).toBe('اسم');
  });

  it('merges interval fields one by one, and keeps the phase where the sum stays [C-124]', async () => {
    const id = await face.create({ intervalMinutes: 60 });
    face.now += 600_000;
    const same = await put(id, { intervalHours: 1, intervalMinutes: null });
    expect(same.body).toMatchObject({ intervalHours: 1, intervalMinutes: null, nextRunAt: '2025-03-12T16:10:01Z' });
    const longer = await put(id, { intervalMinutes: 30 });
    expect(longer.body).toMatchObject({ intervalHours: 1, intervalMinutes: 30, nextRunAt: '2025-03-12T16:50:01Z' });
  });

  it('turns an interval job into a cron job and back', async () => {
    const id = await face.create({ intervalMinutes: 30 });
    const cron = { jobTypeName: 'cron', jobTypeId: 2, cronExpression: '0 2 * * *', intervalMinutes: null };
    expect((await put(id, { cronExpression: '0 2 * * *' })).body).toMatchObject(cron);
    expect((await put(id, { intervalMinutes: null })).body).toMatchObject(cron);
    expect((await put(id, { cronExpression: null })).status).toBe(400);
    expect((await put(id, { intervalDays: 1 })).body).toMatchObject({
      jobTypeName: 'interval',
      jobTypeId: 1,
      cronExpression: null,
      intervalDays: 1,
      intervalMinutes: null,
    });
  });

  it('is refused where the job was changed meanwhile', async () => {
    const id = await face.create();
    const etag = (await face.call('GET', `/jobs/${id}`)).headers.get('etag') ?? '';
    await put(id, { priority: 1 });
    const { status, body } = await face.call('PUT', `/jobs/${id}`, { priority: 2 }, { headers: { 'If-Match': etag } });
    expect([status, body['code']]).toEqual([409, 'PRECONDITION_FAILED']);
  });
});

describe('deleting a job', () => {
  it('hides it, keeps its history, and shows it to those who ask [C-019, C-106, C-128]', async () => {
    const id = await face.create({ nameEn: 'Gone' });
    await face.add(id, { dueAt: face.now - 3_600_000, state: 'succeeded', durationMs: 5 });
    const { status, body } = await face.call('DELETE', `/jobs/${id}`);
    expect([status, body['id'], body['isActive'], body['nextRunAt']]).toEqual([200, id, false, null]);
    for (const [method, path, sent] of [
      ['GET', ''],
      ['PUT', '', { priority: 1 }],
      ['DELETE', ''],
      ['GET', '/history'],
      ['POST', '/action', { action: 'trigger' }],
    ] as const) {
      const answer = await face.call(method, `/jobs/${id}${path}`, sent);
      expect([method, path, answer.status, answer.body['code']]).toEqual([method, path, 404, 'JOB_NOT_FOUND']);
    }
    const listed = async (query: string) =>
      ((await face.call('GET', `/jobs?per_page=100${query}`)).body['items'] as { id: number }[]).some(
        (job) => job.id === id,
      );
    expect([await listed(''), await listed('&include_inactive=true')]).toEqual([false, true]);
    expect(await shown(id, '?include_inactive=true')).toMatchObject({ id, nameEn: 'Gone', isActive: false });
    const { body: kept } = await face.call('GET', `/jobs/${id}/history?include_inactive=true`);
    expect(kept).toMatchObject({ total: 1, items: [{ jobId: id, statusName: 'success' }] });
    const { body: all } = await face.call('GET', '/history');
    expect((all['items'] as { jobId: number }[]).map(({ jobId }) => jobId)).toContain(id);
  });
});

describe('a primary job', () => {
  it('refuses to be deleted or disabled unless it is forced [C-020, C-107]', async () => {
    const id = await face.create({ isPrimary: true });
    const asked = [
      () => face.call('DELETE', `/jobs/${id}`),
      () => put(id, { isEnabled: false }),
      () => act(id, 'disable'),
    ];
    for (const ask of asked) {
      const { status, body } = await ask();
      expect([status, body['code']]).toEqual([409, 'JOB_PROTECTED']);
      expect(body['detail']).toContain('?force=true');
    }
    expect(await shown(id)).toMatchObject({ isEnabled: true, isActive: true });
    expect((await act(id, 'pause')).status).toBe(200);
    expect((await act(id, 'disable', '?force=true')).body).toMatchObject({ job: { isEnabled: false } });
    expect((await put(id, { isEnabled: true })).status).toBe(200);
    expect((await put(id, { isEnabled: false }, '?force=true')).body).toMatchObject({ isEnabled: false });
    expect((await face.call('DELETE', `/jobs/${id}?force=true`)).body).toMatchObject({ isActive: false });
  });

  it('is one no more once it is told so', async () => {
    const id = await face.create({ isPrimary: true });
    await put(id, { isPrimary: false });
    expect((await face.call('DELETE', `/jobs/${id}`)).status).toBe(200);
  });
});

describe('an action', () => {
  it('disables and enables a job: its flag, its place in the scheduler and its next run [C-129..C-132, C-136..C-139]', async () => {
    const id = await face.create({ intervalMinutes: 30 });
    const disabled = await act(id, 'disable');
    expect(disabled.status).toBe(200);
    expect(disabled.body).toEqual({ success: true, message: 'Job disabled successfully', job: await shown(id) });
    expect(disabled.body['job']).toMatchObject({ isEnabled: false, nextRunAt: null });
    const seat = async () => {
      const { id: job_id } = await face.jobOf(id);
      return (await face.db.selectFrom('job_state').select('clock_id').where('job_id', '=', job_id).executeTakeFirst())
        ?.clock_id;
    };
    expect(await seat()).toBeNull();
    const enabled = await act(id, 'enable');
    expect(enabled.body).toMatchObject({
      success: true,
      message: 'Job enabled successfully',
      job: { isEnabled: true },
    });
    expect((enabled.body['job'] as { nextRunAt: string }).nextRunAt).toMatch(/Z$/);
    expect(await seat()).not.toBeNull();
  });

  it('pauses without disabling, and resumes [C-134, C-135]', async () => {
    const id = await face.create();
    const paused = await act(id, 'pause');
    expect(paused.body).toMatchObject({
      message: 'Job paused successfully',
      job: { isEnabled: true, isPaused: true, nextRunAt: null },
    });
    const resumed = await act(id, 'resume');
    expect(resumed.body).toMatchObject({ message: 'Job resumed successfully', job: { isPaused: false } });
    expect((resumed.body['job'] as { nextRunAt: string | null }).nextRunAt).not.toBeNull();
  });

  it('enables what was paused, too: it is scheduled anew; a disabled job has no pause', async () => {
    const id = await face.create();
    await act(id, 'pause');
    expect((await act(id, 'enable')).body).toMatchObject({ job: { isPaused: false } });
    await act(id, 'pause');
    await act(id, 'disable');
    for (const action of ['pause', 'resume']) {
      const { status, body } = await act(id, action);
      expect([status, body['code']]).toEqual([409, 'JOB_DISABLED']);
    }
    expect((await act(id, 'enable')).body).toMatchObject({ job: { isPaused: false, isEnabled: true } });
  });

  it('triggers at once and tells the execution [C-133, C-137, C-138]', async () => {
    const id = await face.create();
    const { status, body } = await act(id, 'trigger');
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      message: 'Job triggered successfully',
      executionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      job: await shown(id),
    });
    expect(face.engine.started.at(-1)).toMatchObject({ executionId: body['executionId'], trigger: 'manual' });
    const { body: history } = await face.call('GET', `/jobs/${id}/history`);
    expect(history).toMatchObject({ items: [{ executionId: body['executionId'], statusName: 'pending' }] });
  });

  it('triggers no more than maxInstances at once, nor a disabled job, unless it is forced [C-015]', async () => {
    const id = await face.create({ maxInstances: 2 });
    expect([(await act(id, 'trigger')).status, (await act(id, 'trigger')).status]).toEqual([200, 200]);
    const busy = await act(id, 'trigger');
    expect([busy.status, busy.body['code']]).toEqual([409, 'JOB_BUSY']);
    expect(busy.body['detail']).toContain('?force=true');
    expect((await act(id, 'trigger', '?force=true')).status).toBe(200);
    const off = await face.create({ isEnabled: false });
    expect((await act(off, 'trigger')).body).toMatchObject({ code: 'JOB_DISABLED' });
    expect((await act(off, 'trigger', '?force=true')).status).toBe(200);
  });
});
