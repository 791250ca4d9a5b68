import { tasks } from '../../api/faces/tasks/tasks.ts';
import type { Engine } from '../../api/engine/engine.ts';
import type { Limits } from '../../api/verbs/context.ts';
import { jobOf } from '../../db/queries/job-row.ts';
import type { Job } from '../../domain/job.ts';
import { startEngine, type EngineOverrides, type TestEngine } from './engine.ts';
import { serveFace, type ServedFace } from './face.ts';
import { instead } from './instead.ts';
import { openVerbs, type TestVerbs } from './verbs.ts';

const BASE = '/api/v1';

/** The tasks face over verbs with an engine that only records, and a clock that stands until it is moved. */
export interface TestTasks extends TestVerbs, ServedFace {
  /** Creates a task and returns its id; `payload` and type are made up where nothing is said. */
  create(more?: object): Promise<string>;
  jobOf(taskId: string): Promise<Job>;
  stop(): Promise<void>;
}

export async function startTasks(limits: Partial<Limits> = {}): Promise<TestTasks> {
  const verbs = await openVerbs();
  const parts = { ...verbs.ctx, log: verbs.log, limits: { ...verbs.ctx.limits, ...limits }, now: () => verbs.now };
  const face = await serveFace(tasks, BASE, parts);
  return Object.assign(verbs, face, {
    create: (more: object = {}) => createTask(face, more),
    async jobOf(taskId: string) {
      return jobOf(await verbs.db.selectFrom('job').selectAll().where('id', '=', taskId).executeTakeFirstOrThrow());
    },
    async stop() {
      face.closeServer();
      await verbs.close();
    },
  });
}

/** The tasks face over the engine as the product composes it, on a real Temporal. */
export interface LiveTasks extends ServedFace {
  readonly engine: TestEngine;
  create(more?: object): Promise<string>;
  stop(): Promise<void>;
}

export async function startLiveTasks(overrides: EngineOverrides = {}): Promise<LiveTasks> {
  const engine = await startEngine(overrides);
  // A machine that stands still for seconds is no run that does not stop.
  const patient = instead<Engine>(engine.engine, {
    cancelRun: (workflowId, timeoutMs) => engine.engine.cancelRun(workflowId, timeoutMs === 0 ? 0 : 90_000),
  });
  const face = await serveFace(tasks, BASE, { ...engine.ctx, engine: patient, log: engine.log });
  return {
    ...face,
    engine,
    create: (more = {}) => createTask(face, more),
    async stop() {
      face.closeServer();
      await engine.stop();
    },
  };
}

async function createTask(face: ServedFace, more: object): Promise<string> {
  const usual = { task_name: 'daily_report', task_type: 'cron', schedule_expression: '0 0 * * *' };
  const { status, body } = await face.call('POST', '/tasks', { ...usual, ...more });
  if (status !== 201) throw new Error(`The task was not created: ${status} ${JSON.stringify(body)}`);
  return String(body['task_id']);
}
