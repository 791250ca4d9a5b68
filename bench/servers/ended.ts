import type { ChildProcess } from 'node:child_process';
import { childEnding } from '../../start/process/child-ending.ts';

const GRACE_MS = 30_000;

/** Asks a child to end with `signal`, and makes it end after a grace. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ending = childEnding(child);
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ending;
  clearTimeout(timer);
}
