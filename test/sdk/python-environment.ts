import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { needs, needsProgram } from '../support/needs.ts';
import { runTool } from './run-tool.ts';

export const SDK = new URL('../../sdk/python/', import.meta.url).pathname;

/** What pip says where there is no index to ask, in whatever way that shows. */
const NO_INDEX = /connection|name resolution|timed out|proxy|network is unreachable|certificate/i;

/**
 * The Python of a virtual environment with what sdk/python/requirements-dev.txt names, made once in the cache folder.
 * Skips the test where there is no Python or no index of packages.
 */
export async function developmentPython(context: TestContext): Promise<string> {
  const requirements = join(SDK, 'requirements-dev.txt');
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'almanac', `sdk-python-${version}`);
  if (existsSync(folder)) return pythonOf(folder);
  // Made beside and moved into place: another test file may be making the same.
  const making = `${folder}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  const python = await makeEnvironment(context, making);
  await pipInstall(context, python, ['--requirement', requirements]);
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true, force: true });
  }
  return pythonOf(folder);
}

/** An empty virtual environment; returns its Python. */
export async function makeEnvironment(context: TestContext, folder: string): Promise<string> {
  const python = needsProgram(context, 'python3', 'apt-get install python3 python3-venv');
  const made = await runTool(python, ['-m', 'venv', folder], { cwd: dirname(folder) });
  if (made.code === 0) return pythonOf(folder);
  rmSync(folder, { recursive: true, force: true });
  return needs(context, `it needs Python's venv (${lastLine(made.said)}): apt-get install python3-venv`);
}

/** `pip install …` as a user types it; a package that does not install fails the test. */
export async function pipInstall(context: TestContext, python: string, args: readonly string[]): Promise<void> {
  const installed = await runTool(python, ['-m', 'pip', 'install', '--quiet', ...args], { cwd: SDK });
  if (installed.code === 0) return;
  if (NO_INDEX.test(installed.said))
    needs(context, 'it needs a Python package index: connect to PyPI or set PIP_INDEX_URL');
  throw new Error(`pip install ${args.join(' ')} failed:\n${installed.said}`);
}

function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
