import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleFamilies } from '../../../../api/http/metrics/schedule-families.ts';
import { readMetrics } from '../../../../db/queries/metrics-read.ts';
import { claim, due } from '../../../support/claiming.ts';
import { startCommands, type TestCommands } from '../../../support/commands.ts';
import { testDeps } from '../../../support/deps.ts';

const MINUTE_MS = 60_000;
const NINE = Date.parse('2025-03-13T09:00:00Z');

let commands: TestCommands;
beforeAll(async () => {
  commands = await startCommands();
});
afterAll(() => commands.stop());

/** Fires these times of a schedule as a worker's clock does that comes to it at `now`; returns how many runs it starts. */
async function fire(id: string, dues: readonly number[], now: number, worker = testDeps(commands.db)): Promise<number> {
  const { quick, long, sequences } = await claim(commands.db, worker, [due(await commands.jobOf(id), dues)], now);
  return quick.length + long.length + sequences.flat().length;
}

/** The executions of a schedule by their times, as the face shows them. */
async function shown(id: string): Promise<[string, string, string | null][]> {
  const { body } = await commands.call('GET', `/schedules/${id}/executions`);
  const items = body['items'] as { scheduled_at: string; status: string; error: { reason: string } | null }[];
  return items
    .map((one): [string, string, string | null] => [
      one.scheduled_at.slice(11, 16),
      one.status,
      one.error?.reason ?? null,
    ])
    .reverse();
}

async function counted(): Promise<{ misfires: number; locks: number }> {
  const families = scheduleFamilies(await readMetrics(commands.db));
  const value = (name: string) => families.find((family) => family.name === name)?.samples[0]?.value ?? Number.NaN;
  return { misfires: value('schedule_misfires_total'), locks: value('distributed_locks_acquired_total') };
}

describe('a fire that was missed', () => {
  it('runs within the grace and is recorded as missed beyond it; both are counted [M-007, M-075]', async () => {
    const id = await commands.create({ misfire_grace_time: 300 });
    const before = await counted();
    expect(await fire(id, [NINE], NINE + 5 * MINUTE_MS)).toBe(1);
    expect(await fire(id, [NINE + MINUTE_MS], NINE + 6 * MINUTE_MS + 1000)).toBe(0);
    expect(await shown(id)).toEqual([
      ['09:00', 'running', null],
      ['09:01', 'missed', 'beyond_grace'],
    ]);
    const after = await counted();
    expect(after).toEqual({ misfires: before.misfires + 1, locks: before.locks + 1 });
  });

  it('among several runs once, or each of them where it shall not coalesce [M-007]', async () => {
    const dues = [0, 1, 2].map((minute) => NINE + minute * MINUTE_MS);
    const once = await commands.create({ coalesce: true });
    expect(await fire(once, dues, NINE + 3 * MINUTE_MS)).toBe(1);
    expect(await shown(once)).toEqual([
      ['09:00', 'skipped', 'coalesced'],
      ['09:01', 'skipped', 'coalesced'],
      ['09:02', 'running', null],
    ]);
    const each = await commands.create({ coalesce: false });
    expect(await fire(each, dues, NINE + 3 * MINUTE_MS)).toBe(3);
    expect(await shown(each)).toEqual(['09:00', '09:01', '09:02'].map((time) => [time, 'queued', null]));
  });
});

describe('a lock conflict', () => {
  it('skips the fire, which is recorded and counted as a misfire [M-083, M-075]', async () => {
    const id = await commands.create({ max_instances: 1 });
    const before = await counted();
    expect(await fire(id, [NINE], NINE)).toBe(1);
    expect(await fire(id, [NINE + MINUTE_MS], NINE + MINUTE_MS)).toBe(0);
    expect(await shown(id)).toEqual([
      ['09:00', 'running', null],
      ['09:01', 'skipped', 'overlap'],
    ]);
    expect(await counted()).toEqual({ misfires: before.misfires + 1, locks: before.locks + 1 });
    expect((await commands.call('GET', `/executions/stats/${id}`)).body).toMatchObject({ skipped: 1 });
  });

  it('of workers over one fire lets one of them run it, and counts one lock [M-005, M-076, M-083]', async () => {
    const id = await commands.create();
    const before = await counted();
    const workers = Array.from({ length: 6 }, () => testDeps(commands.database.another()));
    const started = await Promise.all(workers.map((worker) => fire(id, [NINE], NINE, worker)));
    expect(started.sort()).toEqual([0, 0, 0, 0, 0, 1]);
    expect(await shown(id)).toEqual([['09:00', 'running', null]]);
    expect(await counted()).toEqual({ ...before, locks: before.locks + 1 });
  });
});
