import { DomainError } from '../../../../domain/errors.ts';
import type { JobKey } from '../../../verbs/job-view.ts';

/** Where the document's paths begin. */
export const BASE = '/api/v1/scheduler';
export const JOBS = `${BASE}/jobs`;

/** Reads a job's id, an integer. What no job can have is not found. */
export function jobKey(id: string): JobKey {
  if (/^[1-9]\d{0,14}$/.test(id)) return { number: Number(id), shown: id };
  const shown = JSON.stringify(id.slice(0, 100));
  throw new DomainError('JOB_NOT_FOUND', `Job ${shown} does not exist. Ids are integers; list the jobs to see them.`);
}
