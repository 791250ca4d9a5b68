import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reviewer } from '../../../../api/faces/reviewer/reviewer.ts';
import { connect, type Db } from '../../../../db/connect.ts';
import { serveFace, type ServedFace } from '../../../support/face.ts';
import { createDatabase } from '../../../support/servers.ts';
import { openVerbs, type TestVerbs } from '../../../support/verbs.ts';

const BASE = '/api/v1/scheduler';
const QUIET = { max: 2, applicationName: 'test', statementTimeoutMs: 10_000, onError: () => undefined };
let verbs: TestVerbs;
let broken: ServedFace;
let away: ServedFace;
const pools: Db[] = [];

beforeAll(async () => {
  verbs = await openVerbs();
  const served = async (url: string) => {
    const { db } = connect({ url, ...QUIET });
    pools.push(db);
    return serveFace(reviewer, BASE, { ...verbs.ctx, db, log: verbs.log, now: () => verbs.now });
  };
  // A database in which nothing was ever set up: every statement fails in a way that nobody foresees.
  broken = await served(await createDatabase());
  away = await served('postgres://nobody:sesame@127.0.0.1:9/none');
});
afterAll(async () => {
  broken.closeServer();
  away.closeServer();
  for (const db of pools) await db.destroy();
  await verbs.close();
});

const TASK = { name: 'Проверка', task_type: 'config_check', connection_id: 1, cron_schedule: '0 2 * * *' };
const REQUESTS = [
  ['POST', '/tasks', TASK],
  ['GET', '/tasks', undefined],
  ['GET', '/tasks/1', undefined],
  ['PUT', '/tasks/1', { name: 'Другая' }],
  ['DELETE', '/tasks/1', undefined],
  ['POST', '/tasks/1/run', undefined],
  ['GET', '/executions', undefined],
  ['GET', '/executions/1', undefined],
  ['GET', '/queue/status', undefined],
  ['GET', '/stats', undefined],
  ['POST', '/tasks/1/queue', undefined],
] as const;

describe('every endpoint', () => {
  it.each(REQUESTS)(
    'answers %s %s with 500 where something unforeseen goes wrong, and says nothing of its inside [R-030, R-038, R-050, R-055, R-063, R-083, R-089, R-105]',
    async (method, path, body) => {
      const answer = await broken.call(method, path, body);
      expect(answer.status).toBe(500);
      expect(answer.body).toEqual({
        detail: 'Внутренняя ошибка сервера. В журнале её можно найти по X-Request-Id.',
        code: 'INTERNAL',
      });
    },
  );

  it.each(REQUESTS)(
    'answers %s %s with 503 while the database is away, and shows no address',
    async (method, path, body) => {
      const answer = await away.call(method, path, body);
      expect([answer.status, answer.body['code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
      expect(answer.body['detail']).toMatch(/^База данных сейчас не отвечает/);
      expect(JSON.stringify(answer.body)).not.toContain('sesame');
    },
  );
});
