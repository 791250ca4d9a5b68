import type { Actor, Limits, VerbContext } from '../../api/verbs/context.ts';
import { createJob } from '../../api/verbs/create-job.ts';
import { sql, type Db } from '../../db/connect.ts';
import { createIdSource } from '../../domain/ids.ts';
import type { Job } from '../../domain/job.ts';
import { openDatabase, type TestDatabase } from './database.ts';
import { jobSpec, type SpecOverrides } from './job-specs.ts';
import { recordingEngine, type RecordingEngine } from './recording-engine.ts';
import { recordingLog, type RecordingLog } from './recording-log.ts';

/** Verbs over a real database of their own, an engine that only records, and a clock that stands until it is moved. */
export interface TestVerbs {
  readonly database: TestDatabase;
  readonly db: Db;
  readonly engine: RecordingEngine;
  readonly log: RecordingLog;
  readonly ctx: VerbContext;
  as(actor: Partial<Actor>, limits?: Partial<Limits>): VerbContext;
  /** The present instant; setting it moves the clock. */
  now: number;
  createJob(overrides?: SpecOverrides): Promise<Job>;
  close(): Promise<void>;
}

const LIMITS: Limits = {
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

export const TEST_NOW = Date.parse('2025-03-12T15:10:00.250Z');

export async function openVerbs(): Promise<TestVerbs> {
  const database = await openDatabase(TEST_NOW);
  const engine = recordingEngine();
  const log = recordingLog();
  const ids = createIdSource({ slot: 0, now: () => verbs.now, random: Math.random });
  const actor: Actor = { subject: 'admin', roles: ['admin'], face: 'gateway', correlationId: 'request-1' };
  const as: TestVerbs['as'] = (other, limits) => ({
    db: database.db,
    engine,
    ids,
    limits: { ...LIMITS, ...limits },
    actor: { ...actor, ...other },
    log,
    deviceId: 'test-device',
    now: () => verbs.now,
  });
  const verbs: TestVerbs = {
    database,
    db: database.db,
    engine,
    log,
    ctx: as({}),
    as,
    now: TEST_NOW,
    async createJob(overrides = {}) {
      return (await createJob(verbs.ctx, { spec: jobSpec(overrides, verbs.now) })).job;
    },
    close: () => database.close(),
  };
  return verbs;
}

/** How many rows each table of the read model holds: what a refused request must leave as it was. */
export async function rowCounts(db: Db): Promise<Record<string, number>> {
  const tables = [
    'job',
    'job_state',
    'job_revision',
    'execution',
    'job_rollup',
    'face_rollup',
    'clock',
    'audit',
    'idempotency',
  ];
  const counts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
      return [table, rows[0]?.n ?? 0] as const;
    }),
  );
  return Object.fromEntries(counts);
}
