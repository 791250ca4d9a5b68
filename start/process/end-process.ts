import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';
import type { Ending } from './running-part.ts';

/** Signals a process that may be gone already. */
export function signalPid(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Resolves when the process with this identity is gone. For processes that are not our children and send no event. */
export async function goneProcess(pid: number, identity: string | undefined): Promise<Ending> {
  while (identity !== undefined && processIdentity(pid) === identity) {
    await sleep(100);
  }
  return { code: null, signal: null };
}

/** Asks a process to end, waits `graceMs`, then kills it; resolves when it is gone. */
export async function endProcess(pid: number, identity: string, graceMs: number): Promise<void> {
  if (processIdentity(pid) !== identity) return;
  signalPid(pid, 'SIGTERM');
  const timer = setTimeout(() => signalPid(pid, 'SIGKILL'), graceMs);
  await goneProcess(pid, identity);
  clearTimeout(timer);
}
