import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.ts';

export type PidLock = { held: true; release(): void } | { held: false; pid: number };

interface Holder {
  pid: number;
  identity: string;
}

/**
 * Takes `file` as a lock of this process, or tells who holds it. A holder that is gone is not believed, nor is another
 * process that now bears its pid.
 */
export function takePidLock(file: string): PidLock {
  const mine = `${file}.${process.pid}`;
  const holder: Holder = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  writeFileSync(mine, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (;;) {
      if (linked(mine, file)) return { held: true, release: () => rmSync(file, { force: true }) };
      const other = liveHolder(file);
      if (other) return { held: false, pid: other.pid };
      setAside(file);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Waits until the lock is ours; `onWait` hears once who holds it. Rejects when `stopping` is aborted. */
export async function waitForPidLock(
  file: string,
  options: { onWait(pid: number): void; stopping?: AbortSignal | undefined },
): Promise<{ release(): void }> {
  for (let told = false; ; told = true) {
    const lock = takePidLock(file);
    if (lock.held) return lock;
    if (!told) options.onWait(lock.pid);
    await sleep(500, undefined, { signal: options.stopping });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead lock away; if another process replaced it in the meantime, what was moved is alive and is put back. */
function setAside(file: string): void {
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (liveHolder(aside)) linked(aside, file);
  rmSync(aside, { force: true });
}

function liveHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return holder.identity === processIdentity(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}
