import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDependency } from '../../../api/verbs/add-dependency.ts';
import { createJob } from '../../../api/verbs/create-job.ts';
import { deleteJob } from '../../../api/verbs/delete-job.ts';
import { jobGraph } from '../../../api/verbs/job-graph.ts';
import { listDependencies } from '../../../api/verbs/list-dependencies.ts';
import { removeDependency } from '../../../api/verbs/remove-dependency.ts';
import { updateJob } from '../../../api/verbs/update-job.ts';
import { why } from '../../../api/verbs/why.ts';
import { explainWhy } from '../../../api/http/why-words.ts';
import { sql } from '../../../db/connect.ts';
import type { Dependency } from '../../../domain/dependencies.ts';
import { DomainError, type ErrorCode } from '../../../domain/errors.ts';
import type { Job } from '../../../domain/job.ts';
import { addExecution } from '../../support/executions.ts';
import { jobSpec, type SpecOverrides } from '../../support/job-specs.ts';
import { openVerbs, rowCounts, TEST_NOW, type TestVerbs } from '../../support/verbs.ts';

let verbs: TestVerbs;
beforeAll(async () => {
  verbs = await openVerbs();
});
afterAll(() => verbs.close());

const make = (name: string, parents: readonly Dependency[] = [], more: SpecOverrides = {}): Promise<Job> =>
  verbs.createJob({ name, schedule: { kind: 'none' }, ...more, ...(parents.length > 0 && { dependencies: parents }) });
const on = (job: Job, type: Dependency['type'] = 'success'): Dependency => ({ jobId: job.id, type });
const parentsOf = async (job: Job) =>
  (await listDependencies(verbs.ctx, { id: job.id })).dependencies.map((d) => [d.parent.name, d.type, d.standing]);
const lastAudit = (job: Job) =>
  verbs.db.selectFrom('audit').selectAll().where('job_id', '=', job.id).orderBy('id', 'desc').executeTakeFirstOrThrow();

async function refused(work: Promise<unknown>, code: ErrorCode): Promise<DomainError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error(`It was not refused with ${code} but: ${String(error)}`);
  expect(error.code).toBe(code);
  return error;
}

describe('a job made with dependencies', () => {
  it('has them in its first revision and its audit, and lists them in their order', async () => {
    const [b, a] = [await make('b'), await make('a')];
    const child = await make('child', [on(b, 'any'), on(a, 'completion')]);
    expect(await parentsOf(child)).toEqual([
      ['b', 'any', 'waiting'],
      ['a', 'completion', 'waiting'],
    ]);
    const wanted = { dependencies: [on(b, 'any'), on(a, 'completion')] };
    expect((await lastAudit(child)).after).toMatchObject(wanted);
    const { spec } = await verbs.db
      .selectFrom('job_revision')
      .select('spec')
      .where('job_id', '=', child.id)
      .executeTakeFirstOrThrow();
    expect(spec).toMatchObject(wanted);
  });

  it('is refused, and nothing is stored, where a parent does not exist, was deleted or is of another face', async () => {
    const [known, gone] = [await make('known'), await make('gone')];
    await deleteJob(verbs.ctx, { job: { id: gone.id } });
    const spec = jobSpec({}, TEST_NOW);
    const { job: foreign } = await createJob(verbs.as({ face: 'tasks' }), { spec });
    const before = await rowCounts(verbs.db);
    const nobody = { jobId: verbs.ctx.ids.next(), type: 'any' } as const;
    const error = await refused(make('child', [on(known), on(gone), on(foreign), nobody]), 'INVALID_INPUT');
    expect(error.details['faults']).toMatchObject([1, 2, 3].map((i) => ({ path: `dependencies.${i}.jobId` })));
    expect(await rowCounts(verbs.db)).toEqual(before);
  });
});

