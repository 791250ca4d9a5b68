import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Db } from '../../db/connect.ts';
import { addMetricCounts } from '../../db/queries/metric-counts.ts';

/** What this process counts of itself; all of it in memory, since some of it is counted at every fire. */
export interface ProcessMetrics {
  readonly registry: Registry;
  /** What `connect` of db/connect.ts tells of each named statement. */
  onStatement(name: string, tookMs: number): void;
  /** Attempts began, somewhere in the service. */
  attemptsBegan(count: number): void;
  /** Adds to the database what must outlive this process, since the last time. */
  keepCounts(db: Db): Promise<void>;
}

const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10];
/** The statement by which every claim and every change waits for its jobs (db/queries/claims.ts). */
const LOCKING = 'lock_jobs';
/** DECISIONS section 8: "a claim that waits longer than 10 s is a lock acquisition timeout". */
const LOCK_TIMEOUT_MS = 10_000;

export function createProcessMetrics(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const statements = new Histogram({
    name: 'almanac_database_statement_duration_seconds',
    help: 'How long the statements of each fire took, waiting for locks included.',
    labelNames: ['statement'],
    buckets: BOUNDS_S,
    registers: [registry],
  });
  const attempts = new Counter({
    name: 'almanac_attempts_total',
    help: 'Attempts of executions that began, as this process heard of them from the database.',
    registers: [registry],
  });
  const observers = new Map<string, { observe(seconds: number): void }>();
  let unkept = new Map<string, number>();

  return {
    registry,
    onStatement(name, tookMs) {
      let observer = observers.get(name);
      if (observer === undefined) observers.set(name, (observer = statements.labels(name)));
      observer.observe(tookMs / 1000);
      if (name === LOCKING && tookMs > LOCK_TIMEOUT_MS) {
        unkept.set('lock_timeouts', (unkept.get('lock_timeouts') ?? 0) + 1);
      }
    },
    attemptsBegan: (count) => attempts.inc(count),
    async keepCounts(db) {
      const counts = unkept;
      unkept = new Map();
      try {
        await addMetricCounts(db, counts);
      } catch (error) {
        for (const [name, count] of counts) unkept.set(name, (unkept.get(name) ?? 0) + count);
        throw error;
      }
    },
  };
}
