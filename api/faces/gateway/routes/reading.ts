import type { Context } from 'hono';
import type { Job } from '../../../../domain/job.ts';
import type { FaceEnv } from '../../../http/face.ts';
import { checkIfMatch } from '../../../http/preconditions.ts';
import type { Reading } from '../translate/job-input.ts';

/** What a body is read against: the present instant and the configured defaults. */
export function readingOf(c: Context<FaceEnv>): Reading {
  const { limits } = c.var.verb;
  return { limits, now: c.var.verb.now(), defaultTimezone: limits.defaultTimezone };
}

/** Refuses a change of a job that is not as `If-Match` says: to be asked under its lock. */
export function ifMatch(c: Context<FaceEnv>): (job: Job) => void {
  return (job) => checkIfMatch(c, job.revision);
}
