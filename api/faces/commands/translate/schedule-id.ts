import { DomainError } from '../../../../domain/errors.ts';
import { isUuid } from '../../../../domain/ids.ts';
import type { ExecutionKey } from '../../../verbs/get-execution.ts';
import type { JobKey } from '../../../verbs/job-view.ts';

/** Where the document's paths begin. */
export const API = '/api/v1';
export const SCHEDULES = `${API}/schedules`;
export const EXECUTIONS = `${API}/executions`;

const EXAMPLE = '"0197a3f0-7c1e-7000-8000-3b6a1d5e9f20"';

/** Reads a schedule's id. What no schedule can have is not found. */
export function scheduleKey(id: string): JobKey & { readonly id: string } {
  if (isUuid(id)) return { id: id.toLowerCase(), shown: id.toLowerCase() };
  const message = `Schedule ${shown(id)} does not exist. Ids look like ${EXAMPLE}; list the schedules to see them.`;
  throw new DomainError('JOB_NOT_FOUND', message);
}

export function executionKey(id: string): ExecutionKey {
  if (isUuid(id)) return { id: id.toLowerCase(), shown: id.toLowerCase() };
  throw new DomainError('EXECUTION_NOT_FOUND', `Execution ${shown(id)} does not exist. Ids look like ${EXAMPLE}.`);
}

function shown(id: string): string {
  return JSON.stringify(id.slice(0, 100));
}
