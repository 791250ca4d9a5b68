import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import type { RunFunction } from '../../../../domain/functions/function-context.ts';
import { startLiveConsole, type LiveConsole } from '../../../support/console.ts';
import { until } from '../../../support/until.ts';

interface Line {
  readonly executionId: string;
  readonly scheduledAt: string;
  readonly statusName: string;
  readonly errorMessage: string | null;
  readonly errorTraceback: string | null;
  readonly resultSummary: string | null;
  readonly executorId: string;
}

let gateOpen = false;
const gate = () => until('the gate is open', () => gateOpen);
const functions: Readonly<Record<string, RunFunction>> = {
  hris_sync: async ({ payload }) => {
    if (payload === 'wait') await gate();
    return { summary: 'Synced 150 records' };
  },
  always_fail: () => {
    throw new TypeError('No answer from HRIS');
  },
};

let face: LiveConsole;
beforeAll(async () => {
  face = await startLiveConsole({ deps: { functions: { find: (key) => functions[key] ?? null } } });
});
afterAll(async () => {
  gateOpen = true;
  await face.stop();
});

const history = async (id: number) =>
  (await face.call('GET', `/jobs/${id}/history?per_page=100`)).body['items'] as Line[];
const act = (id: number, action: string, query = '') => face.call('POST', `/jobs/${id}/action${query}`, { action });
const dueOf = (line: Line) => Date.parse(line.scheduledAt);

describe('a triggered job', () => {
  it('runs at once by its function, and tells its summary and who ran it [C-021, C-037, C-038, C-109, C-133, C-153, C-155]', async () => {
    const id = await face.create({ intervalDays: 1 });
    const { body } = await act(id, 'trigger');
    const line = await until('it has succeeded', async () =>
      (await history(id)).find(({ statusName }) => statusName === 'success'),
    );
    expect(line).toMatchObject({
      executionId: body['executionId'],
      resultSummary: 'Synced 150 records',
      executorId: face.engine.deps.instanceId,
    });
    const { body: job } = await face.call('GET', `/jobs/${id}`);
    expect(job['lastRunAt']).not.toBeNull();
  });

  it('that fails tells why, with the traceback, and is not tried again', async () => {
    const id = await face.create({ taskFunctionId: 2, intervalDays: 1 });
    await act(id, 'trigger');
    const line = await until('it has failed', async () =>
      (await history(id)).find(({ statusName }) => statusName === 'failed'),
    );
    expect(line.errorMessage).toContain('No answer from HRIS');
    expect(line.errorTraceback).toContain('live.test.ts');
  });
});

describe('maxInstances', () => {
  it('bounds the runs of a job side by side: the fires above are skipped, and say so [C-015]', async () => {
    const wait = { intervalSeconds: 1, payload: 'wait' };
    const [one, two] = [await face.create(wait), await face.create({ ...wait, maxInstances: 2 })];
    const running = async (id: number) => (await history(id)).filter(({ statusName }) => statusName === 'running');
    // After a stall of the machine others are skipped too: those that coalesce.
    const skipped = async (id: number) =>
      (await history(id)).filter((line) => line.statusName === 'skipped' && line.errorMessage?.includes('as many'));
    const counts = async () => [(await running(one)).length, (await running(two)).length];
    await until('each runs as often as it may', async () => String(await counts()) === '1,2');
    const before = [(await skipped(one)).length, (await skipped(two)).length] as const;
    await until('both skip', async () => {
      const [first, second] = [await skipped(one), await skipped(two)];
      return first.length > before[0] + 1 && second.length > before[1] + 1;
    });
    expect(await counts()).toEqual([1, 2]);
    gateOpen = true;
    for (const id of [one, two]) await face.call('DELETE', `/jobs/${id}`);
  });
});

