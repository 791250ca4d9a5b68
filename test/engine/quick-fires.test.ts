import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ledgerOf } from '../support/ledger.ts';
import { until } from '../support/until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

test('a quick job fires each second, exactly once for each nominal time', async () => {
  const job = await engine.createJob({});
  const rows = await until('five fires ended', async () => {
    const ledger = await ledgerOf(engine.db, job.id);
    return ledger.filter((e) => e.state === 'succeeded').length >= 5 && ledger;
  });
  const first = rows[0]?.dueAt ?? 0;
  expect(rows.map((e) => e.dueAt)).toEqual(rows.map((_, i) => first + i * 1000));
  expect(first).toBe((job.schedule as { anchorAt: number }).anchorAt + 1000);
});
