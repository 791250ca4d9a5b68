import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import { startConsole, type TestConsole } from '../../../support/console.ts';
import { addInstance } from '../../../support/instances.ts';
import { rowCounts } from '../../../support/verbs.ts';

let face: TestConsole;
let id: number;
beforeAll(async () => {
  face = await startConsole();
  id = await face.create();
});
afterAll(() => face.stop());

/** Asks, and holds that nothing was stored by it. */
async function refused(method: string, path: string, body?: unknown) {
  const before = await rowCounts(face.db);
  const answer = await face.call(method, path, body);
  expect(await rowCounts(face.db)).toEqual(before);
  return { status: answer.status, ...(answer.body as { detail: string; code: string }) };
}

const GOOD = { taskFunctionId: 1, intervalMinutes: 30 };

describe('a creation', () => {
  it.each<[string, unknown, string, string]>([
    ['no function', { intervalMinutes: 30 }, 'INVALID_INPUT', 'taskFunctionId'],
    ['an unknown function', { ...GOOD, taskFunctionId: 99 }, 'INVALID_INPUT', 'taskFunctionId: 99'],
    ['a function by its key', { ...GOOD, taskFunctionId: 'hris_sync' }, 'INVALID_INPUT', 'taskFunctionId'],
    ['neither interval nor cron [C-012]', { taskFunctionId: 1 }, 'INVALID_SCHEDULE', 'intervalSeconds: is missing'],
    ['both interval and cron', { ...GOOD, cronExpression: '0 2 * * *' }, 'INVALID_SCHEDULE', 'cronExpression'],
    ['an interval of nothing', { taskFunctionId: 1, intervalHours: 0 }, 'INVALID_SCHEDULE', 'intervalHours'],
    ['a negative part', { ...GOOD, intervalSeconds: -1 }, 'INVALID_INPUT', 'intervalSeconds'],
    ['half a minute', { taskFunctionId: 1, intervalMinutes: 0.5 }, 'INVALID_INPUT', 'intervalMinutes'],
    ['an interval of centuries', { taskFunctionId: 1, intervalDays: 99_999 }, 'INVALID_SCHEDULE', 'intervalDays'],
    [
      'a bad cron expression',
      { taskFunctionId: 1, cronExpression: '99 * * * *' },
      'INVALID_CRON_EXPRESSION',
      'cronExpr',
    ],
    [
      'too long a cron expression',
      { taskFunctionId: 1, cronExpression: `${'0,'.repeat(60)}0 * * * *` },
      'INVALID_INPUT',
      '100',
    ],
    [
      'no instances',
      { ...GOOD, maxInstances: 0 },
      'INVALID_INPUT',
      'maxInstances: must be a whole number from 1 to 10',
    ],
    ['eleven instances', { ...GOOD, maxInstances: 11 }, 'INVALID_INPUT', 'maxInstances'],
    ['a priority above ten', { ...GOOD, priority: 11 }, 'INVALID_INPUT', 'priority'],
    ['a negative grace', { ...GOOD, misfireGraceTime: -1 }, 'INVALID_INPUT', 'misfireGraceTime'],
    ['a word for a flag', { ...GOOD, coalesce: 'yes' }, 'INVALID_INPUT', 'coalesce'],
    ['too long a name', { ...GOOD, nameEn: 'x'.repeat(256) }, 'INVALID_INPUT', 'nameEn'],
    ['an unknown field', { ...GOOD, name_en: 'x' }, 'INVALID_INPUT', 'name_en'],
    ['a list', [], 'INVALID_INPUT', ''],
  ])('with %s is refused, and says what to write [C-076, C-087]', async (_, body, code, words) => {
    const answer = await refused('POST', '/jobs', body);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(answer.detail).toContain(words);
  });

  it('names every faulty field at once', async () => {
    const { detail } = await refused('POST', '/jobs', { ...GOOD, maxInstances: 0, coalesce: 1, nameAr: 7 });
    for (const field of ['maxInstances', 'coalesce', 'nameAr']) expect(detail).toContain(`${field}: `);
  });

  it('names a function that no live worker serves any more', async () => {
    const worker = await addInstance(face.db);
    await sql`update instance set functions = '{}' where id = ${worker}`.execute(face.db);
    const { code, detail } = await refused('POST', '/jobs', GOOD);
    expect([code, detail]).toEqual(['INVALID_ACTION', expect.stringMatching(/^taskFunctionId: .*"hris_sync"/)]);
    await sql`delete from instance where id = ${worker}`.execute(face.db);
  });

  it('is refused while Temporal is away, and nothing is stored', async () => {
    face.engine.unreachable = true;
    expect(await refused('POST', '/jobs', GOOD)).toMatchObject({ status: 503, code: 'ENGINE_UNAVAILABLE' });
    face.engine.unreachable = false;
  });
});

describe('a change', () => {
  it.each<[string, object]>([
    ['both interval and cron', { intervalHours: 1, cronExpression: '0 2 * * *' }],
    ['no interval left', { intervalMinutes: null }],
    ['eleven instances', { maxInstances: 11 }],
    ['an unknown function', { taskFunctionId: 99 }],
  ])('to %s is refused', async (_, body) => {
    expect((await refused('PUT', `/jobs/${id}`, body)).status).toBe(400);
  });
});

describe('a request', () => {
  it.each([
    ['GET', '/jobs?page=0'],
    ['GET', '/jobs?per_page=101'],
    ['GET', '/jobs?is_enabled=maybe'],
    ['GET', '/jobs?job_type_id=3'],
    ['GET', '/jobs?limit=5'],
    ['GET', '/history?status_id=9'],
    ['GET', '/history?status_id=success'],
    ['DELETE', '/jobs/1?force=yes'],
    ['POST', '/jobs/1/action', { action: 'stop' }],
    ['POST', '/jobs/1/action', {}],
    ['POST', '/cleanup', { retentionDays: -1 }],
    ['POST', '/cleanup', { days: 1 }],
  ] as const)('%s %s is refused with 400 [C-130]', async (method, path, body?: object) => {
    expect(await refused(method, path, body)).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
  });

  it.each(['0', '999', 'job_001', '1e3', '-1', '99999999999999999999'])('of job %s is not found', async (unknown) => {
    for (const [method, path, body] of [
      ['GET', ''],
      ['PUT', '', { priority: 1 }],
      ['DELETE', ''],
      ['POST', '/action', { action: 'pause' }],
      ['GET', '/history'],
    ] as const) {
      const answer = await refused(method, `/jobs/${unknown}${path}`, body);
      expect([method, answer.status, answer.code]).toEqual([method, 404, 'JOB_NOT_FOUND']);
    }
  });
});
