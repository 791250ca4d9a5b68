import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Deps } from '../../activities/deps.ts';
import type { Engine } from '../../api/engine/engine.ts';
import { TemporalEngine } from '../../api/engine/temporal-engine.ts';
import type { Actor, Limits, VerbContext } from '../../api/verbs/context.ts';
import { createJob } from '../../api/verbs/create-job.ts';
import type { Db } from '../../db/connect.ts';
import type { Job } from '../../domain/job.ts';
import { startWorker, type RunningWorker } from '../../worker/start-worker.ts';
import { openDatabase } from './database.ts';
import { testDeps } from './deps.ts';
import { instead } from './instead.ts';
import { jobSpec, type SpecOverrides } from './job-specs.ts';
import { workflowBundle } from './servers.ts';
import { temporalClient } from './temporal.ts';
import { recordingLog, type RecordingLog } from './recording-log.ts';
import { TestPublisher } from './test-publisher.ts';

export interface EngineOverrides {
  /** False: no worker until `startWorker()`. */
  readonly worker?: boolean;
  readonly deps?: Partial<Deps>;
  readonly limits?: Partial<Limits>;
  readonly actor?: Partial<Actor>;
}

/** The engine as the product composes it, on real servers, with a broker in memory unless `deps.publisher` is given. */
export interface TestEngine {
  readonly db: Db;
  readonly databaseUrl: string;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly engine: TemporalEngine;
  readonly deps: Deps;
  readonly publisher: TestPublisher;
  readonly log: RecordingLog;
  /** What verbs are called with. */
  readonly ctx: VerbContext;
  ctxAs(actor: Partial<Actor>): VerbContext;
  /** A context whose engine does some things otherwise: loses pokes, fails to start runs. */
  ctxWith(engine: Partial<Engine>): VerbContext;
  startWorker(overrides?: Partial<Deps>): Promise<RunningWorker>;
  stopWorker(): Promise<void>;
  createJob(overrides?: SpecOverrides): Promise<Job>;
  stop(): Promise<void>;
}

export const LIMITS: Limits = {
  relays: ['lights'],
  ruleNodes: [],
  maxJobs: 0,
  maxConcurrentExecutions: 50,
  executorPoolSize: 10,
  clockCapacity: 100,
  defaultTimezone: 'UTC',
  executionTimeoutSeconds: 300,
  misfireGraceSeconds: 60,
  conflictPolicy: 'resources',
};

const ACTOR: Actor = { subject: 'tester', roles: ['super_admin'], face: 'gateway', correlationId: 'test' };

export async function startEngine(overrides: EngineOverrides = {}): Promise<TestEngine> {
  const [database, temporal] = await Promise.all([openDatabase(), temporalClient()]);
  const { db } = database;
  const { client, connection, namespace } = temporal;
  // A machine that stands still for seconds is no Temporal that is away.
  const answerWithinMs = 30_000;
  const engine = new TemporalEngine({ client, eager: true, monotonicMs: () => performance.now(), answerWithinMs });
  const publisher = new TestPublisher();
  const log = recordingLog();
  const deps = testDeps(db, {
    runs: engine,
    log,
    publisher,
    clockCapacity: overrides.limits?.clockCapacity ?? LIMITS.clockCapacity,
    ...overrides.deps,
  });
  const ctxAs = (actor: Partial<Actor>): VerbContext => ({
    db,
    engine,
    ids: deps.ids,
    limits: { ...LIMITS, ...overrides.limits },
    actor: { ...ACTOR, ...overrides.actor, ...actor },
    log,
    deviceId: deps.deviceId,
    now: deps.now,
  });
  const ctx = ctxAs({});
  let worker: RunningWorker | undefined;
  const test: TestEngine = {
    db,
    databaseUrl: database.url,
    client,
    connection,
    namespace,
    engine,
    deps,
    publisher,
    log,
    ctx,
    ctxAs,
    ctxWith: (other) => ({ ...ctx, engine: instead<Engine>(engine, other) }),
    async startWorker(own = {}) {
      const bundle = { codePath: workflowBundle() };
      // What does not end within its drain fails: that must not be a worker whose machine stalled.
      const parts = { connection, namespace, workflowBundle: bundle, drainMs: 20_000, graceMs: 2_000 };
      worker = await startWorker({ ...parts, deps: { ...deps, ...own } });
      return worker;
    },
    async stopWorker() {
      await worker?.stop();
      worker = undefined;
    },
    async createJob(spec = {}) {
      return (await createJob(ctx, { spec: jobSpec(spec, deps.now()) })).job;
    },
    async stop() {
      await test.stopWorker().catch(() => undefined);
      await database.close();
    },
  };
  if (overrides.worker !== false) await test.startWorker();
  return test;
}
