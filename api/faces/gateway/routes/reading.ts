import type { Context } from 'hono';
import type { FaceEnv } from '../../../http/face.ts';
import type { Reading } from '../translate/job-input.ts';

/** What a body is read against: the present instant and the configured defaults. */
export function readingOf(c: Context<FaceEnv>): Reading {
  const { limits } = c.var.verb;
  return { limits, now: c.var.verb.now(), defaultTimezone: limits.defaultTimezone };
}
