import { expect, test } from 'vitest';
import { grouped, ungrouped, type DueJob } from '../../domain/due-jobs.ts';

const job = (id: string, more: Partial<DueJob> = {}): DueJob => ({
  id,
  specRevision: 1,
  dues: [1000],
  next: 2000,
  ...more,
});

test('Due jobs with the same times stand in one group, and come out of it as they went in', () => {
  const due = [job('a'), job('b', { specRevision: 7 }), job('c')];
  expect(grouped(due)).toEqual([{ dues: [1000], next: 2000, jobs: { a: 1, b: 7, c: 1 } }]);
  expect(ungrouped(grouped(due))).toEqual(due);
});

test.each<[string, Partial<DueJob>]>([
  ['another nominal time', { dues: [1001] }],
  ['more nominal times', { dues: [1000, 2000] }],
  ['another next fire', { next: 3000 }],
  ['no next fire', { next: null }],
  ['more behind it', { behind: true }],
  ['nothing after it', { final: true }],
])('A job with %s stands apart', (_, more) => {
  const due = [job('a'), job('b', more), job('c')];
  expect(grouped(due).map(({ jobs }) => Object.keys(jobs))).toEqual([['a', 'c'], ['b']]);
  expect(ungrouped(grouped(due)).sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual(due);
});
