import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releaseChildren } from '../../activities/release-children.ts';
import { cancelExecution } from '../../api/verbs/cancel-execution.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { listDependencies } from '../../api/verbs/list-dependencies.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { removeDependency } from '../../api/verbs/remove-dependency.ts';
import { resumeJob } from '../../api/verbs/resume-job.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import type { DependencyType } from '../../domain/dependencies.ts';
import type { Execution, ExecutionState } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';
import { claim, due } from '../support/claiming.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { topicOf } from '../support/job-specs.ts';
import { executionById } from '../support/ledger.ts';
import { failing, held, silent } from '../support/test-publisher.ts';
import { until } from '../support/until.ts';
import { on, waitingJobs } from '../support/waiting-jobs.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const { make, fire, run, runs, start, only, count } = waitingJobs(() => engine);
const named = (name: string) => `${name} ${randomUUID().slice(0, 8)}`;
const handleOf = (run: Execution) => engine.client.workflow.getHandle(run.workflowId ?? '');
const standings = async (job: Job) =>
  (await listDependencies(engine.ctx, { id: job.id })).dependencies.map((d) => d.standing);

/** A run of the job ends so. */
const ENDING: Readonly<
  Record<Exclude<ExecutionState, 'queued' | 'waiting' | 'running'>, (job: Job) => Promise<unknown>>
> = {
  succeeded: run,
  failed: (job) => {
    engine.publisher.answer(topicOf(job.name), failing('no'));
    return run(job);
  },
  timed_out: (job) => {
    engine.publisher.answer(topicOf(job.name), silent);
    return run(job);
  },
  async cancelled(job) {
    engine.publisher.answer(topicOf(job.name), silent);
    const { executionId } = await start(job);
    await until('it runs', async () => (await executionById(engine.db, executionId)).state === 'running');
    await cancelExecution(engine.ctx, { execution: { id: executionId } });
  },
  async skipped(job) {
    engine.publisher.answer(topicOf(job.name), silent);
    await start(job);
    await claimAt(job, Date.now());
  },
  missed: (job) => claimAt(job, Date.now() - 600_000),
};

/** What a clock's `fire` does with a nominal time of the job. */
async function claimAt(job: Job, at: number): Promise<void> {
  const whole = Math.floor(at / 1000) * 1000;
  const { parents } = await claim(engine.db, engine.deps, [due(job, [whole])], Date.now());
  expect(parents).toEqual([job.id]);
  await releaseChildren(engine.deps, parents);
}

