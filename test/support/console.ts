import { consoleFace } from '../../api/faces/console/console.ts';
import type { Limits } from '../../api/verbs/context.ts';
import { inTransaction, sql, type Db } from '../../db/connect.ts';
import { registerFunctions } from '../../db/queries/functions.ts';
import { jobOf } from '../../db/queries/job-row.ts';
import { readMetadata } from '../../domain/functions/function-metadata.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type EngineOverrides, type TestEngine } from './engine.ts';
import { addExecution, type PastExecution } from './executions.ts';
import { serveFace, type Answer, type ServedFace } from './face.ts';
import { openVerbs, type TestVerbs } from './verbs.ts';

const BASE = '/api/v1/scheduler';

/** The console face over verbs with an engine that only records, and a clock that stands until it is moved. */
export interface TestConsole extends TestVerbs, ServedFace {
  /** Creates a job and returns its id; function and interval are made up where nothing is said. */
  create(more?: object): Promise<number>;
  jobOf(id: number): Promise<Job>;
  /** Writes an execution of a job as the engine leaves it. Returns its UUID. */
  add(id: number, past: Omit<PastExecution, 'id'>): Promise<string>;
  stop(): Promise<void>;
}

/** Functions 1 and 2 are served: `hris_sync` and `always_fail`. */
export async function startConsole(limits: Partial<Limits> = {}): Promise<TestConsole> {
  const verbs = await openVerbs();
  await serveFunctions(verbs.db);
  const parts = { ...verbs.ctx, log: verbs.log, limits: { ...verbs.ctx.limits, ...limits }, now: () => verbs.now };
  const face = asSuperAdmin(await serveFace(consoleFace, BASE, parts));
  const findJob = async (id: number) =>
    jobOf(
      await verbs.db
        .selectFrom('job')
        .selectAll()
        .where('face', '=', 'console')
        .where('number', '=', id)
        .executeTakeFirstOrThrow(),
    );
  return Object.assign(verbs, face, {
    create: (more: object = {}) => createJob(face, more),
    jobOf: findJob,
    async add(id: number, past: Omit<PastExecution, 'id'>) {
      const executionId = verbs.ctx.ids.next();
      await addExecution(verbs.db, await findJob(id), { id: executionId, ...past });
      await sql`update execution set number = nextval('execution_number_console')
        where id = ${executionId} and number is null`.execute(verbs.db);
      return executionId;
    },
    async stop() {
      face.closeServer();
      await verbs.close();
    },
  });
}

/** The console face over the engine as the product composes it, on a real Temporal. */
export interface LiveConsole extends ServedFace {
  readonly engine: TestEngine;
  create(more?: object): Promise<number>;
  stop(): Promise<void>;
}

export async function startLiveConsole(overrides: EngineOverrides = {}): Promise<LiveConsole> {
  const engine = await startEngine(overrides);
  await serveFunctions(engine.db);
  const face = asSuperAdmin(await serveFace(consoleFace, BASE, { ...engine.ctx, log: engine.log }));
  return {
    ...face,
    engine,
    create: (more = {}) => createJob(face, more),
    async stop() {
      face.closeServer();
      await engine.stop();
    },
  };
}

async function serveFunctions(db: Db): Promise<void> {
  const served = [
    readMetadata(
      { name_en: 'HRIS sync', name_ar: 'مزامنة الموارد البشرية', description: 'Copies people.' },
      'hris_sync',
    ),
    readMetadata({}, 'always_fail'),
  ];
  await inTransaction(db, (tx) => registerFunctions(tx, 'nobody', served));
}

function asSuperAdmin(face: ServedFace): ServedFace {
  const call: ServedFace['call'] = (method, path, body, options = {}): Promise<Answer> =>
    face.call(method, path, body, { role: 'super_admin', ...options });
  return { ...face, call };
}

const isTiming = (field: string) => /^(cron|interval)/.test(field);

async function createJob(face: ServedFace, more: object): Promise<number> {
  const usual = { taskFunctionId: 1, ...(Object.keys(more).some(isTiming) ? {} : { intervalMinutes: 30 }) };
  const { status, body } = await face.call('POST', '/jobs', { ...usual, ...more });
  if (status !== 201) throw new Error(`The job was not created: ${status} ${JSON.stringify(body)}`);
  return Number(body['id']);
}
