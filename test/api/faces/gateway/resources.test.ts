import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction, sql } from '../../../../db/connect.ts';
import { beat, registerInstance } from '../../../../db/queries/instances.ts';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ executorPoolSize: 7 });
});
afterAll(() => gateway.stop());

const usage = async () => (await gateway.call('GET', '/resources/usage', undefined, { role: 'viewer' })).body;

async function process(id: string, host: string, roles: string[], vitals: { cpuPercent: number; memoryMb: number }[]) {
  const instance = {
    id,
    name: id,
    host,
    processId: 1,
    processIdentity: id,
    mode: 'standalone',
    roles,
    version: '1',
    capacity: 10,
  };
  await inTransaction(gateway.db, (tx) => registerInstance(tx, { ...instance, memoryTotalMb: 4096 }, () => false));
  for (const vital of vitals) await beat(gateway.db, id, { load: 0, ...vital });
}

it('tells nothing of processes where none lives, and nothing runs [G-267..G-270]', async () => {
  expect(await usage()).toEqual({
    success: true,
    resource_usage: {
      max_concurrent_jobs: 7,
      current_concurrent_jobs: 0,
      cpu_usage_percent: { average: 0, peak: 0 },
      memory_usage_mb: { total: 0, used: 0 },
      processes: 0,
    },
  });
});

it('adds up what the live processes of API and workers measured, and what runs [G-269..G-274]', async () => {
  await process(
    'api',
    'one',
    ['api'],
    [
      { cpuPercent: 65.2, memoryMb: 80 },
      { cpuPercent: 20, memoryMb: 100.5 },
    ],
  );
  await process('worker', 'one', ['worker'], [{ cpuPercent: 37, memoryMb: 24 }]);
  await process('elsewhere', 'two', ['worker'], [{ cpuPercent: 30, memoryMb: 10 }]);
  await process('silent', 'three', ['worker'], [{ cpuPercent: 100, memoryMb: 999 }]);
  await sql`update instance set last_heartbeat = now() - interval '31 seconds' where id = 'silent'`.execute(gateway.db);
  const job = await gateway.createJob();
  const running = (id: string, leaseMs: number) =>
    addExecution(gateway.db, job, { id, dueAt: gateway.now + leaseMs, state: 'running', leaseMs });
  await running(gateway.ctx.ids.next(), 60_000);
  await running(gateway.ctx.ids.next(), 61_000);
  await running(gateway.ctx.ids.next(), -1_000);
  expect(await usage()).toMatchObject({
    resource_usage: {
      current_concurrent_jobs: 2,
      cpu_usage_percent: { average: 29, peak: 65.2 },
      memory_usage_mb: { total: 8192, used: 134.5 },
      processes: 3,
    },
  });
});