describe.concurrent('A run that is held at its fire', () => {
  test('waits for a parent that never ran, and goes once when it has ended', async () => {
    const parent = await make(named('parent'));
    const child = await fire(named('child'), [on(parent)]);
    const waiting = await only(child, 'waiting');
    expect(waiting).toMatchObject({ trigger: 'scheduled', startedAt: null });
    expect(engine.publisher.count(topicOf(child.name))).toBe(0);
    const before = await run(parent);
    const after = await only(child, 'succeeded');
    expect(after.startedAt ?? 0).toBeGreaterThanOrEqual(before.endedAt ?? Infinity);
    expect(engine.publisher.count(topicOf(child.name))).toBe(1);
    await handleOf(after).result();
    // What the parent came to is used up: the next run waits for it anew.
    expect(await standings(child)).toEqual(['waiting']);
  });

  test('goes at once where its parents have ended already: when it was tied to them, or since', async () => {
    const [parent, other] = [await make(named('parent')), await make(named('other'))];
    await run(parent);
    const child = await make(named('child'), [on(parent), on(other)], {
      schedule: { kind: 'interval', everySeconds: 3600 },
    });
    await run(other);
    expect([await standings(child), await runs(child)]).toEqual([['met', 'met'], []]);
    const schedule = parseSchedule({ kind: 'interval', everySeconds: 1 }, { now: Date.now(), defaultTimezone: 'UTC' });
    await updateJob(engine.ctx, { job: { id: child.id }, merge: () => ({ schedule }) });
    const went = await until('it went', async () => (await runs(child)).find((row) => row.state === 'succeeded'));
    expect(went.trigger).toBe('scheduled');
    await pauseJob(engine.ctx, { job: { id: child.id } });
    expect((await runs(child)).find((row) => row.state !== 'skipped')?.id).toBe(went.id);
    expect([(await runs(parent)).length, (await runs(other)).length]).toEqual([1, 1]);
  });

  test.each<[DependencyType, keyof typeof ENDING, 'succeeded' | 'failed']>([
    ['success', 'succeeded', 'succeeded'],
    ['success', 'failed', 'failed'],
    ['success', 'timed_out', 'failed'],
    ['success', 'cancelled', 'failed'],
    ['success', 'skipped', 'failed'],
    ['success', 'missed', 'failed'],
    ['completion', 'succeeded', 'succeeded'],
    ['completion', 'failed', 'succeeded'],
    ['completion', 'timed_out', 'succeeded'],
    ['completion', 'cancelled', 'failed'],
    ['completion', 'skipped', 'failed'],
    ['completion', 'missed', 'failed'],
    ['any', 'succeeded', 'succeeded'],
    ['any', 'failed', 'succeeded'],
    ['any', 'timed_out', 'succeeded'],
    ['any', 'cancelled', 'succeeded'],
    ['any', 'skipped', 'succeeded'],
    ['any', 'missed', 'succeeded'],
  ])('with a dependency of type %s on a parent that %s: %s', async (type, ending, state) => {
    const parent = await make(named('parent'), [], { policy: { timeoutSeconds: ending === 'timed_out' ? 1 : 60 } });
    const [scheduled, unscheduled] = [
      await fire(named('held'), [on(parent, type)]),
      await make(named('fired'), [on(parent, type)]),
    ];
    await only(scheduled, 'waiting');
    await ENDING[ending](parent);
    const ended = [await only(scheduled, state), await only(unscheduled, state)];
    expect(ended.map((each) => each.trigger)).toEqual(['scheduled', 'dependency']);
    for (const each of ended) {
      expect(engine.publisher.count(topicOf((each === ended[0] ? scheduled : unscheduled).name))).toBe(
        state === 'failed' ? 0 : 1,
      );
      if (state === 'succeeded') continue;
      expect(each.reason).toBe('dependency_failed');
      expect(each.error?.message).toContain(`"${parent.name}" ended ${ending}`);
    }
  });

  test('waits for all of several parents, and one alternative of type any', async () => {
    const [a, b, x, y] = [
      await make(named('a')),
      await make(named('b')),
      await make(named('x')),
      await make(named('y')),
    ];
    const child = await fire(named('child'), [on(a), on(b, 'completion'), on(x, 'any'), on(y, 'any')]);
    await only(child, 'waiting');
    for (const parent of [a, y]) {
      await run(parent);
      await releaseChildren(engine.deps, [parent.id]);
    }
    expect(await standings(child)).toEqual(['met', 'waiting', 'waiting', 'met']);
    expect(await only(child, 'waiting')).toMatchObject({ startedAt: null });
    await run(b);
    await only(child, 'succeeded');
  });

  test('counts as under way: later fires of its job are skipped, and it is never run beside itself', async () => {
    const parent = await make(named('parent'));
    const child = await make(named('child'), [on(parent)], { schedule: { kind: 'interval', everySeconds: 1 } });
    const rows = await until('two fires were skipped', async () => {
      const all = await runs(child);
      return all.filter((row) => row.reason === 'overlap').length >= 2 && all;
    });
    // Of two for which the clock is late at once, one stands for both.
    const [held, ...others] = rows.filter((row) => row.reason !== 'coalesced');
    expect(held).toMatchObject({ state: 'waiting' });
    expect(others.map((row) => [row.state, row.reason])).toEqual(others.map(() => ['skipped', 'overlap']));
    await run(parent);
    await until('it went', async () => (await executionById(engine.db, held?.id ?? '')).state === 'succeeded');
    await pauseJob(engine.ctx, { job: { id: child.id } });
  });

  test('is cancelled and answers, and leaves to the next run what its parents came to', async () => {
    const [parent, other] = [await make(named('parent')), await make(named('other'))];
    const child = await fire(named('child'), [on(parent), on(other)]);
    const waiting = await only(child, 'waiting');
    // A look that is under way would see the end in the ledger, and the workflow end as one that did its work.
    await until('it sleeps until its next look', async () =>
      (await handleOf(waiting).fetchHistory()).events?.some((event) => event.timerStartedEventAttributes != null),
    );
    await run(parent);
    const { execution } = await cancelExecution(engine.ctx, { execution: { id: waiting.id } });
    expect(execution).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_user' });
    await expect(handleOf(waiting).result()).rejects.toThrow();
    expect((await handleOf(waiting).describe()).status.name).toBe('CANCELLED');
    expect(await standings(child)).toEqual(['met', 'waiting']);
    expect(engine.publisher.count(topicOf(child.name))).toBe(0);
  });

  test('goes when the dependency that held it is removed, or its parent deleted', async () => {
    const [a, b] = [await make(named('a')), await make(named('b'))];
    const [one, two] = [await fire(named('one'), [on(a)]), await fire(named('two'), [on(b)])];
    await Promise.all([only(one, 'waiting'), only(two, 'waiting')]);
    const { dependencies } = await listDependencies(engine.ctx, { id: one.id });
    await removeDependency(engine.ctx, { job: { id: one.id }, dependencyId: dependencies[0]?.id ?? '' });
    await deleteJob(engine.ctx, { job: { id: b.id } });
    await Promise.all([only(one, 'succeeded'), only(two, 'succeeded')]);
  });

  test('is cancelled when its own job is deleted', async () => {
    const child = await fire(named('child'), [on(await make(named('parent')))]);
    await only(child, 'waiting');
    await deleteJob(engine.ctx, { job: { id: child.id } });
    expect(await only(child, 'cancelled')).toMatchObject({ reason: 'job_deleted' });
  });

  test('does not hold back a run by hand, which uses nothing up', async () => {
    const [parent, other] = [await make(named('parent')), await make(named('other'))];
    const child = await make(named('child'), [on(parent), on(other)]);
    await run(parent);
    expect(await run(child)).toMatchObject({ state: 'succeeded', trigger: 'manual' });
    expect(await standings(child)).toEqual(['met', 'waiting']);
    await run(other);
    expect((await count(child, 2)).map((row) => row.trigger)).toEqual(['manual', 'dependency']);
  });
});

