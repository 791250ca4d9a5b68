import { execFileSync } from 'node:child_process';
import { until } from './until.ts';

/** Stops a process as SIGSTOP does; resolves when it really stands still: the signal reaches its threads in their own time. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await until('the process stands still', () => statesOf(pid).every((state) => state === 'T'));
}

/** The state of the process; where `ps` can tell, of each of its threads. */
function statesOf(pid: number): string[] {
  const threads = process.platform === 'linux' ? ['-L'] : [];
  const states = execFileSync('ps', [...threads, '-o', 'state=', '-p', String(pid)], { encoding: 'utf8' });
  return states.trim().split(/\s+/);
}
