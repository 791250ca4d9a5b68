import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, inTransaction, sql, type Db } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';
import { beat, listLiveInstances, registerInstance, setInstanceStatus } from '../../db/queries/instances.ts';
import { createDatabase } from '../support/servers.ts';

const made: Db[] = [];
let db: Db;
beforeEach(async () => {
  if (made.length === 0) {
    db = connect({ url: await createDatabase(), max: 10, applicationName: 'test', onError: () => undefined }).db;
    await migrate(db, Date.now());
    made.push(db);
  }
  await sql`truncate instance`.execute(db);
});
afterAll(() => Promise.all(made.map((one) => one.destroy())));

const alive = () => false;

/** Registers a process; returns its id and slot. */
async function register(
  options: { host?: string; processId?: number; isDead?: (p: { processId: number }) => boolean } = {},
) {
  const id = randomUUID();
  const { host = 'here', processId = 1, isDead = alive } = options;
  const process = { name: 'test', host, processId, processIdentity: `identity ${processId}`, mode: 'standalone' };
  const instance = { id, ...process, roles: ['api'], version: '1', capacity: 10 };
  return { id, ...(await inTransaction(db, (tx) => registerInstance(tx, instance, isDead))) };
}

describe('an instance', () => {
  it('gets the smallest free slot, a stopped one’s again', async () => {
    const [a, b, c] = [await register(), await register(), await register()];
    expect([a.slot, b.slot, c.slot]).toEqual([0, 1, 2]);
    await setInstanceStatus(db, b.id, 'stopped');
    expect((await register()).slot).toBe(1);
    expect((await register()).slot).toBe(3);
  });

  it('gets a slot of its own though many register at once', async () => {
    const slots = (await Promise.all(Array.from({ length: 25 }, () => register()))).map(({ slot }) => slot);
    expect(slots.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });

  it('that was silent for 30 s is dead: its slot is free, and its beat says so', async () => {
    const silent = await register();
    await sql`update instance set last_heartbeat = now() - interval '31 seconds' where id = ${silent.id}`.execute(db);
    expect(await listLiveInstances(db)).toEqual([]);
    const next = await register();
    expect([next.slot, next.died]).toEqual([silent.slot, [silent.id]]);
    expect(await beat(db, silent.id, { load: 0, cpuPercent: 0, memoryMb: 0 })).toBe(false);
    expect((await listLiveInstances(db)).map(({ id }) => id)).toEqual([next.id]);
  });

  it('of this host whose process is gone is dead at once; those of others are not judged', async () => {
    const gone = await register({ processId: 71 });
    const elsewhere = await register({ processId: 71, host: 'elsewhere' });
    const living = await register({ processId: 72 });
    const next = await register({ processId: 73, isDead: ({ processId }) => processId === 71 });
    expect([next.died, next.slot]).toEqual([[gone.id], gone.slot]);
    const live = await listLiveInstances(db);
    expect(live.map(({ id }) => id).sort()).toEqual([elsewhere.id, living.id, next.id].sort());
  });

  it('tells how it fares, and its highest load of the processor stays', async () => {
    const { id } = await register();
    await beat(db, id, { load: 3, cpuPercent: 80, memoryMb: 120.5 });
    expect(await beat(db, id, { load: 1, cpuPercent: 20, memoryMb: 130 })).toBe(true);
    expect((await listLiveInstances(db))[0]).toMatchObject({
      id,
      load: 1,
      cpuPercent: 20,
      cpuPeakPercent: 80,
      memoryMb: 130,
    });
  });

  it('is listed while it drains, and not when it has stopped for good', async () => {
    const { id } = await register();
    await setInstanceStatus(db, id, 'draining');
    expect((await listLiveInstances(db))[0]).toMatchObject({ id, status: 'draining', stoppedAt: null });
    await setInstanceStatus(db, id, 'stopped');
    expect(await listLiveInstances(db)).toEqual([]);
    expect(await beat(db, id, { load: 0, cpuPercent: 0, memoryMb: 0 })).toBe(false);
  });

  it('the oldest comes first', async () => {
    const first = await register();
    const second = await register();
    await sql`update instance set started_at = now() - interval '1 hour' where id = ${second.id}`.execute(db);
    expect((await listLiveInstances(db)).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('is refused when all 1,024 slots are taken', async () => {
    await sql`insert into instance (id, slot, name, host, process_id, process_identity, mode, roles, status, version)
      select 'i' || g, g, 'x', 'x', g, 'x', 'x', '{}', 'active', '1' from generate_series(0, 1023) g`.execute(db);
    await expect(register()).rejects.toThrow('All 1024 slots are taken');
  });
});
