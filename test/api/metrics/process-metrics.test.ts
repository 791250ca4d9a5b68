import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, inTransaction, type Db } from '../../../db/connect.ts';
import { lockJobs } from '../../../db/queries/claims.ts';
import { readMetricCounts } from '../../../db/queries/metric-counts.ts';
import { createProcessMetrics, type ProcessMetrics } from '../../../start/metrics/process-metrics.ts';
import { openVerbs, type TestVerbs } from '../../support/verbs.ts';
import { parseExposition, valueOf } from '../../support/prometheus.ts';

let verbs: TestVerbs;
let metrics: ProcessMetrics;
let db: Db;
beforeAll(async () => {
  verbs = await openVerbs();
  metrics = createProcessMetrics();
  const onStatement = (name: string, tookMs: number) => metrics.onStatement(name, tookMs);
  const { url } = verbs.database;
  ({ db } = connect({ url, max: 2, applicationName: 'test', onError: () => undefined, onStatement }));
});
afterAll(async () => {
  await db.destroy();
  await verbs.close();
});

const value = async (name: string, labels: Record<string, string> = {}) =>
  valueOf(parseExposition(await metrics.registry.metrics()), name, labels);
const kept = async () => (await readMetricCounts(db)).get('lock_timeouts') ?? 0;

describe('What a process counts of itself', () => {
  it('is how long the statements of a fire took, by their names', async () => {
    const job = await verbs.createJob();
    await inTransaction(db, (tx) => lockJobs(tx, [job.id]));
    await inTransaction(db, (tx) => lockJobs(tx, [job.id]));
    const labels = { statement: 'lock_jobs' };
    expect(await value('almanac_database_statement_duration_seconds_count', labels)).toBe(2);
    expect(await value('almanac_database_statement_duration_seconds_bucket', { ...labels, le: '+Inf' })).toBe(2);
  });

  it('are claims that waited longer than 10 s for their lock, kept when the process tells that it lives [M-080]', async () => {
    metrics.onStatement('lock_jobs', 9_999);
    metrics.onStatement('count_ends', 60_000);
    await metrics.keepCounts(db);
    expect(await kept()).toBe(0);
    metrics.onStatement('lock_jobs', 10_001);
    metrics.onStatement('lock_jobs', 30_000);
    await metrics.keepCounts(db);
    await metrics.keepCounts(db);
    expect(await kept()).toBe(2);
  });

  it('is not lost while the database is away', async () => {
    const before = await kept();
    metrics.onStatement('lock_jobs', 10_001);
    const away = connect({
      url: 'postgres://127.0.0.1:1/none',
      max: 1,
      applicationName: 'test',
      onError: () => undefined,
    }).db;
    await expect(metrics.keepCounts(away)).rejects.toThrow('ECONNREFUSED');
    await metrics.keepCounts(db);
    expect(await kept()).toBe(before + 1);
  });

  it('are attempts that began, as it hears of them', async () => {
    metrics.attemptsBegan(3);
    metrics.attemptsBegan(2);
    expect(await value('almanac_attempts_total')).toBe(5);
  });
});
