import { join } from 'node:path';
import { expect, it } from 'vitest';
import { developmentPython, SDK } from './python-environment.ts';
import { runTool } from './run-tool.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MINUTES = 5 * 60_000;

it(
  'sdk/python: all of its own tests pass, on both clients, against a scripted server',
  async (context) => {
    const python = await developmentPython(context);
    const env = { PYTHONPATH: join(SDK, 'src'), PYTHONDONTWRITEBYTECODE: '1' };
    const { code, said } = await runTool(python, ['-W', 'error', '-m', 'unittest'], { cwd: join(SDK, 'tests'), env });
    const ran = Number(/^Ran (\d+) tests? in/m.exec(said)?.[1] ?? 0);
    console.log(`sdk/python: ${ran} tests ran: ${said.trim().split('\n').at(-1)}`);
    expect(said.trim(), said).toMatch(/\nOK$/);
    expect(code).toBe(0);
    expect(ran).toBeGreaterThan(0);
  },
  MINUTES,
);

it(
  'sdk/python: its types hold under mypy --strict, as Python 3.9 reads them, and for a program of a user',
  async (context) => {
    const python = await developmentPython(context);
    const args = ['-m', 'mypy', '--python-version', '3.9', '--cache-dir', tempFolder('almanac-mypy-')];
    const { code, said } = await runTool(python, args, { cwd: SDK });
    expect(said).toMatch(/^Success: no issues found in \d+ source files/);
    expect(code).toBe(0);
  },
  MINUTES,
);
