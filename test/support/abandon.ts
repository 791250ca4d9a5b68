import { spawn } from 'node:child_process';
import { once } from 'node:events';

const root = new URL('../../', import.meta.url).pathname;

/**
 * Runs TypeScript in a process of its own that is then killed as by kill -9, so that whatever it launched is left behind.
 * `start` stands for the folder of that name: `import { x } from 'start/x.ts'` becomes an import of ours.
 */
export async function abandon(script: string): Promise<void> {
  const source = `${script.replaceAll("'start/", `'${root}start/`)}\nprocess.kill(process.pid, 'SIGKILL');`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', source];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (signal !== 'SIGKILL') throw new Error('the script failed before it was killed: see its output');
}
