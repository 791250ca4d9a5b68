import { readFileSync } from 'node:fs';
import { writePrivate } from '../private-file.ts';
import { processIdentity } from './process-identity.ts';

/** A process that the start launched, written down so that the next start can find it after a crash. */
export interface ChildRecord {
  pid: number;
  identity: string;
  /** The arguments it was started with: a server is adopted only if they would be the same today. */
  command: string;
}

export interface Children {
  remember(name: string, pid: number, command: string): void;
  /** The process of that name which an earlier start left running. */
  leftover(name: string): ChildRecord | undefined;
}

/** The list of launched processes, kept in one file of the home folder. */
export function openChildren(file: string): Children {
  const records = readRecords(file);
  return {
    remember(name, pid, command) {
      const identity = processIdentity(pid);
      if (identity === undefined) return;
      records[name] = { pid, identity, command };
      writePrivate(file, JSON.stringify(records, undefined, 2));
    },
    leftover(name) {
      const record = records[name];
      return record && processIdentity(record.pid) === record.identity ? record : undefined;
    },
  };
}

function readRecords(file: string): Record<string, ChildRecord> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, ChildRecord>;
  } catch {
    return {};
  }
}
