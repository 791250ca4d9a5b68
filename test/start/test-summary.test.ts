import { expect, test } from 'vitest';

interface Closing {
  lines: string[];
  failed: number;
}
type ClosingLines = (report: unknown, code: number) => Closing;
// Plain JavaScript without types, as nothing is installed yet when it is loaded first.
const { closingLines } = (await import(new URL('../../start/bootstrap/test-summary.mjs', import.meta.url).href)) as {
  closingLines: ClosingLines;
};

const passed = { status: 'passed', fullName: 'a works', meta: {} };
const failed = { status: 'failed', fullName: 'b breaks', meta: {} };
const skipped = {
  status: 'skipped',
  fullName: 'c waits',
  meta: { needs: 'it needs mosquitto: apt-get install mosquitto' },
};
const file = (assertionResults: unknown[], status = 'passed', message = '') => ({
  name: 'x.test.ts',
  status,
  message,
  assertionResults,
});

test('all passed', () => {
  const report = { testResults: [file([passed, passed])] };
  expect(closingLines(report, 0)).toEqual({ lines: ['2 passed, 0 failed'], failed: 0 });
});

test('failures are counted', () => {
  const { lines, failed: count } = closingLines({ testResults: [file([passed, failed], 'failed')] }, 1);
  expect(lines).toEqual(['1 passed, 1 failed']);
  expect(count).toBe(1);
});

test('skipped tests are listed under what they need, before the last line', () => {
  const { lines, failed: count } = closingLines({ testResults: [file([passed, skipped])] }, 0);
  expect(lines).toEqual([
    'skipped, it needs mosquitto: apt-get install mosquitto:',
    '  c waits',
    '1 passed, 0 failed, 1 skipped',
  ]);
  expect(count).toBe(0);
});

test('a file that could not be loaded is a failure', () => {
  const report = { testResults: [file([passed]), file([], 'failed', 'no such module')] };
  const { lines, failed: count } = closingLines(report, 1);
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(lines[0]).toContain('no such module');
  expect(count).toBe(1);
});

test('an error outside of any test is a failure', () => {
  const { lines, failed: count } = closingLines({ testResults: [file([passed])] }, 1);
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(count).toBe(1);
});

test.each([
  ['no report at all', undefined, 1],
  ['no test', { testResults: [] }, 0],
  ['only skipped tests', { testResults: [file([skipped])] }, 0],
])('%s is not a success', (_, report, code) => {
  expect(closingLines(report, code).failed).toBe(1);
});
