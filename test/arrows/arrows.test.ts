import { describe, expect, it } from 'vitest';
import { ARROWS } from '../../lint/arrows.js';
import { lint } from './linting.ts';

const only = (rule: string, found: readonly string[]) => found.filter((line) => line.startsWith(`${rule}: `));
const arrowsBroken = async (place: string, code: string) => only('arrows/allowed', await lint(place, code));

/** File → import → words of the sentence that says where the code should go instead. */
const FORBIDDEN: readonly (readonly [place: string, code: string, teaches: string])[] = [
  ['domain/job.ts', `import { connect } from '../db/connect.ts'; connect();`, 'hand its answer in as an argument'],
  ['domain/job.ts', `import { readFileSync } from 'node:fs'; readFileSync('x');`, 'domain/ is pure'],
  ['domain/job.ts', `import { hostname } from 'os'; hostname();`, 'domain/ is pure'],
  ['domain/job.ts', `import { proxyActivities } from '@temporalio/workflow'; proxyActivities({});`, 'domain/ is pure'],
  ['domain/job.ts', `import { Temporal } from 'temporal-polyfill'; Temporal.Now;`, 'domain/ is pure'],
  [
    'domain/job.ts',
    `import type { Engine } from '../api/engine/engine.ts'; export type E = Engine;`,
    'domain/ is pure',
  ],

  ['workflows/clock.ts', `import { fire } from '../activities/fire.ts'; fire();`, '`import type` only'],
  [
    'workflows/clock.ts',
    `import { type Deps } from '../activities/deps.ts'; export type D = Deps;`,
    '`import type` only',
  ],
  ['workflows/clock.ts', `import { claim } from '../db/queries/claims.ts'; claim();`, 'ask in an activity'],
  ['workflows/clock.ts', `import { Pool } from 'pg'; new Pool();`, 'ask in an activity'],
  ['workflows/clock.ts', `import { createJob } from '../api/verbs/create-job.ts'; createJob();`, 'ask in an activity'],
  ['workflows/clock.ts', `import { setTimeout } from 'node:timers/promises'; await setTimeout(1);`, 'proxyActivities'],

  ['activities/run.ts', `import { clock } from '../workflows/clock.ts'; clock();`, 'must not know who orchestrates'],
  ['activities/run.ts', `import type { Engine } from '../api/engine/engine.ts'; export type E = Engine;`, '`Deps`'],
  ['activities/run.ts', `import { MIGRATIONS } from '../db/migrations/index.ts'; MIGRATIONS;`, 'db/queries/'],
  ['activities/run.ts', `import { Kysely } from 'kysely'; new Kysely({});`, 'db/queries/'],
  ['activities/run.ts', `import { connect } from 'mqtt'; connect('x');`, 'only through `deps`'],
  ['activities/run.ts', `import { request } from 'node:http'; request('x');`, 'only through `deps`'],

  [
    'db/queries/claims.ts',
    `import { createJob } from '../../api/verbs/create-job.ts'; createJob();`,
    'nothing above it',
  ],
  ['db/queries/claims.ts', `import { Hono } from 'hono'; new Hono();`, 'nothing above it'],
  ['db/queries/claims.ts', `import { fire } from '../../activities/fire.ts'; fire();`, 'nothing above it'],

  ['api/verbs/run-job.ts', `import { HTTPException } from 'hono/http-exception'; new HTTPException(400);`, 'no HTTP'],
  ['api/verbs/run-job.ts', `import { gateway } from '../faces/gateway/index.ts'; gateway;`, 'translate in the face'],
  [
    'api/verbs/run-job.ts',
    `import { Client } from '@temporalio/client'; new Client();`,
    'api/engine/ is the only home',
  ],
  ['api/verbs/run-job.ts', `import { MIGRATIONS } from '../../db/migrations/index.ts'; MIGRATIONS;`, 'db/queries/'],

  ['api/engine/poker.ts', `import { clock } from '../../workflows/index.ts'; clock();`, 'start it by its name'],
  ['api/engine/poker.ts', `import { jobsOf } from '../../db/queries/clocks.ts'; jobsOf();`, 'remembers nothing'],
  ['api/http/auth.ts', `import { FACES } from '../faces/index.ts'; FACES;`, 'knows no face'],
  ['api/http/auth.ts', `import { Client } from '@temporalio/client'; new Client();`, 'api/engine/ is the only home'],
  ['api/events/socket.ts', `import { claim } from '../../db/queries/claims.ts'; claim();`, 'decides nothing'],
  ['api/app.ts', `import { Client } from '@temporalio/client'; new Client();`, 'api/engine/ is the only home'],

  ['api/faces/gateway/routes.ts', `import { tasks } from '../tasks/index.ts'; tasks;`, 'a face never knows another'],
  ['api/faces/gateway/routes.ts', `import { FACES } from '../index.ts'; FACES;`, 'a face never knows another'],
  ['api/faces/gateway/routes.ts', `import { page } from '../../../db/queries/jobs.ts'; page();`, 'call a verb'],
  [
    'api/faces/gateway/routes.ts',
    `import type { Tx } from '../../../db/connect.ts'; export type T = Tx;`,
    'call a verb',
  ],
  ['api/faces/gateway/routes.ts', `import { Client } from '@temporalio/client'; new Client();`, 'no Temporal'],
  ['api/faces/gateway/routes.ts', `import { poke } from '../../engine/poker.ts'; poke();`, 'through api/engine/'],
  ['api/faces/gateway/routes.ts', `import { watch } from 'node:fs'; watch('x');`, 'effects belong in a verb'],
  ['api/faces/gateway/routes.ts', `import { hub } from '../../events/event-hub.ts'; hub;`, 'effects belong in a verb'],
  ['api/faces/paging.ts', `import { gateway } from './gateway/index.ts'; gateway;`, 'know single faces'],
  ['api/faces/dispatch.ts', `import { page } from '../../db/queries/jobs.ts'; page();`, 'is a verb'],
  ['api/faces/index.ts', `import { page } from '../../db/queries/jobs.ts'; page();`, 'in api/verbs/'],

  ['cli/list.ts', `import { createJob } from '../api/verbs/create-job.ts'; createJob();`, 'talks HTTP to the API'],
  ['dashboard/app.js', `import { fireTimes } from '../domain/fire-times.ts'; fireTimes();`, 'talks HTTP to the API'],
  [
    'sdk/javascript/index.js',
    `import { ERROR_CODES } from '../../domain/errors.ts'; ERROR_CODES;`,
    'talks HTTP to the API',
  ],
  ['examples/sync.js', `import { connect } from '../db/connect.ts'; connect();`, 'talks HTTP to the API'],

  [
    'start/service.ts',
    `import { freshDatabase } from '../test/support/database.ts'; freshDatabase();`,
    'without its tests',
  ],
  ['worker/start-worker.ts', `import { load } from '../bench/load.ts'; load();`, 'without its tests'],
  ['lint/allowed.js', `import { ERROR_CODES } from '../domain/errors.ts'; ERROR_CODES;`, 'by its text only'],
  ['deploy/live.mjs', `import { connect } from '../db/connect.ts'; connect();`, 'before the product is installed'],
  ['index.ts', `export { freshDatabase } from './test/support/database.ts';`, 'without its tests'],
];

