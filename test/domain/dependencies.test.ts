import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  DEPENDENCY_TYPES,
  endsForChildren,
  parseDependencies,
  standingOf,
  standingOfAll,
  standingOfRound,
  type DependencyType,
  type ParentEnd,
  type Standing,
} from '../../domain/dependencies.ts';
import { findCycle, type Edge } from '../../domain/dependency-cycle.ts';
import { DomainError, type Fault } from '../../domain/errors.ts';
import { EXECUTION_STATES, isTerminal, type ExecutionState } from '../../domain/execution.ts';

const ENDS = EXECUTION_STATES.filter(isTerminal);

describe('one dependency', () => {
  it.each(DEPENDENCY_TYPES)('of type %s waits while its parent has not ended', (type) => {
    expect(standingOf({ type, end: null })).toBe('waiting');
  });

  it.each<[DependencyType, ExecutionState[]]>([
    ['success', ['succeeded']],
    ['completion', ['succeeded', 'failed', 'timed_out']],
    ['any', ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed']],
  ])('of type %s holds after %o and fails after every other end', (type, holds) => {
    const found = ENDS.filter((end) => standingOf({ type, end }) === 'met');
    expect(found).toEqual(holds);
    expect(ENDS.filter((end) => standingOf({ type, end }) === 'failed')).toEqual(
      ENDS.filter((end) => !holds.includes(end)),
    );
  });
});

const parent = (type: DependencyType, end: ExecutionState | null): ParentEnd => ({ type, end });

describe('several dependencies', () => {
  test.each<[string, ParentEnd[], Standing, Standing]>([
    ['none', [], 'met', 'met'],
    ['all hold', [parent('success', 'succeeded'), parent('completion', 'failed')], 'met', 'met'],
    ['one is not there yet', [parent('success', 'succeeded'), parent('success', null)], 'waiting', 'waiting'],
    [
      'one failed and another is not there yet',
      [parent('success', 'failed'), parent('success', null)],
      'failed',
      'waiting',
    ],
    ['one failed, all are there', [parent('success', 'failed'), parent('success', 'succeeded')], 'failed', 'failed'],
    ['of alternatives one suffices', [parent('any', null), parent('any', 'cancelled')], 'met', 'met'],
    ['of alternatives none is there', [parent('any', null), parent('any', null)], 'waiting', 'waiting'],
    [
      'an alternative does not replace the others',
      [parent('any', 'succeeded'), parent('success', null)],
      'waiting',
      'waiting',
    ],
    ['nor do the others replace it', [parent('any', null), parent('success', 'succeeded')], 'waiting', 'waiting'],
    [
      'a failed one fails beside an alternative',
      [parent('any', null), parent('success', 'skipped')],
      'failed',
      'failed',
    ],
  ])('%s', (_, parents, held, round) => {
    expect([standingOfAll(parents), standingOfRound(parents)]).toEqual([held, round]);
  });

  it('are decided once: later ends of the others change nothing, and all ends decide', () => {
    const ends = fc.constantFrom(null, ...ENDS);
    const some = fc.array(
      fc.record({ type: fc.constantFrom(...DEPENDENCY_TYPES), end: ends, then: fc.constantFrom(...ENDS) }),
    );
    fc.assert(
      fc.property(some, (list) => {
        const before = standingOfAll(list);
        const after = standingOfAll(list.map(({ type, end, then }) => ({ type, end: end ?? then })));
        expect(after).not.toBe('waiting');
        if (before !== 'waiting') expect(after).toBe(before);
      }),
    );
  });
});

test('only fires that were to run and whose runs are over tell children anything', () => {
  const skipped = (reason: Parameters<typeof endsForChildren>[0]['reason']) =>
    endsForChildren({ state: 'skipped', reason });
  expect(
    ['coalesced', 'job_changed', 'job_paused', 'job_disabled', 'job_deleted'].map((r) => skipped(r as never)),
  ).toEqual(Array.from({ length: 5 }, () => false));
  expect(['overlap', 'skip_next'].map((r) => skipped(r as never))).toEqual([true, true]);
  expect(endsForChildren({ state: 'missed', reason: 'beyond_grace' })).toBe(true);
  expect(endsForChildren({ state: 'cancelled', reason: 'job_deleted' })).toBe(true);
  expect(endsForChildren({ state: 'succeeded', reason: null })).toBe(true);
});

const A = '01890000-0000-7000-8000-00000000000a';
const B = '01890000-0000-7000-8000-00000000000b';

describe('a list of dependencies from outside', () => {
  it('is taken as it is, with success as the usual type and ids in lower case', () => {
    expect(parseDependencies([{ jobId: A.toUpperCase() }, { jobId: B, type: 'any' }])).toEqual([
      { jobId: A, type: 'success' },
      { jobId: B, type: 'any' },
    ]);
  });

  test.each<[unknown, string]>([
    ['nothing', 'dependencies'],
    [[{ jobId: 'x' }], 'dependencies.0.jobId'],
    [[{ jobId: A, type: 'sometimes' }], 'dependencies.0.type'],
    [[{ jobId: A }, { jobId: A, type: 'any' }], 'dependencies.1.jobId'],
    [[{ jobId: A, typ: 'any' }], 'dependencies.0.typ'],
    [
      Array.from({ length: 201 }, (_, i) => ({ jobId: `${A.slice(0, -3)}${String(i).padStart(3, '0')}` })),
      'dependencies',
    ],
  ])('is refused with its path: %o', (input, path) => {
    const refused = refusal(() => parseDependencies(input));
    expect(refused.code).toBe('INVALID_INPUT');
    expect((refused.details['faults'] as Fault[]).map((fault) => fault.path)).toEqual([path]);
  });
});

function refusal(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a cycle', () => {
  const edge = (child: string, parent: string): Edge => ({ child, parent });

  test.each<[string, Edge[], string, string[], string[] | null]>([
    ['a job that would wait for itself', [], 'a', ['a'], ['a', 'a']],
    ['two for each other', [edge('b', 'a')], 'a', ['b'], ['a', 'b', 'a']],
    ['a long way round', [edge('d', 'c'), edge('c', 'b'), edge('b', 'a')], 'a', ['x', 'd'], ['a', 'd', 'c', 'b', 'a']],
    ['none in a diamond', [edge('b', 'a'), edge('c', 'a')], 'd', ['b', 'c'], null],
    ['none where others share parents', [edge('b', 'a'), edge('c', 'b')], 'd', ['c', 'a'], null],
  ])('%s', (_, edges, child, parents, path) => {
    expect(findCycle(edges, child, parents)).toEqual(path);
  });

  it('is found just where one is, and its path is one of the edges', () => {
    const job = fc.integer({ min: 0, max: 7 }).map(String);
    const edges = fc.array(fc.record({ child: job, parent: job }), { maxLength: 15 });
    fc.assert(
      fc.property(edges, job, fc.uniqueArray(job, { minLength: 1, maxLength: 3 }), (some, child, parents) => {
        // What stands is without a cycle: children have the higher number.
        const standing = some.filter((e) => e.child > e.parent);
        const path = findCycle(standing, child, parents);
        expect(path !== null).toBe(parents.some((p) => reaches(standing, p, child)));
        for (let i = 0; path !== null && i + 1 < path.length; i += 1) {
          const [from, to] = [path[i] ?? '', path[i + 1] ?? ''];
          const isNew = from === child && parents.includes(to);
          expect(isNew || standing.some((e) => e.child === from && e.parent === to)).toBe(true);
        }
        if (path !== null) expect([path[0], path.at(-1)]).toEqual([child, child]);
      }),
    );
  });

  it('of 20,000 jobs is found without exhausting the stack', () => {
    const edges = Array.from({ length: 20_000 }, (_, i) => edge(String(i + 1), String(i)));
    expect(findCycle(edges, '0', ['20000'])?.length).toBe(20_002);
  });
});

function reaches(edges: readonly Edge[], from: string, to: string): boolean {
  return from === to || edges.some((e) => e.child === from && reaches(edges, e.parent, to));
}
