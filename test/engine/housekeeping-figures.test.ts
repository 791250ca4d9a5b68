import { afterAll, beforeAll, expect, test } from 'vitest';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createHousekeep } from '../../activities/housekeeping/index.ts';
import { serviceFamilies } from '../../api/http/metrics/service-families.ts';
import { readMetrics } from '../../db/queries/metrics-read.ts';
import { sql } from '../../db/connect.ts';
import { claim, due } from '../support/claiming.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { expireLease, housekeep } from '../support/housekeeping.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function figures(): Promise<Record<string, number>> {
  const families = serviceFamilies(await readMetrics(engine.db));
  const told = families.flatMap(({ name, samples }) =>
    samples.map(({ labels, value }) => [[name, ...Object.values(labels ?? {})].join(' '), value] as const),
  );
  return Object.fromEntries(told);
}

test('A round of the housekeeper tells when it was, how long it took, and what it put right', async () => {
  expect(await figures()).not.toHaveProperty('almanac_housekeeper_last_run_timestamp_seconds');
  const job = await engine.createJob({ schedule: { kind: 'none' } });
  const at = Math.floor(Date.now() / 1000) * 1000;
  const { quick } = await claim(engine.db, { ...engine.deps, instanceId: 'a worker that died' }, [due(job, [at])], at);
  await expireLease(engine.db, quick[0]?.executionId ?? '');
  await housekeep(engine);
  const first = await figures();
  expect(first).toMatchObject({
    almanac_housekeeper_rounds_total: 1,
    almanac_housekeeper_failures_total: 0,
    'almanac_housekeeper_repaired_total lost': 1,
  });
  await housekeep(engine);
  const second = await figures();
  expect(second).toMatchObject({ almanac_housekeeper_rounds_total: 2, 'almanac_housekeeper_repaired_total lost': 1 });
  const ran = 'almanac_housekeeper_last_run_timestamp_seconds';
  expect(second[ran]).toBeGreaterThan(first[ran] ?? Number.NaN);
});

test('A round whose figures can not be added up tells so in the log by its part, and is told of as one that failed', async () => {
  await sql`alter table execution_total rename to execution_total_away`.execute(engine.db);
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR', () => undefined) });
  const round = environment.run(createHousekeep(engine.deps), Date.now());
  await expect(round).rejects.toThrow(/housekeeping failed/);
  await sql`alter table execution_total_away rename to execution_total`.execute(engine.db);
  expect(engine.log.said('A part of the housekeeping failed')?.fields).toMatchObject({ work: 'figures' });
  expect((await readMetrics(engine.db)).housekeeping).toMatchObject({ failed: true });
  expect(await figures()).toMatchObject({
    almanac_housekeeper_rounds_total: 3,
    almanac_housekeeper_failures_total: 1,
  });
});
