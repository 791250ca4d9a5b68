import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readEnvironment } from '../../start/env.ts';

/** Where servers are that Debian installs, though a user's PATH may lack it. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

/** The file of an installed program, or undefined. */
export function programOnPath(name: string): string | undefined {
  const folders = (readEnvironment([]).values['PATH'] ?? '').split(delimiter);
  return [...folders, ...SYSTEM_FOLDERS].map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
