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
let closed: RunningWeb;
const ids = createIdSource({ slot: 0, now: Date.now, random: Math.random });
beforeAll(async () => {
  web = await startWeb({ faces: FACE_LIST, openFaces: true });
  closed = await startWeb({ faces: FACE_LIST });
});
afterAll(async () => {
  await web.stop();
  await closed.stop();
});

async function executionOf(face: 'tasks' | 'commands'): Promise<string> {
  const actor = { subject: 'tester', roles: ['admin'] as const, face, correlationId: 'test' };
  const parts = { db: web.db, engine: recordingEngine(), log: recordingLog(), limits: LIMITS, now: () => Date.now() };
  const ctx: VerbContext = { ...parts, ids, actor };
  const { job } = await createJob(ctx, { spec: jobSpec({}, Date.now()) });
  const id = ids.next();
  await addExecution(web.db, job, { id, dueAt: Date.now(), state: 'succeeded', durationMs: 1 });
  return id;
}

const PATHS = ['/api/v1/schedules', '/api/v1/executions', '/api/v1/executions/running', '/api/v1/schedule-templates'];

describe('the commands face among the others', () => {
  it('answers at its documented paths and below /commands, to this machine without a credential [M-022, M-034, M-036]', async () => {
    for (const path of PATHS.flatMap((each) => [each, `/commands${each}`])) {
      const answer = await web.get(path);
      expect(answer.status, path).toBe(200);
      expect(await answer.json(), path).toMatchObject({ items: expect.any(Array) as unknown, limit: 50, offset: 0 });
    }
  });

  it('needs a credential elsewhere: of others, of those behind a proxy, and in production', async () => {
    for (const path of PATHS) expect((await closed.get(path)).status, path).toBe(401);
    expect((await closed.get('/api/v1/schedules', await bearer({ roles: ['viewer'] }))).status).toBe(200);
    expect((await web.get('/api/v1/schedules', { 'X-Forwarded-For': '203.0.113.5' })).status).toBe(401);
    expect((await web.get('/api/v1/schedules', { authorization: 'Bearer stolen' })).status).toBe(401);
    // Only this face, not the others, is open.
    expect((await web.get('/api/v1/tasks')).status).toBe(401);
    const refused = await closed.get('/commands/api/v1/schedules');
    expect(await refused.json()).toEqual({ code: 'UNAUTHENTICATED', detail: expect.any(String) as unknown });
  });

  it('lets a viewer read and nothing else', async () => {
    const viewer = await bearer({ roles: ['viewer'] });
    const refused = await web.post('/api/v1/schedules', { name: 'x' }, viewer);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  });

  it('answers of an execution in the shape of the face that owns it (DECISIONS section 1, rule 5) [M-035]', async () => {
    const own = await executionOf('commands');
    expect(await (await web.get(`/api/v1/executions/${own}`)).json()).toMatchObject({ id: own, status: 'succeeded' });
    const headers = await bearer({ roles: ['viewer'] });
    const foreign = await executionOf('tasks');
    expect(await (await web.get(`/api/v1/executions/${foreign}`, headers)).json()).toMatchObject({
      execution_id: foreign,
      status: 'success',
    });
  });
});
