import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type TestConsole } from '../../../support/console.ts';

let face: TestConsole;
beforeAll(async () => {
  face = await startConsole();
});
afterAll(() => face.stop());

/** console.txt, Create Job. */
const INTERVAL = {
  taskFunctionId: 1,
  nameEn: 'HRIS Sync',
  nameAr: 'مزامنة الموارد البشرية',
  intervalMinutes: 30,
  priority: 5,
  maxInstances: 1,
  isEnabled: true,
};
const CRON = { taskFunctionId: 2, cronExpression: '0 2 * * *', isEnabled: true };

const SHOWN = {
  id: expect.any(Number) as number,
  taskFunctionId: 1,
  taskFunctionKey: 'hris_sync',
  jobTypeId: 1,
  jobTypeName: 'interval',
  nameEn: 'HRIS Sync',
  nameAr: 'مزامنة الموارد البشرية',
  descriptionEn: null,
  descriptionAr: null,
  intervalSeconds: null,
  intervalMinutes: 30,
  intervalHours: null,
  intervalDays: null,
  cronExpression: null,
  priority: 5,
  maxInstances: 1,
  misfireGraceTime: 60,
  coalesce: true,
  isEnabled: true,
  isActive: true,
  isPrimary: false,
  isPaused: false,
  payload: {},
  lastRunAt: null,
  nextRunAt: '2025-03-12T15:40:01Z',
  createdAt: '2025-03-12T15:10:00Z',
  updatedAt: null,
  createdById: 'super_admin',
  updatedById: null,
};

describe('creating a job', () => {
  it('answers the interval job of the document, in camelCase, and tells its clock [C-073..C-078, C-082, C-086, C-087, C-090..C-108, C-110]', async () => {
    const { status, body, headers } = await face.call('POST', '/jobs', INTERVAL);
    expect(status).toBe(201);
    expect(body).toEqual(SHOWN);
    expect(headers.get('location')).toBe(`/api/v1/scheduler/jobs/${String(body['id'])}`);
    const { id } = await face.jobOf(Number(body['id']));
    expect(face.engine.pokes.at(-1)?.jobIds).toEqual([id]);
  });

  it('detects a cron job by its fields, and has the documented defaults [C-013..C-020, C-085, C-088, C-089]', async () => {
    const { status, body } = await face.call('POST', '/jobs', CRON);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...SHOWN,
      taskFunctionId: 2,
      taskFunctionKey: 'always_fail',
      jobTypeId: 2,
      jobTypeName: 'cron',
      nameEn: null,
      nameAr: null,
      intervalMinutes: null,
      cronExpression: '0 2 * * *',
      priority: 0,
      nextRunAt: '2025-03-13T02:00:00Z',
    });
    expect((await face.jobOf(Number(body['id']))).name).toBe('Always fail');
  });

  it('adds several interval fields up, and shows each as it was given [C-008..C-012, C-081..C-084]', async () => {
    const parts = { intervalSeconds: 5, intervalMinutes: 1, intervalHours: 2, intervalDays: 1 };
    const id = await face.create(parts);
    expect((await face.call('GET', `/jobs/${id}`)).body).toMatchObject({ ...parts, nextRunAt: '2025-03-13T17:11:06Z' });
    expect((await face.jobOf(id)).schedule).toMatchObject({ kind: 'interval', everySeconds: 93_665 });
  });

  it('keeps names and descriptions in both languages as they are, marks of direction too [C-004..C-007, C-079, C-080]', async () => {
    const texts = {
      nameEn: 'Sync of \u2068مزامنة\u2069 (v2)',
      nameAr: '\u200fمزامنة HRIS رقم ١\u200f',
      descriptionEn: 'Line one\nline two',
      descriptionAr: 'وصف طويل «بين علامتين» ثم 100% 👩‍💻',
    };
    const id = await face.create(texts);
    expect((await face.call('GET', `/jobs/${id}`)).body).toMatchObject(texts);
  });

  it('draws integers, and can make a primary job that is disabled, with a payload [C-001, C-107]', async () => {
    const [first, second] = [
      await face.create({ isPrimary: true, isEnabled: false, payload: { source: 'https://x' } }),
      await face.create(),
    ];
    expect(second).toBe(first + 1);
    expect((await face.call('GET', `/jobs/${first}`)).body).toMatchObject({
      isPrimary: true,
      isEnabled: false,
      nextRunAt: null,
      payload: { source: 'https://x' },
    });
  });
});

describe('the list of jobs', () => {
  let lists: TestConsole;
  beforeAll(async () => {
    lists = await startConsole();
    for (let i = 0; i < 23; i += 1) {
      const timing = i % 2 === 0 ? { intervalMinutes: 5 } : { cronExpression: '0 2 * * *' };
      await lists.create({ ...timing, isEnabled: i % 3 !== 0 });
    }
  });
  afterAll(() => lists.stop());

  const page = async (query: string) => {
    const { status, body } = await lists.call('GET', `/jobs${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    const { items, ...rest } = body as { items: { id: number }[] };
    return { ids: items.map(({ id }) => id), ...rest };
  };
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  it('has twenty a page, and counts pages [C-112..C-114, C-117..C-121]', async () => {
    expect(await page('')).toEqual({ ids: range(1, 20), total: 23, page: 1, perPage: 20, totalPages: 2 });
    expect(await page('?page=2')).toEqual({ ids: range(21, 23), total: 23, page: 2, perPage: 20, totalPages: 2 });
    expect(await page('?page=3&per_page=10')).toMatchObject({ ids: range(21, 23), perPage: 10, totalPages: 3 });
    expect(await page('?page=9')).toEqual({ ids: [], total: 23, page: 9, perPage: 20, totalPages: 2 });
    expect(await page('?per_page=100')).toMatchObject({ ids: range(1, 23), totalPages: 1 });
  });

  it('is filtered by what is enabled and by type, together too [C-115, C-116]', async () => {
    const enabled = range(1, 23).filter((id) => (id - 1) % 3 !== 0);
    expect(await page('?is_enabled=true')).toMatchObject({ ids: enabled, total: enabled.length });
    expect(await page('?is_enabled=False')).toMatchObject({ total: 23 - enabled.length });
    const cron = range(1, 23).filter((id) => id % 2 === 0);
    expect(await page('?job_type_id=2')).toMatchObject({ ids: cron, total: cron.length });
    const both = cron.filter((id) => enabled.includes(id));
    expect(await page('?job_type_id=2&is_enabled=1')).toMatchObject({ ids: both, total: both.length });
    await lists.call('POST', '/jobs/2/action', { action: 'pause' });
    expect(await page('?is_enabled=true')).toMatchObject({ total: enabled.length });
  });

  it('is empty with no pages where nothing fits', async () => {
    const none = await startConsole();
    expect((await none.call('GET', '/jobs')).body).toEqual({
      items: [],
      total: 0,
      page: 1,
      perPage: 20,
      totalPages: 0,
    });
    await none.stop();
  });
});
