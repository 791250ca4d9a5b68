import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTool } from './run-tool.ts';

const SDK = new URL('../../sdk/javascript/', import.meta.url).pathname;

it('sdk/javascript: all of its own tests pass, against a scripted server and the type checker', async () => {
  const files = readdirSync(join(SDK, 'test')).filter((name) => name.endsWith('.test.js'));
  const args = ['--test', '--test-reporter=tap', ...files.map((name) => join('test', name))];
  const { code, stdout, said } = await runTool(process.execPath, args, { cwd: SDK });
  const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1] ?? -1);
  console.log(`sdk/javascript: ${count('pass')} passed, ${count('fail')} failed, ${count('skipped')} skipped`);
  expect({ failed: count('fail'), cancelled: count('cancelled'), skipped: count('skipped'), code }, said).toEqual({
    failed: 0,
    cancelled: 0,
    skipped: 0,
    code: 0,
  });
  expect(count('pass')).toBeGreaterThan(0);
}, 300_000);
