import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACE_LIST } from '../../../../api/faces/index.ts';
import { inTransaction } from '../../../../db/connect.ts';
import { registerFunctions } from '../../../../db/queries/functions.ts';
import { readMetadata } from '../../../../domain/functions/function-metadata.ts';
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
    const interval = { taskFunctionId: 1, intervalMinutes: 30 };
    const made = await web.post(`${BASE}/jobs`, interval, headers);
    const { id, ...job } = await json(made);
    expect([made.status, job['taskFunctionKey']]).toEqual([201, 'hris_sync']);
    expect(await json(await web.get(`${BASE}/jobs/${String(id)}`, headers))).toMatchObject({
      id,
      jobTypeName: 'interval',
    });
    expect(await json(await web.get(`${BASE}/jobs?page=1`, headers))).toMatchObject({ total: 1, items: [{ id }] });
    expect(await json(await web.get(`${BASE}/jobs`, headers))).toMatchObject({ success: true, total_jobs: 0 });
    const acted = await web.post(`${BASE}/jobs/${String(id)}/action`, { action: 'pause' }, headers);
    expect(await json(acted)).toMatchObject({ message: 'Job paused successfully' });
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
