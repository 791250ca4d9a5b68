import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { invalid } from '../../domain/errors.ts';
import type { Face } from '../../domain/faces.ts';
import type { Role } from '../verbs/context.ts';
import type { Caller } from './caller.ts';
import type { FaceEnv } from './face.ts';
import { identify } from './identify.ts';
import { peerAddress } from './peer.ts';
import { rateLimitHeaders } from './rate-limit.ts';
import { demandRole } from './roles.ts';
import type { WebDeps } from './web-deps.ts';

/** Who guards: a face, or the service itself for what belongs to none. */
export interface Guard {
  readonly name: Face | 'service';
  readonly openToLoopback: boolean;
  readonly leastRole: { readonly read: Role; readonly write: Role };
}

/**
 * Lets a request in: who asks (else 401), how often (else 429), whether they may at all (else 403); then makes the
 * context that verbs work with. Bad credentials count against their address, so that guessing is slow.
 */
export function guarded(guard: Guard, deps: WebDeps) {
  const open = guard.openToLoopback && deps.openFaces;
  return createMiddleware<FaceEnv>(async (c, next) => {
    const { requestId, correlationId, traceparent, log } = c.env.marks;
    c.set('requestId', requestId);
    c.set('log', log);
    if (c.req.url.includes('%00'))
      throw invalid('INVALID_INPUT', [{ path: 'path', message: 'may not hold a NUL character' }]);
    const kind = c.req.method === 'GET' || c.req.method === 'HEAD' ? 'read' : 'write';
    const count = (client: string) => deps.rateLimit.count({ face: guard.name, client, kind });
    let caller: Caller;
    try {
      caller = await identify(c.env, { authenticate: deps.authenticate, open });
    } catch (error) {
      await count(peerAddress(c.env));
      throw error;
    }
    c.set('caller', caller);
    c.set('rateLimit', deps.rateLimit);
    const standing = await count(clientOf(caller, c));
    if (standing !== null)
      for (const [name, value] of Object.entries(rateLimitHeaders(standing))) c.header(name, value);
    demandRole(caller, guard.leastRole[kind]);
    c.set('verb', {
      db: deps.db,
      engine: deps.engine,
      ids: deps.ids,
      limits: deps.limits,
      deviceId: deps.deviceId,
      // Only faces have verbs; the service's own routes write their audit themselves.
      actor: {
        subject: caller.subject,
        roles: caller.roles,
        face: guard.name as Face,
        correlationId,
        ...(traceparent !== undefined && { traceparent }),
      },
      log,
      now: () => deps.now(),
    });
    await next();
  });
}

function clientOf(caller: Caller, c: Context<FaceEnv>): string {
  return caller.credential === 'anonymous' ? `peer:${peerAddress(c.env)}` : `subject:${caller.subject}`;
}