describe('changing what a job waits for', () => {
  it('by a change of the job stores a revision, and keeps the ids of those that stay', async () => {
    const [a, b, c] = [await make('a'), await make('b'), await make('c')];
    const child = await make('child', [on(a), on(b)]);
    const [kept] = (await listDependencies(verbs.ctx, { id: child.id })).dependencies;
    const merge = () => ({ dependencies: [on(a, 'completion'), on(c)] });
    const { after } = await updateJob(verbs.ctx, { job: { id: child.id }, merge });
    expect([after.job.revision, after.job.specRevision]).toEqual([2, 1]);
    expect(await parentsOf(child)).toEqual([
      ['a', 'completion', 'waiting'],
      ['c', 'success', 'waiting'],
    ]);
    expect((await listDependencies(verbs.ctx, { id: child.id })).dependencies[0]?.id).toBe(kept?.id);
    expect(await lastAudit(child)).toMatchObject({
      action: 'job.update',
      before: { dependencies: [on(a), on(b)] },
      after: { dependencies: [on(a, 'completion'), on(c)] },
    });
    expect((await updateJob(verbs.ctx, { job: { id: child.id }, merge })).after.job.revision).toBe(2);
  });

  it('adds one, once, and takes it away again; each is a revision of the job', async () => {
    const [parent, child] = [await make('parent'), await make('child')];
    const input = { job: { id: child.id }, dependsOn: { number: parent.number }, type: 'completion' } as const;
    const { job, dependency } = await addDependency(verbs.ctx, input);
    expect(job).toMatchObject({ revision: 2, dependencies: [on(parent, 'completion')] });
    expect(dependency).toMatchObject({
      childId: child.id,
      parent: { id: parent.id, name: 'parent' },
      type: 'completion',
    });
    await refused(addDependency(verbs.ctx, { ...input, type: 'any' }), 'DUPLICATE');
    const dependencyId = dependency.id.toUpperCase();
    expect(await removeDependency(verbs.ctx, { job: { id: child.id }, dependencyId })).toMatchObject({ revision: 3 });
    expect(await parentsOf(child)).toEqual([]);
    await refused(removeDependency(verbs.ctx, { job: { id: child.id }, dependencyId }), 'NOT_FOUND');
    await refused(removeDependency(verbs.ctx, { job: { id: child.id }, dependencyId: 'none' }), 'NOT_FOUND');
  });

  it('names the job that does not exist', async () => {
    const job = await make('job');
    const nobody = { id: verbs.ctx.ids.next(), shown: 'nobody' };
    const unknown = [
      { job: { id: job.id }, dependsOn: nobody },
      { job: nobody, dependsOn: { id: job.id } },
    ];
    for (const input of unknown) {
      const error = await refused(addDependency(verbs.ctx, { ...input, type: 'any' }), 'JOB_NOT_FOUND');
      expect(error.message).toContain('nobody');
    }
    await refused(listDependencies(verbs.ctx, nobody), 'JOB_NOT_FOUND');
  });
});

describe('a cycle', () => {
  it('is refused with its path, by ids and by names', async () => {
    const a = await make('first');
    const b = await make('second', [on(a)]);
    const c = await make('third', [on(b)]);
    const input = { job: { id: a.id }, dependsOn: { id: c.id }, type: 'any' } as const;
    const error = await refused(addDependency(verbs.ctx, input), 'DEPENDENCY_CYCLE');
    expect(error.details['path']).toEqual([a.id, c.id, b.id, a.id]);
    expect(error.message).toContain('"first" waits for "third" waits for "second" waits for "first"');
    const merge = () => ({ dependencies: [on(c)] });
    await refused(updateJob(verbs.ctx, { job: { id: a.id }, merge }), 'DEPENDENCY_CYCLE');
    await refused(addDependency(verbs.ctx, { ...input, dependsOn: { id: a.id } }), 'DEPENDENCY_CYCLE');
    expect(await parentsOf(a)).toEqual([]);
  });

  it('that two changes at once would close is closed by neither or refused to one of them', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await make('a'), await make('b')];
      const tie = (child: Job, parent: Job) =>
        addDependency(verbs.ctx, { job: { id: child.id }, dependsOn: { id: parent.id }, type: 'any' });
      const ends = await Promise.allSettled([tie(a, b), tie(b, a)]);
      expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await parentsOf(a)).length + (await parentsOf(b)).length).toBe(1);
    }
  });
});

describe('deleting', () => {
  it('a parent takes the dependency away from its children, and their audit says why', async () => {
    const [parent, other] = [await make('the parent'), await make('other')];
    const child = await make('child', [on(parent), on(other)]);
    const operator = verbs.as({ roles: ['operator'] });
    await deleteJob(operator, { job: { id: parent.id } });
    expect(await parentsOf(child)).toEqual([['other', 'success', 'waiting']]);
    expect(await lastAudit(child)).toMatchObject({
      actor: operator.actor.subject,
      action: 'job.update',
      reason: '"the parent", which it waited for, was deleted',
      before: { dependencies: [on(parent), on(other)] },
      after: { dependencies: [on(other)] },
    });
  });

  it('a parent of a job that only an admin may change needs no more than deleting any job', async () => {
    const parent = await make('parent');
    const child = await make('child', [on(parent)], { action: { type: 'system', operation: 'health_check' } });
    await deleteJob(verbs.as({ roles: ['operator'] }), { job: { id: parent.id } });
    expect(await parentsOf(child)).toEqual([]);
  });

  it('a child unties it from its parents', async () => {
    const parent = await make('parent');
    const child = await make('child', [on(parent)]);
    await deleteJob(verbs.ctx, { job: { id: child.id } });
    await addDependency(verbs.ctx, {
      job: { id: parent.id },
      dependsOn: { id: (await make('new')).id },
      type: 'any',
    });
    const { edges } = await jobGraph(verbs.ctx);
    expect(edges.filter((edge) => edge.parentId === parent.id)).toEqual([]);
  });
});

