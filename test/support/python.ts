import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';
import { needs, needsProgram } from './needs.ts';

const run = promisify(execFile);
const REQUESTS = 'requests==2.32.5';

/** Runs a Python program with `requests` and returns what it prints; skips the test where there is no Python. */
export type Python = (program: string, folder: string) => Promise<string>;

/** Real Python with the real package, installed once into a cached folder where the machine lacks it. */
export async function pythonWithRequests(context: TestContext): Promise<Python> {
  const path = needsProgram(context, 'python3', 'install Python 3.9 or later, from python.org or your system');
  const packages = join(tmpdir(), `almanac-python-${REQUESTS.replace('==', '-')}`);
  const env = { ...process.env, PYTHONPATH: packages };
  if (!(await works(path, env))) {
    const pip = ['-m', 'pip', 'install', '--quiet', '--target', packages, REQUESTS];
    const failed = await run(path, pip).then(() => null, String);
    if (failed !== null || !(await works(path, env))) {
      return needs(context, `it needs the Python package requests: run "python3 -m pip install ${REQUESTS}"`);
    }
  }
  return async (program, cwd) => (await run(path, ['-c', program], { cwd, env })).stdout;
}

async function works(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return run(path, ['-c', 'import requests'], { env }).then(
    () => true,
    () => false,
  );
}
