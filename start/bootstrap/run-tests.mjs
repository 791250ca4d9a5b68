import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLines } from './test-summary.mjs';

/** Runs the tests (`args` go to vitest); its very last line is `N passed, N failed`; returns the exit code. */
export async function runTests(root, args) {
  const cwd = fileURLToPath(root);
  const binary = await run([join('dist', 'main.js'), 'temporal-binary'], cwd, { ALMANAC_LOG: 'pretty' });
  if (binary !== 0) console.log('the Temporal server could not be had: the tests that need it will fail');
  const folder = mkdtempSync(join(tmpdir(), 'almanac-report-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run([join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...args], cwd);
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  rmSync(folder, { recursive: true });
  const { lines, failed } = closingLines(result, code);
  for (const line of lines) console.log(line);
  return failed > 0 ? 1 : 0;
}

function run(args, cwd, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
