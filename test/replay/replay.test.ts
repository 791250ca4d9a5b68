import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, test } from 'vitest';
import * as list from '../../workflows/index.ts';
import { workflowBundle } from '../support/servers.ts';

const FOLDER = new URL('histories/', import.meta.url);
const STORED = readdirSync(FOLDER).sort();

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
});

function read(file: string) {
  const bytes = readFileSync(new URL(file, FOLDER));
  return historyFromJSON(JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')));
}

const replay = (file: string, bundle: { code: string } | { codePath: string }) =>
  Worker.runReplayHistory({ workflowBundle: bundle }, read(file), file);

describe('A stored history', () => {
  test.each(STORED)('%s replays on the workflows of today', async (file) => {
    await replay(file, { codePath: workflowBundle() });
  });

  test('exists for every workflow', () => {
    const recorded = new Set(
      STORED.map((file) => read(file).events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name),
    );
    expect([...recorded].sort()).toEqual(Object.keys(list).sort());
  });

  test('names neither a machine nor a folder', () => {
    for (const file of STORED) {
      const text = JSON.stringify(read(file));
      expect([file, /file:\/\/|\/home\/|\/root\/|node_modules|"identity":"[^"]/.exec(text)?.[0]]).toEqual([
        file,
        undefined,
      ]);
    }
  });
});

describe('A workflow that was changed so that old runs go wrong', () => {
  const changed = (from: string, to: string): { code: string } => {
    const code = readFileSync(workflowBundle(), 'utf8');
    if (!code.includes(from)) throw new Error(`The bundle holds no "${from}": give this test another change`);
    return { code: code.replaceAll(from, to) };
  };

  test.each([
    [
      'a timer that was not there',
      'if (spec.firstDelayMs > 0)',
      'if (spec.firstDelayMs >= 0)',
      'run-job-succeeded.json',
    ],
    ['a timer that is gone', 'if (spec.firstDelayMs > 0)', 'if (spec.firstDelayMs < 0)', 'run-job-second-attempt.json'],
    ['a held run that does not wait', 'if (spec.waits === true', 'if (false', 'run-job-held.json'],
    ['a settlement that is left out', 'if (isRecorded(error)) return', 'if (error) return', 'run-job-settled.json'],
    [
      'a clock that fires less often',
      'const MOST_IN_FLIGHT = 4',
      'const MOST_IN_FLIGHT = 0',
      'clock-ticks-and-ends.json',
    ],
    [
      'a retry elsewhere that does not wait',
      'await (0,_temporalio_workflow__WEBPACK_IMPORTED_MODULE_0__.sleep)(waitMs)',
      'void 0',
      'run-job-remote.json',
    ],
    ['a clock that forgets its batches', 'input.carried.forEach(fire)', 'void 0', 'clock-carried.json'],
  ])('is caught: %s', async (_, from, to, file) => {
    await expect(replay(file, changed(from, to))).rejects.toThrow(DeterminismViolationError);
  });
});