describe('what a parent came to before it was waited for', () => {
  const ended = { state: 'succeeded', durationMs: 10 } as const;

  it('counts for a child with a schedule that has not run since, and for no other', async () => {
    const parent = await make('parent');
    await addExecution(verbs.db, parent, { id: verbs.ctx.ids.next(), dueAt: TEST_NOW - 60_000, ...ended });
    const daily = { schedule: { kind: 'interval', everySeconds: 86_400 } };
    expect(await parentsOf(await make('scheduled', [on(parent)], daily))).toEqual([['parent', 'success', 'met']]);
    expect(await parentsOf(await make('unscheduled', [on(parent)]))).toEqual([['parent', 'success', 'waiting']]);
    const ran = await make('ran since', [], daily);
    await addExecution(verbs.db, ran, { id: verbs.ctx.ids.next(), dueAt: TEST_NOW - 30_000, ...ended });
    await addDependency(verbs.ctx, { job: { id: ran.id }, dependsOn: { id: parent.id }, type: 'success' });
    expect(await parentsOf(ran)).toEqual([['parent', 'success', 'waiting']]);
  });
});

describe('the graph', () => {
  it('shows the jobs of its face with their states and who waits for whom, or only those that are tied', async () => {
    const ctx = verbs.as({ face: 'commands' });
    const add = async (name: string, dependencies: readonly Dependency[] = []) =>
      (await createJob(ctx, { spec: jobSpec({ name, schedule: { kind: 'none' }, dependencies }, TEST_NOW) })).job;
    const [alone, parent] = [await add('alone'), await add('parent')];
    const child = await add('child', [on(parent, 'completion')]);
    const id = () => verbs.ctx.ids.next();
    await addExecution(verbs.db, parent, { id: id(), dueAt: TEST_NOW, state: 'failed', durationMs: 1 });
    await addExecution(verbs.db, parent, { id: id(), dueAt: TEST_NOW + 1, state: 'running' });
    await addExecution(verbs.db, child, { id: id(), dueAt: TEST_NOW, state: 'waiting' });
    const graph = await jobGraph(ctx);
    expect(graph.nodes.map((n) => [n.name, n.lastState, n.queued, n.waiting, n.running])).toEqual([
      ['alone', null, 0, 0, 0],
      ['parent', 'failed', 0, 0, 1],
      ['child', null, 0, 1, 0],
    ]);
    expect(graph.edges).toMatchObject([
      { childId: child.id, parentId: parent.id, type: 'completion', end: 'failed', standing: 'met' },
    ]);
    const tied = await jobGraph(ctx, { onlyTied: true });
    expect(tied.nodes.map((n) => n.id)).toEqual([parent.id, child.id]);
    expect(tied.nodes.map((n) => n.id)).not.toContain(alone.id);
  });
});

describe('why', () => {
  it('names what a held run waits for, and what failed one', async () => {
    const [a, b] = [await make('pump'), await make('valve')];
    const child = await make('child', [on(a), on(b)], { schedule: { kind: 'interval', everySeconds: 60 } });
    await addExecution(verbs.db, a, { id: verbs.ctx.ids.next(), dueAt: TEST_NOW, state: 'succeeded', durationMs: 1 });
    const id = verbs.ctx.ids.next();
    const at = Math.floor(TEST_NOW / 1000) * 1000;
    await addExecution(verbs.db, child, { id, dueAt: at, state: 'waiting' });
    const explain = async () => {
      const found = await why(verbs.ctx, { job: { id: child.id }, at });
      const words = explainWhy(found, { noun: 'job', statusOf: (state) => state });
      return [found.verdict, found.waitsFor.map((d) => d.standing), words];
    };
    expect(await explain()).toEqual(['under_way', ['met', 'waiting'], 'It waits for valve.']);
    const error = { type: 'dependency_failed', message: '"valve" ended missed.' };
    await sql`update execution set state = 'failed', reason = 'dependency_failed', error = ${JSON.stringify(error)}::jsonb
      where id = ${id}`.execute(verbs.db);
    expect(await explain()).toEqual(['did_not_run', [], '"valve" ended missed.']);
  });
});
