import { reviewer } from '../../api/faces/reviewer/reviewer.ts';
import type { Limits } from '../../api/verbs/context.ts';
import { sql, type Db } from '../../db/connect.ts';
import { jobOf } from '../../db/queries/job-row.ts';
import type { Job } from '../../domain/job.ts';
import { openReviews } from '../../worker/reviews/open-reviews.ts';
import { startEngine, type TestEngine } from './engine.ts';
import { addExecution, type PastExecution } from './executions.ts';
import { serveFace, type Answer, type ServedFace } from './face.ts';
import { createDatabase } from './servers.ts';
import { until } from './until.ts';
import { openVerbs, type TestVerbs } from './verbs.ts';

const BASE = '/api/v1/scheduler';

/** The reviewer face over verbs with an engine that only records, and a clock that stands until it is moved. */
export interface TestReviewer extends TestVerbs, ServedFace {
  /** Creates a task and returns its id; what is not said is made up. */
  create(more?: object): Promise<number>;
  jobOf(id: number): Promise<Job>;
  /** Writes an execution of a task as the engine leaves it. Returns its integer. */
  add(id: number, past: Omit<PastExecution, 'id'>): Promise<number>;
  stop(): Promise<void>;
}

export async function startReviewer(limits: Partial<Limits> = {}): Promise<TestReviewer> {
  const verbs = await openVerbs();
  const parts = { ...verbs.ctx, log: verbs.log, limits: { ...verbs.ctx.limits, ...limits }, now: () => verbs.now };
  const face = await serveFace(reviewer, BASE, parts);
  const findJob = (id: number) => jobNumbered(verbs.db, id);
  return Object.assign(verbs, face, {
    create: (more: object = {}) => createTask(face, more),
    jobOf: findJob,
    async add(id: number, past: Omit<PastExecution, 'id'>) {
      const executionId = verbs.ctx.ids.next();
      await addExecution(verbs.db, await findJob(id), { id: executionId, ...past });
      const { rows } = await sql<{ number: number }>`update execution set number = nextval('execution_number_reviewer')
        where id = ${executionId} returning number`.execute(verbs.db);
      return rows[0]?.number ?? 0;
    },
    async stop() {
      face.closeServer();
      await verbs.close();
    },
  });
}

/** The reviewer face over the engine as the product composes it, on a real Temporal. */
export interface LiveReviewer extends ServedFace {
  readonly engine: TestEngine;
  /** The database of connection 2; connection 1 is the service's own. */
  readonly reviewedUrl: string;
  create(more?: object): Promise<number>;
  /** Runs a task and returns its execution once it has ended. */
  run(id: number): Promise<Record<string, unknown>>;
  ended(executionId: unknown): Promise<Record<string, unknown>>;
  restartWorker(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLiveReviewer(): Promise<LiveReviewer> {
  const reviewedUrl = await createDatabase();
  const limits = { reviewConnections: [1, 2, 3] };
  const engine = await startEngine({ limits, worker: false });
  const machine = { memoryGb: null, cpus: null, logPath: null };
  const reviews = openReviews([
    { id: 1, name: 'almanac', url: engine.databaseUrl, ...machine },
    { id: 2, name: 'reviewed', url: reviewedUrl, ...machine },
    { id: 3, name: 'away', url: 'postgres://reader:sesame@127.0.0.1:9/none', ...machine },
  ]);
  await engine.startWorker({ reviews });
  const face = await serveFace(reviewer, BASE, { ...engine.ctx, log: engine.log });
  const ended = (executionId: unknown) =>
    until(`execution ${String(executionId)} has ended`, async () => {
      const { body } = await face.call('GET', `/executions/${String(executionId)}`);
      return body['status'] === 'queued' || body['status'] === 'running' ? null : body;
    });
  return {
    ...face,
    engine,
    reviewedUrl,
    create: (more = {}) => createTask(face, more),
    async run(id) {
      const { status, body } = await face.call('POST', `/tasks/${id}/run`);
      if (status !== 200) throw new Error(`Task ${id} was not started: ${status} ${JSON.stringify(body)}`);
      return ended(body['execution_id']);
    },
    ended,
    async restartWorker() {
      await engine.startWorker({ reviews });
    },
    async stop() {
      face.closeServer();
      await engine.stop();
    },
  };
}

/** The rows of a bare array. */
export function rowsIn({ body }: Answer): Record<string, unknown>[] {
  if (!Array.isArray(body)) throw new Error(`No array: ${JSON.stringify(body)}`);
  return body as Record<string, unknown>[];
}

async function jobNumbered(db: Db, id: number): Promise<Job> {
  const found = db.selectFrom('job').selectAll().where('face', '=', 'reviewer').where('number', '=', id);
  return jobOf(await found.executeTakeFirstOrThrow());
}

async function createTask(face: ServedFace, more: object): Promise<number> {
  const usual = { name: 'Проверка', task_type: 'config_check', connection_id: 1, cron_schedule: '0 2 * * *' };
  const { status, body } = await face.call('POST', '/tasks', { ...usual, ...more });
  if (status !== 201) throw new Error(`The task was not created: ${status} ${JSON.stringify(body)}`);
  return Number(body['id']);
}
