import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test was skipped, and how to get what it needs; the closing lines of `npm test` print it. */
    needs?: string;
  }
}

/** Skips the test where a program is not on PATH, and says how to get it. Returns the program's path. */
export function needsProgram(context: TestContext, program: string, howToGet: string): string {
  const path = findProgram(program);
  return path ?? needs(context, `it needs ${program}: ${howToGet}`);
}

/** Skips the test; `what` completes the sentence "skipped, …". */
export function needs(context: TestContext, what: string): never {
  context.task.meta.needs = what;
  return context.skip(what);
}

function findProgram(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
