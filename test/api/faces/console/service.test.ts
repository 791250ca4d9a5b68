import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import { ROLES } from '../../../../api/verbs/context.ts';
import { startConsole, type TestConsole } from '../../../support/console.ts';
import { addInstance } from '../../../support/instances.ts';

let face: TestConsole;
beforeAll(async () => {
  face = await startConsole();
});
afterAll(() => face.stop());

const get = async (path: string) => (await face.call('GET', path)).body as unknown;

describe('the lookups', () => {
  it('list the task functions with their ids and their names in both languages [C-057..C-063, C-172]', async () => {
    expect(await get('/task-functions')).toEqual([
      {
        id: 1,
        key: 'hris_sync',
        nameEn: 'HRIS sync',
        nameAr: 'مزامنة الموارد البشرية',
        descriptionEn: 'Copies people.',
        descriptionAr: null,
        isActive: true,
      },
      {
        id: 2,
        key: 'always_fail',
        nameEn: 'Always fail',
        nameAr: 'Always fail',
        descriptionEn: null,
        descriptionAr: null,
        isActive: true,
      },
    ]);
  });

  it('list the job types [C-064..C-067, C-173]', async () => {
    expect(await get('/job-types')).toEqual([
      { id: 1, name: 'interval', nameEn: 'Interval', nameAr: 'فاصل زمني' },
      { id: 2, name: 'cron', nameEn: 'Cron', nameAr: 'تعبير كرون' },
    ]);
  });

  it('list the execution statuses [C-068..C-071, C-174]', async () => {
    const statuses = (await get('/execution-statuses')) as {
      id: number;
      name: string;
      nameEn: string;
      nameAr: string;
    }[];
    expect(statuses.map(({ id, name }) => [id, name])).toEqual([
      [1, 'pending'],
      [2, 'running'],
      [3, 'success'],
      [4, 'failed'],
      [5, 'cancelled'],
      [6, 'timeout'],
      [7, 'skipped'],
      [8, 'missed'],
    ]);
    for (const { nameEn, nameAr } of statuses) {
      expect(nameEn).toMatch(/^[A-Z]/);
      expect(nameAr).toMatch(/\p{Script=Arabic}/u);
    }
  });
});

describe('the status', () => {
  it('is told from live instances and their heartbeats, and counts jobs and runs [C-159..C-167]', async () => {
    expect(await get('/status')).toEqual({
      isRunning: false,
      mode: 'standalone',
      instanceId: '',
      activeInstances: 0,
      totalJobs: 0,
      enabledJobs: 0,
      runningExecutions: 0,
      lastHeartbeat: null,
    });
    const worker = await addInstance(face.db, { mode: 'embedded' });
    await addInstance(face.db, { roles: ['api'] });
    const id = await face.create();
    await face.create({ isEnabled: false });
    const deleted = await face.create();
    await face.call('DELETE', `/jobs/${deleted}`);
    await face.call('POST', `/jobs/${id}/action`, { action: 'pause' });
    await face.add(id, { dueAt: face.now, state: 'running', workerId: worker });
    expect(await get('/status')).toEqual({
      isRunning: true,
      mode: 'embedded',
      instanceId: worker,
      activeInstances: 2,
      totalJobs: 2,
      enabledJobs: 1,
      runningExecutions: 1,
      lastHeartbeat: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
    await sql`update instance set last_heartbeat = now() - interval '31 seconds' where id = ${worker}`.execute(face.db);
    expect(await get('/status')).toMatchObject({ isRunning: false, activeInstances: 1 });
    await sql`update instance set last_heartbeat = now()`.execute(face.db);
    face.engine.unreachable = true;
    expect(await get('/status')).toMatchObject({ isRunning: false, activeInstances: 2 });
    face.engine.unreachable = false;
  });
});

describe('every endpoint', () => {
  const ENDPOINTS = [
    ['POST', '/jobs'],
    ['GET', '/jobs'],
    ['GET', '/jobs/1'],
    ['PUT', '/jobs/1'],
    ['DELETE', '/jobs/1'],
    ['POST', '/jobs/1/action'],
    ['GET', '/jobs/1/history'],
    ['GET', '/history'],
    ['GET', '/status'],
    ['POST', '/cleanup'],
    ['GET', '/task-functions'],
    ['GET', '/job-types'],
    ['GET', '/execution-statuses'],
  ] as const;

  it.each(ENDPOINTS)('is for super admins only: %s %s [C-072]', async (method, path) => {
    for (const role of ROLES.filter((one) => one !== 'super_admin')) {
      const { status, body } = await face.call(method, path, method === 'GET' ? undefined : {}, { role });
      expect([role, status, body['code']]).toEqual([role, 403, 'FORBIDDEN']);
      expect(Object.keys(body).sort()).toEqual(['code', 'detail']);
    }
    const none = await fetch(`${face.url}/api/v1/scheduler${path}`, { method });
    expect([none.status, await none.json()]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
  });
});
