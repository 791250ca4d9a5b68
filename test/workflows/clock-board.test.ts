import { describe, expect, test } from 'vitest';
import type { PlannedJob } from '../../activities/plan.ts';
import { pack } from '../../domain/instants.ts';
import { ClockBoard } from '../../workflows/clock-board.ts';

const NOW = 1_800_000_000_000;

interface Plan {
  readonly specRevision?: number;
  /** Seconds from now of the nominal times. */
  readonly fires: readonly number[];
  readonly lateSeconds?: number;
  readonly more?: boolean;
  readonly behind?: boolean;
}

function planned(
  id: string,
  { specRevision = 1, fires, lateSeconds = 0, more = true, behind = false }: Plan,
): PlannedJob {
  const dues = fires.map((s) => NOW + s * 1000);
  const packed = pack(dues.map((due) => ({ due, fireAt: due + lateSeconds * 1000 })));
  return { id, specRevision, name: `job ${id}`, summary: 'every second: log', fires: packed, more, behind };
}

function boardOf(jobs: readonly PlannedJob[]): ClockBoard {
  const board = new ClockBoard();
  board.take(jobs, null);
  return board;
}

const seconds = (instant: number) => (instant - NOW) / 1000;
const taken = (board: ClockBoard, at: number) =>
  board
    .takeDue(NOW + at * 1000)
    .map(({ id, dues, final = false, behind = false }) => ({ id, dues: dues.map(seconds), final, behind }));

describe("A clock's board", () => {
  test('hands over all that is due at once, each time only once, and knows what comes next', () => {
    const board = boardOf([planned('a', { fires: [1, 2, 3] }), planned('b', { fires: [2, 4] })]);
    expect(seconds(board.next())).toBe(1);
    expect(taken(board, 2)).toEqual([
      { id: 'a', dues: [1, 2], final: false, behind: false },
      { id: 'b', dues: [2], final: false, behind: false },
    ]);
    expect(taken(board, 2)).toEqual([]);
    expect(seconds(board.next())).toBe(3);
  });

  test('waits for the jitter of a fire', () => {
    const board = boardOf([planned('a', { fires: [1], lateSeconds: 5 })]);
    expect(seconds(board.next())).toBe(6);
    expect(taken(board, 5)).toEqual([]);
    expect(taken(board, 6).map((due) => due.dues)).toEqual([[1]]);
  });

  test('lets a job go with its last fire', () => {
    const board = boardOf([planned('a', { fires: [1], more: false })]);
    expect(taken(board, 1)).toEqual([{ id: 'a', dues: [1], final: true, behind: false }]);
    expect(board.size).toBe(0);
  });

  test('takes a plan of some jobs: those planned anew, those asked for and absent gone, the others as they were', () => {
    const board = boardOf([planned('a', { fires: [1] }), planned('b', { fires: [1] }), planned('c', { fires: [1] })]);
    board.take([planned('a', { specRevision: 2, fires: [5] })], ['a', 'b']);
    expect(board.ids).toEqual(['a', 'c']);
    expect(taken(board, 10).map(({ id, dues }) => [id, dues])).toEqual([
      ['a', [5]],
      ['c', [1]],
    ]);
  });

  test('does not hand over again what it handed over while the plan was made, unless the schedule is another', () => {
    const board = boardOf([planned('a', { fires: [1, 2] })]);
    taken(board, 2);
    board.take([planned('a', { fires: [1, 2, 3] })], null);
    expect(taken(board, 3).map((due) => due.dues)).toEqual([[3]]);
    board.take([planned('a', { specRevision: 2, fires: [2, 4] })], ['a']);
    expect(taken(board, 4).map((due) => due.dues)).toEqual([[2, 4]]);
  });

  test('asks for a new plan before the fires of a job run out, and only where there are more', () => {
    const eight = Array.from({ length: 8 }, (_, i) => i + 1);
    const board = boardOf([planned('a', { fires: eight }), planned('b', { fires: eight, more: false })]);
    taken(board, 6);
    expect(board.runningOut()).toEqual([]);
    taken(board, 7);
    expect(board.runningOut()).toEqual(['a']);
  });

  test('says that a job is behind while still more of its times are due than a batch, or its plan, holds', () => {
    const long = Array.from({ length: 1500 }, (_, i) => i + 1);
    const board = boardOf([planned('a', { fires: long })]);
    expect(taken(board, 1500).map(({ dues, behind }) => [dues.length, behind])).toEqual([[1000, true]]);
    expect(taken(board, 1500).map(({ dues, behind }) => [dues.length, behind])).toEqual([[500, false]]);
    const cut = boardOf([planned('b', { fires: [1, 2], behind: true })]);
    expect(taken(cut, 2).map(({ behind }) => behind)).toEqual([true]);
  });

  test('keeps a batch small enough to be carried in an argument, and gives every job its turn', () => {
    const many = Array.from({ length: 900 }, (_, i) => i + 1);
    const jobs = Array.from({ length: 30 }, (_, i) => planned(`job-${i}`, { fires: many, more: false }));
    const board = boardOf(jobs);
    const seen = new Set<string>();
    let batches = 0;
    for (let batch = board.takeDue(NOW + 900_000); batch.length > 0; batch = board.takeDue(NOW + 900_000)) {
      batches += 1;
      expect(JSON.stringify(batch).length).toBeLessThan(100_000);
      for (const { id, dues } of batch) {
        expect(dues).toHaveLength(900);
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
    }
    expect(seen.size).toBe(30);
    expect(batches).toBe(6);
  });

  test('shows its jobs as a table, the next to fire first, that no name can break', () => {
    const board = boardOf([planned('b', { fires: [60] }), { ...planned('a', { fires: [30] }), name: 'x|y\nz' }]);
    const rows = board.describe().split('\n');
    expect(rows).toHaveLength(4);
    expect(rows[2]).toBe('| x\\|y z | every second: log | 2027-01-15 08:00:30 | – |');
    expect(rows[3]).toContain('job b');
  });
});
