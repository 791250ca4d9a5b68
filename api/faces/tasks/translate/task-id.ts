import { DomainError } from '../../../../domain/errors.ts';
import { isUuid } from '../../../../domain/ids.ts';
import type { ExecutionKey } from '../../../verbs/get-execution.ts';
import type { JobKey } from '../../../verbs/job-view.ts';

/** Where the document's paths begin. */
export const API = '/api/v1';
export const TASKS = `${API}/tasks`;
export const EXECUTIONS = `${API}/executions`;

const EXAMPLE = '"550e8400-e29b-41d4-a716-446655440000"';

/** Reads a task's id. What no task can have is not found. */
export function taskKey(id: string): JobKey & { readonly id: string } {
  if (isUuid(id)) return { id: id.toLowerCase(), shown: id.toLowerCase() };
  const message = `Task ${shown(id)} does not exist. Ids look like ${EXAMPLE}; list the tasks to see them.`;
  throw new DomainError('JOB_NOT_FOUND', message);
}

export function executionKey(id: string): ExecutionKey {
  if (isUuid(id)) return { id: id.toLowerCase(), shown: id.toLowerCase() };
  throw new DomainError('EXECUTION_NOT_FOUND', `Execution ${shown(id)} does not exist. Ids look like ${EXAMPLE}.`);
}

function shown(id: string): string {
  return JSON.stringify(id.slice(0, 100));
}
