import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CACHE = 'node_modules/.cache';
const LINT_CACHE = ['--cache', '--cache-strategy', 'content', '--cache-location', `${CACHE}/eslint/`];

const checks = (fresh) => [
  {
    name: 'format',
    file: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '--cache', '.'],
  },
  {
    name: 'lint',
    file: 'node_modules/eslint/bin/eslint.js',
    args: ['.', '--max-warnings', '0', ...(fresh ? [] : LINT_CACHE)],
  },
  {
    name: 'types',
    file: 'node_modules/typescript/bin/tsc',
    args: ['--noEmit', '-p', '.', ...(fresh ? [] : ['--incremental', '--tsBuildInfoFile', `${CACHE}/types.json`])],
  },
];

/**
 * Format, lint and types side by side; prints what each found and its time; returns the exit code. Unless `fresh`, files
 * that had no complaint and stayed the same are not linted again (docs/decisions, "Lint holds the arrows").
 */
export async function check(root, { fresh }) {
  const results = await Promise.all(checks(fresh).map((one) => run(one, fileURLToPath(root))));
  return results.every((code) => code === 0) ? 0 : 1;
}

function run({ name, file, args }, cwd) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.once('close', (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stdout.write(Buffer.concat(output));
      console.log(`${name.padEnd(7)} ${code === 0 ? 'good  ' : 'FAILED'} ${seconds.padStart(6)} s`);
      resolve(code);
    });
  });
}
