import type { Context } from 'hono';
import type { FaceEnv } from '../../../http/face.ts';
import type { Request } from '../translate/claimant.ts';

/** A request over HTTP, as operations take it. */
export function requestOf(c: Context<FaceEnv>): Request {
  return { verb: c.var.verb, rateLimit: c.var.rateLimit, header: (name) => c.req.header(name) };
}