describe.concurrent('A child without a schedule', () => {
  test('fires once for each time that its parents have all ended, and says what fired it', async () => {
    const [a, b] = [await make(named('a')), await make(named('b'))];
    const child = await make(named('child'), [on(a), on(b)]);
    for (let round = 1; round <= 3; round += 1) {
      const [, last] = await Promise.all([run(a), run(b)]);
      const rows = await count(child, round);
      expect(rows.length).toBe(round);
      expect([...(await runs(a)), ...(await runs(b))].map((row) => `execution ${row.id}`)).toContain(
        rows.at(-1)?.triggeredBy,
      );
      expect(last.state).toBe('succeeded');
    }
    expect(engine.publisher.count(topicOf(child.name))).toBe(3);
  });

  test('is judged when all that must hold have ended: one that was run again in time fails it no more', async () => {
    const [a, b] = [await make(named('a')), await make(named('b'))];
    const child = await make(named('child'), [on(a), on(b)]);
    await ENDING.failed(a);
    await releaseChildren(engine.deps, [a.id]);
    expect(await runs(child)).toEqual([]);
    engine.publisher.answer(topicOf(a.name), () => Promise.resolve());
    await run(a);
    await run(b);
    expect(await only(child, 'succeeded')).toMatchObject({ trigger: 'dependency' });
  });

  test('that fails for its parent fails its own children, and runs those that ask only for an end', async () => {
    const a = await make(named('a'));
    const b = await make(named('b'), [on(a)]);
    const [c, d] = [await make(named('c'), [on(b)]), await make(named('d'), [on(b, 'completion')])];
    await ENDING.failed(a);
    await only(b, 'failed');
    expect(await only(c, 'failed')).toMatchObject({ reason: 'dependency_failed', startedAt: null });
    await only(d, 'succeeded');
  });

  test('that is paused does not fire, nor later for what was then', async () => {
    const parent = await make(named('parent'));
    const child = await make(named('child'), [on(parent)]);
    await pauseJob(engine.ctx, { job: { id: child.id } });
    await run(parent);
    await until('it was looked at', async () => (await standings(child))[0] === 'waiting');
    await resumeJob(engine.ctx, { job: { id: child.id } });
    await releaseChildren(engine.deps, [parent.id]);
    expect(await runs(child)).toEqual([]);
    await run(parent);
    await only(child, 'succeeded');
  });

  test('that still runs is not run beside itself: the fire is skipped', async () => {
    const parent = await make(named('parent'));
    const child = await make(named('child'), [on(parent)]);
    const gate = held();
    engine.publisher.answer(topicOf(child.name), gate.behaviour);
    await run(parent);
    await only(child, 'running');
    await run(parent);
    const [skipped] = await count(child, 1);
    expect(skipped).toMatchObject({ state: 'skipped', reason: 'overlap', trigger: 'dependency' });
    gate.release();
    await count(child, 2);
  });

  test('fires for a fire of its parent that was skipped, as its clock finds it', async () => {
    const name = named('parent');
    engine.publisher.answer(topicOf(name), silent);
    const parent = await engine.createJob({ name, schedule: { kind: 'interval', everySeconds: 1 } });
    const child = await make(named('child'), [on(parent, 'any')]);
    // Later fires of the parent may find it still under way: then they are skipped, and end before it.
    const first = await until('its first run has succeeded', async () => {
      const [row] = await runs(child);
      return row?.state === 'succeeded' && row;
    });
    expect(first).toMatchObject({ state: 'succeeded', trigger: 'dependency' });
    await pauseJob(engine.ctx, { job: { id: parent.id } });
  });
});
