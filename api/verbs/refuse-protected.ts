import { DomainError } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';

/** Whether a job is critical to its users' system (console.txt, `is_primary`). */
export function isPrimary({ extra }: Pick<Job, 'extra'>): boolean {
  return extra['isPrimary'] === true;
}

/** Throws JOB_PROTECTED where a primary job is to be deleted or disabled, and nobody insists. */
export function refuseProtected(job: Job, asked: { what: 'deleted' | 'disabled'; force: boolean }): void {
  if (asked.force || !isPrimary(job)) return;
  const message = `Job ${job.number} is marked as primary, so it is not ${asked.what} by mistake. Repeat it with "force": true, or set isPrimary to false first.`;
  throw new DomainError('JOB_PROTECTED', message);
}
