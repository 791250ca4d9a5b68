import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FACE_LIST } from '../../../../api/faces/index.ts';
import type { VerbContext } from '../../../../api/verbs/context.ts';
import { createJob } from '../../../../api/verbs/create-job.ts';
import { createIdSource } from '../../../../domain/ids.ts';
import { LIMITS } from '../../../support/engine.ts';
import { addExecution } from '../../../support/executions.ts';
import { jobSpec } from '../../../support/job-specs.ts';
import { recordingEngine } from '../../../support/recording-engine.ts';
import { recordingLog } from '../../../support/recording-log.ts';
import { bearer, startWeb, type RunningWeb } from '../../http/running-web.ts';

let web: RunningWeb;
let headers: Record<string, string>;
const ids = createIdSource({ slot: 0, now: Date.now, random: Math.random });
beforeAll(async () => {
  web = await startWeb({ faces: FACE_LIST, rateLimits: { read: 100, write: 1 } });
  headers = await bearer({ roles: ['operator'] });
});
afterAll(() => web.stop());

/** An execution of a job of a face, as the engine leaves it. */
async function executionOf(face: 'tasks' | 'gateway'): Promise<string> {
  const actor = { subject: 'tester', roles: ['admin'] as const, face, correlationId: 'test' };
  const parts = { db: web.db, engine: recordingEngine(), log: recordingLog(), limits: LIMITS, now: () => Date.now() };
  const ctx: VerbContext = { ...parts, ids, actor };
  const { job } = await createJob(ctx, { spec: jobSpec({}, Date.now()) });
  const id = ids.next();
  await addExecution(web.db, job, { id, dueAt: Date.now(), state: 'succeeded', durationMs: 1 });
  return id;
}

describe('the tasks face among the others', () => {
  it('answers at its documented paths and below /tasks', async () => {
    for (const prefix of ['', '/tasks']) {
      for (const path of ['/api/v1/tasks', '/api/v1/status', '/api/v1/workers', '/api/v1/graph']) {
        expect((await web.get(`${prefix}${path}`, headers)).status, `${prefix}${path}`).toBe(200);
      }
    }
  });

  it('answers of an execution in the shape of the face that owns it (DECISIONS section 1, rule 5)', async () => {
    const own = await executionOf('tasks');
    const foreign = await executionOf('gateway');
    expect(await (await web.get(`/api/v1/executions/${own}`, headers)).json()).toMatchObject({
      execution_id: own,
      status: 'success',
      is_retry: false,
    });
    expect(await (await web.get(`/api/v1/executions/${own}/logs`, headers)).json()).toMatchObject({
      execution_id: own,
    });
    const refused = await web.get(`/api/v1/executions/${foreign}/logs`, headers);
    expect([refused.status, await refused.json()]).toMatchObject([404, { error: { code: 'EXECUTION_NOT_FOUND' } }]);
  });

  it('refuses in its own shape: no credential, and too many requests', async () => {
    const anonymous = await web.get('/api/v1/tasks');
    expect([anonymous.status, await anonymous.json()]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
    const own = await bearer({ sub: 'busy' });
    const first = await web.post('/api/v1/tasks/preview', { task_type: 'manual' }, own);
    expect([first.status, first.headers.get('ratelimit-limit')]).toEqual([200, '1']);
    const second = await web.post('/api/v1/tasks/preview', { task_type: 'manual' }, own);
    expect([second.status, await second.json()]).toMatchObject([429, { error: { code: 'RATE_LIMITED' } }]);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('has its OpenAPI document, and a place on the reference page', async () => {
    const document = (await (await web.get('/tasks/openapi.json')).json()) as { paths: object; servers: object };
    expect(Object.keys(document.paths)).toContain('/api/v1/tasks/{task_id}/trigger');
    expect(document.servers).toEqual([{ url: '/tasks' }, { url: '/' }]);
    expect(await (await web.get('/assets/reference.js')).text()).toContain('/tasks/openapi.json');
  });
});