describe('an import against an arrow is refused with a sentence that says where the code should go', () => {
  it.each(FORBIDDEN)('%s: %s', async (place, code, teaches) => {
    const found = await arrowsBroken(place, code);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${place} may not import `);
    expect(found[0]).toContain(teaches);
  });

  it('covers every row of the table that forbids anything', () => {
    const forbidding = ARROWS.filter(({ may, never }) => !may.includes('*') || never !== undefined);
    const sentences = FORBIDDEN.map(([, , teaches]) => teaches);
    const uncovered = forbidding.flatMap(({ folder, why, never = [] }) => {
      const taught = [why, ...never.map((one) => one.why)].filter((sentence) => sentence !== '');
      return taught.some((sentence) => sentences.some((words) => sentence.includes(words))) ? [] : [folder];
    });
    expect(uncovered).toEqual([]);
  });
});

describe('no way of writing an import gets around the arrows', () => {
  it.each([
    ['a re-export', `export { connect } from '../db/connect.ts';`],
    ['a re-export of everything', `export * from '../db/connect.ts';`],
    ['a re-export of types', `export type { Db } from '../db/connect.ts';`],
    ['an import for its effects', `import '../db/connect.ts';`],
    ['a dynamic import', `export const later = () => import('../db/connect.ts');`],
    ['a dynamic import in a template literal', 'export const later = () => import(`../db/connect.ts`);'],
    ['an import type inside an annotation', `export type Db = import('../db/connect.ts').Db;`],
    ['require', `declare const require: (name: string) => unknown; export const pg = require('pg');`],
    ['a detour through the folder itself', `import { connect } from './../domain/../db/connect.ts'; connect();`],
    ['a path out of the project', `import secret from '../../elsewhere/secret.json'; secret;`],
  ])('%s', async (_way, code) => {
    expect(await arrowsBroken('domain/job.ts', code)).toHaveLength(1);
  });

  it('refuses a computed name, which nothing can judge', async () => {
    const [found] = await arrowsBroken(
      'domain/job.ts',
      'export const load = (name: string) => import(`./${name}.ts`);',
    );
    expect(found).toContain('write the name as plain text');
  });

  it('refuses a folder that has no row yet', async () => {
    const [found] = await arrowsBroken('plugins/first.ts', 'export const first = 1;');
    expect(found).toContain('give its folder a row');
  });
});

describe('imports along the arrows pass', () => {
  it.each([
    [
      'domain/schedules/cron.ts',
      `import { Cron } from 'croner'; import { z } from 'zod'; import { e } from '../errors.ts'; [Cron, z, e];`,
    ],
    [
      'workflows/clock.ts',
      `import type { Activities } from '../activities/index.ts'; import { proxyActivities } from '@temporalio/workflow'; export const a = proxyActivities<Activities>({});`,
    ],
    [
      'activities/actions/log.ts',
      `import { end } from '../../db/queries/ends.ts'; import { inTransaction, type Db } from '../../db/connect.ts'; import { createHash } from 'node:crypto'; export const x = [end, inTransaction, createHash] satisfies Db[];`,
    ],
    [
      'db/queries/claims.ts',
      `import { sql } from 'kysely'; import { admit } from '../../domain/admission.ts'; [sql, admit];`,
    ],
    [
      'api/verbs/create-job.ts',
      `import { insertJob } from '../../db/queries/jobs.ts'; import { inTransaction } from '../../db/connect.ts'; import type { Engine } from '../engine/engine.ts'; export const x: Engine = [insertJob, inTransaction];`,
    ],
    [
      'api/engine/engine.ts',
      `import { Client } from '@temporalio/client'; import type { clock } from '../../workflows/clock.ts'; export const x: typeof clock = Client;`,
    ],
    [
      'api/faces/gateway/routes.ts',
      `import type { DomainEvent } from '../../events/domain-event.ts'; import { Hono } from 'hono'; import { createJob } from '../../verbs/create-job.ts'; import { schema } from './schema.ts'; import { face } from '../../http/face.ts'; [Hono, createJob, schema, face] satisfies DomainEvent[];`,
    ],
    [
      'api/faces/index.ts',
      `import { gateway } from './gateway/index.ts'; import { tasks } from './tasks/index.ts'; [gateway, tasks];`,
    ],
    ['api/faces/dispatch.ts', `import { FACES } from './index.ts'; FACES;`],
    [
      'api/events/socket.ts',
      `import { listen } from '../../db/events.ts'; import { WebSocketServer } from 'ws'; [listen, WebSocketServer];`,
    ],
    [
      'worker/start-worker.ts',
      `import { Worker } from '@temporalio/worker'; import { createActivities } from '../activities/index.ts'; [Worker, createActivities];`,
    ],
    [
      'start/service.ts',
      `import { FACES } from '../api/faces/index.ts'; import { connect } from '../db/connect.ts'; import { Client } from '@temporalio/client'; [FACES, connect, Client];`,
    ],
    ['cli/list.ts', `import { Command } from 'commander'; import { call } from './call.ts'; [Command, call];`],
    [
      'test/e2e/kill.test.ts',
      `import { clock } from '../../workflows/clock.ts'; import { load } from '../../bench/load.ts'; [clock, load];`,
    ],
  ])('%s: %s', async (place, code) => {
    const found = await lint(place, code);
    expect(found.filter((line) => line.startsWith('arrows/') || line.startsWith('no-restricted-imports'))).toEqual([]);
  });
});
