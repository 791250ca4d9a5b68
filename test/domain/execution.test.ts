import { expect, test } from 'vitest';
import { EXECUTION_STATES, isTerminal, LIVE_STATES, successRate, TRANSITIONS } from '../../domain/execution.ts';
import type { ExecutionState } from '../../domain/execution.ts';

const before = (to: ExecutionState) =>
  (['none', ...EXECUTION_STATES] as const).filter((from) => TRANSITIONS[from].includes(to));

test('an ended execution may become nothing else, ever', () => {
  const ended = EXECUTION_STATES.filter(isTerminal);
  expect(ended).toEqual(['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed']);
  for (const from of ended) expect(TRANSITIONS[from]).toEqual([]);
});

test('what lives is queued, waiting or running, and can always come to an end', () => {
  expect(LIVE_STATES).toEqual(['queued', 'waiting', 'running']);
  for (const state of LIVE_STATES) expect(TRANSITIONS[state].some(isTerminal)).toBe(true);
});

test('success needs a run: nothing becomes succeeded but what is running', () => {
  expect(before('succeeded')).toEqual(['running']);
  expect(before('timed_out')).toEqual(['running']);
});

test('a nominal time that was not run is recorded so at once, never later', () => {
  expect(before('missed')).toEqual(['none']);
});

test('the success rate counts succeeded among succeeded, failed and timed out', () => {
  expect(successRate({ succeeded: 3, failed: 1, timedOut: 0 })).toBe(0.75);
  expect(successRate({ succeeded: 0, failed: 0, timedOut: 2 })).toBe(0);
  expect(successRate({ succeeded: 0, failed: 0, timedOut: 0 })).toBeNull();
});
