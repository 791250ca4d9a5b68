import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url);

beforeAll(async () => {
  const builder = (await import(new URL('start/bootstrap/build.mjs', root).href)) as {
    build(root: URL, say: (text: string) => void): Promise<void>;
  };
  await builder.build(root, () => undefined);
});

/** Runs the small program beside, and tells what it printed and how it ended. */
async function runProgram(home: string): Promise<{ code: number | null; out: string; lines: Record<string, unknown> }> {
  const program = new URL('examples/library/small-program.mjs', root).pathname;
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ALMANAC_HOME: home };
  const child = spawn(process.execPath, [program], { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, told] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (told += text.toString()));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (out += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const last = told.trim().split('\n').at(-1) ?? '';
  return { code, out, lines: last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {} };
}

describe('a program that imports almanac/scheduler', () => {
  it('embeds the whole scheduler, servers too, and finds its jobs again when it starts anew', async () => {
    const home = mkdtempSync(join(tmpdir(), 'almanac-library-'));
    try {
      const first = await runProgram(home);
      expect([first.code, first.out]).toEqual([0, expect.any(String)]);
      expect(first.lines).toMatchObject({
        status: { isRunning: true, mode: 'embedded', activeInstances: 1 },
        jobs: 1,
        greeted: true,
        execution: { statusName: 'success', resultSummary: 'Greeted the world' },
      });
      const second = await runProgram(home);
      expect([second.code, second.lines['jobs'], second.out]).toEqual([0, 2, expect.any(String)]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }, 400_000);
});
