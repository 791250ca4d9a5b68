import { executionNotFound } from '../../../verbs/get-execution.ts';
import { jobNotFound } from '../../../verbs/job-not-found.ts';

/** Where the document's paths begin, and where they once began. */
export const BASE = '/api/v1/scheduler';
export const LEGACY_BASE = '/api/scheduler';
export const TASKS = `${BASE}/tasks`;
export const EXECUTIONS = `${BASE}/executions`;

interface NumberKey {
  readonly number: number;
  readonly shown: string;
}

/** Reads a task's id, an integer. What no task can have is not found. */
export function taskKey(id: string): NumberKey {
  const key = numberKey(id);
  if (key === null) throw jobNotFound({ number: 0, shown: quoted(id) });
  return key;
}

export function executionKey(id: string): NumberKey {
  const key = numberKey(id);
  if (key === null) throw executionNotFound({ shown: quoted(id) });
  return key;
}

function numberKey(id: string): NumberKey | null {
  return /^[1-9]\d{0,14}$/.test(id) ? { number: Number(id), shown: id } : null;
}

function quoted(id: string): string {
  return JSON.stringify(id.slice(0, 100));
}
