import type { ExecutionKey } from '../../../verbs/get-execution.ts';
import type { JobKey } from '../../../verbs/job-view.ts';
import { DomainError } from '../../../../domain/errors.ts';
import { uuidRangeOf } from '../../../../domain/ids.ts';
import { gatewayJobId as jobId } from '../../../../domain/public-ids.ts';

export { gatewayExecutionId as executionId, gatewayJobId as jobId } from '../../../../domain/public-ids.ts';

/** Where the gateway's documented paths begin. */
export const BASE = '/api/v1/scheduler';

/** Reads a job's id of a path. What no job can have is not found. */
export function jobKey(id: string): JobKey {
  const number = Number(/^job_(\d{3,15})$/.exec(id)?.[1] ?? Number.NaN);
  if (jobId(number) === id) return { number, shown: id };
  throw new DomainError(
    'JOB_NOT_FOUND',
    `Job ${shown(id)} does not exist. Ids look like "job_001"; list the jobs to see them.`,
  );
}

export function executionKey(id: string): ExecutionKey {
  const range = id.startsWith('exec_') ? uuidRangeOf(id.slice('exec_'.length)) : null;
  if (range !== null) return { ...range, shown: id };
  const message = `Execution ${shown(id)} does not exist. Ids look like "exec_20250312151030123".`;
  throw new DomainError('EXECUTION_NOT_FOUND', message);
}

function shown(id: string): string {
  return JSON.stringify(id.slice(0, 100));
}
