import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, processIdentity } from '../process/process-identity.ts';

/** A postmaster that still runs on a data folder. */
export interface LivePostmaster {
  pid: number;
  identity: string;
  port: number;
  stopping: boolean;
}

/**
 * Reads postmaster.pid (LIBRARIES.md section 3, point 4) and believes it only if that process serves this very folder:
 * after a power cut pids are dealt anew, to another Postgres too.
 */
export function livePostmaster(folder: string): LivePostmaster | undefined {
  const lines = readLines(join(folder, 'postmaster.pid'));
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  const identity = pid > 0 ? processIdentity(pid) : undefined;
  if (identity === undefined || !commandOf(pid).includes(folder)) return undefined;
  return { pid, identity, port, stopping: lines[7]?.trim() === 'stopping' };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