describe('while it is paused or disabled, a job', () => {
  it('does not fire, and invents nothing when it goes on [C-131, C-132, C-134, C-135]', async () => {
    const id = await face.create({ intervalSeconds: 1 });
    const witness = await face.create({ intervalSeconds: 1 });
    for (const [stop, go] of [
      ['pause', 'resume'],
      ['disable', 'enable'],
    ] as const) {
      await until('it fires', async () => (await history(id)).some(({ statusName }) => statusName === 'success'));
      await act(id, stop);
      const from = Date.now();
      await until('others fire on', async () => (await history(witness)).some((line) => dueOf(line) > from + 2000));
      const to = Date.now();
      await act(id, go);
      await until('it fires again', async () => (await history(id)).some((line) => dueOf(line) > to));
      const between = (await history(id)).filter((line) => dueOf(line) > from && dueOf(line) <= to - 1000);
      expect([stop, between]).toEqual([stop, []]);
    }
    for (const one of [id, witness]) await face.call('DELETE', `/jobs/${one}`);
  });
});

describe('the service stopped over several fires', () => {
  /** Neither a run of these jobs nor anything that a clock handed out is on its way. */
  async function isQuiet(ids: readonly number[]): Promise<boolean> {
    const { db, client } = face.engine;
    const { rows: live } = await sql`select from execution e join job j on j.id = e.job_id
      where j.face = 'console' and j.number = any(${ids}) and e.ended_at is null`.execute(db);
    const { rows: clocks } = await sql<{ id: string }>`
      select distinct clock_id as id from job_state where clock_id is not null`.execute(db);
    const views = await Promise.all(clocks.map(({ id }) => client.workflow.getHandle(id).describe()));
    return live.length === 0 && views.every(({ raw }) => (raw.pendingActivities ?? []).length === 0);
  }

  /** A fire that the stop cut off would run beside what is caught up later, which is then an overlap: it ends first. */
  async function stopBetweenFires(ids: readonly number[]): Promise<void> {
    await face.engine.stopWorker();
    while (!(await isQuiet(ids))) {
      await face.engine.startWorker();
      await until('what was cut off has ended', () => isQuiet(ids));
      await face.engine.stopWorker();
    }
  }

  it('runs once for all with coalesce, each without, and within misfireGraceTime only [C-016, C-017, C-088, C-089]', async () => {
    const often = { intervalSeconds: 3 };
    const jobs = {
      coalescing: await face.create({ ...often, coalesce: true }),
      inTurn: await face.create({ ...often, coalesce: false }),
      impatient: await face.create({ ...often, misfireGraceTime: 3 }),
    };
    const firedAfter = (at: number) =>
      until('each has succeeded', async () => {
        const lines = await Promise.all(Object.values(jobs).map(history));
        return lines.every((of) => of.some((line) => dueOf(line) > at && line.statusName === 'success'));
      });
    await firedAfter(0);
    await stopBetweenFires(Object.values(jobs));
    const stoppedAt = Date.now();
    await until('it was away for several fires', () => Date.now() > stoppedAt + 17_000);
    const startedAt = Date.now();
    await face.engine.startWorker();
    await firedAfter(startedAt + 1000);
    for (const id of Object.values(jobs)) await act(id, 'disable');

    const away = async (id: number, before = startedAt) =>
      (await history(id)).filter((line) => dueOf(line) > stoppedAt && dueOf(line) < before - 1000);
    const coalesced = await away(jobs.coalescing);
    const ran = coalesced.filter(({ statusName }) => statusName === 'success');
    const skipped = coalesced.filter(({ statusName }) => statusName === 'skipped');
    expect(skipped.length).toBeGreaterThanOrEqual(3);
    expect([ran.length <= 1, ran.length + skipped.length]).toEqual([true, coalesced.length]);
    for (const { errorMessage } of skipped) expect(errorMessage).toContain('a later one ran for all of them');

    const inTurn = await away(jobs.inTurn);
    expect(inTurn.length).toBeGreaterThanOrEqual(4);
    expect(new Set(inTurn.map(({ statusName }) => statusName))).toEqual(new Set(['success']));

    const tooLate = await away(jobs.impatient, startedAt - 3000);
    expect(tooLate.length).toBeGreaterThanOrEqual(2);
    expect(new Set(tooLate.map(({ statusName }) => statusName))).toEqual(new Set(['missed']));
  });
});
