import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs `bench/main.ts` from its source: a benchmark is no part of what is built. Returns its exit code. */
export async function runBench(root, args) {
  const main = fileURLToPath(new URL('bench/main.ts', root));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
