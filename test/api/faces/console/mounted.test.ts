import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingOf } from '../../../../api/faces/console/routes/reading.ts';
import { specOf } from '../../../../api/faces/console/translate/job-input.ts';
import { FACE_LIST } from '../../../../api/faces/index.ts';
import { createJob } from '../../../../api/verbs/create-job.ts';
import { inTransaction } from '../../../../db/connect.ts';
import { registerFunctions } from '../../../../db/queries/functions.ts';
import { readMetadata } from '../../../../domain/functions/function-metadata.ts';
import { createIdSource } from '../../../../domain/ids.ts';
import { LIMITS } from '../../../support/engine.ts';
import { recordingEngine } from '../../../support/recording-engine.ts';
import { recordingLog } from '../../../support/recording-log.ts';
import { bearer, startWeb, type RunningWeb } from '../../http/running-web.ts';

let web: RunningWeb;
let headers: Record<string, string>;
beforeAll(async () => {
  web = await startWeb({ faces: FACE_LIST, rateLimits: { read: 0, write: 0 } });
  headers = await bearer({ roles: ['super_admin'] });
  await inTransaction(web.db, (tx) => registerFunctions(tx, 'nobody', [readMetadata({}, 'hris_sync')]));
});
afterAll(() => web.stop());

const BASE = '/api/v1/scheduler';
const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('the console face among the others', () => {
  it('answers at its documented paths and below /console', async () => {
    for (const prefix of ['', '/console']) {
      for (const path of [
        '/status',
        '/history',
        '/task-functions',
        '/job-types',
        '/execution-statuses',
        '/jobs?page=1',
      ])
        expect((await web.get(`${prefix}${BASE}${path}`, headers)).status, `${prefix}${path}`).toBe(200);
    }
  });

  it('shares /jobs with the gateway: told apart by ids, by the body and by the query', async () => {
    const actor = {
      subject: 'tester',
      roles: ['super_admin'] as const,
      face: 'console' as const,
      correlationId: 'test',
    };
    const parts = { db: web.db, engine: recordingEngine(), log: recordingLog(), limits: LIMITS, now: () => Date.now() };
    const ctx = { ...parts, ids: createIdSource({ slot: 0, now: Date.now, random: Math.random }), actor };
    const body = { taskFunctionId: 1, intervalMinutes: 30 };
    const { job } = await createJob(ctx, { spec: specOf(body, await readingOf(ctx)) });
    const shown = await json(await web.get(`${BASE}/jobs/${job.number}`, headers));
    expect(shown).toMatchObject({ id: job.number, taskFunctionKey: 'hris_sync', jobTypeName: 'interval' });
    const { items, ...page } = await json(await web.get(`${BASE}/jobs?page=1`, headers));
    expect([items, page['total']]).toEqual([[shown], 1]);
    expect(await json(await web.get(`${BASE}/jobs`, headers))).toMatchObject({ success: true, total_jobs: 0 });
    expect(await json(await web.get(`${BASE}/jobs/${job.number}/history`, headers))).toMatchObject({
      items: [],
      total: 0,
    });
    const unknown = await web.post(`${BASE}/jobs`, { ...body, taskFunctionId: 99 }, headers);
    expect([unknown.status, await json(unknown)]).toEqual([
      400,
      { detail: expect.stringContaining('taskFunctionId: 99') as string, code: 'INVALID_INPUT' },
    ]);
    const preview = await web.post(`/console${BASE}/jobs/preview`, { cronExpression: '0 2 * * *', count: 1 }, headers);
    expect(preview.status).toBe(200);
  });

  it('stays closed to an admin, whatever path is taken', async () => {
    const admin = await bearer({ roles: ['admin'] });
    for (const path of [`${BASE}/status`, `${BASE}/jobs/1`, `/console${BASE}/jobs`]) {
      const refused = await web.get(path, admin);
      expect([path, refused.status, await json(refused)]).toMatchObject([path, 403, { code: 'FORBIDDEN' }]);
    }
  });

  it('has its OpenAPI document', async () => {
    const document = (await json(await web.get('/console/openapi.json'))) as { paths: object };
    expect(Object.keys(document.paths)).toContain(`${BASE}/jobs/{job_id}/action`);
  });
});
