import { DomainError } from '../../domain/errors.ts';
import type { JobKey } from '../../db/queries/jobs.ts';

export function jobNotFound(key: JobKey): DomainError {
  const which = key.shown === undefined ? 'This job' : `Job ${key.shown}`;
  return new DomainError(
    'JOB_NOT_FOUND',
    `${which} does not exist. Check the id; list the jobs to see which there are.`,
  );
}
