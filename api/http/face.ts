import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Limits, Log, Role, VerbContext } from '../verbs/context.ts';
import type { SocketDefinition } from '../events/socket-definition.ts';
import type { Caller } from './caller.ts';
import type { Dialect } from './dialect.ts';
import type { RateLimit } from './rate-limit.ts';
import type { WebBindings } from './web-deps.ts';

/** What every handler of a face finds: `c.var.verb` is made for the request, with its actor and correlation id. */
export interface FaceEnv {
  Bindings: WebBindings;
  Variables: {
    /** `X-Request-Id` where the client sent a sane one. */
    requestId: string;
    /** A logger that carries the correlation id. */
    log: Log;
    /** Who asks; roles are checked with `requireRole` as a route's middleware. */
    caller: Caller;
    /** For what else is counted than clients, such as the creators of commands.txt. */
    rateLimit: RateLimit;
    verb: VerbContext;
  };
}

export type FaceApp = OpenAPIHono<FaceEnv>;

/** What a face may be built from, beside the verbs. */
export interface FaceDeps {
  readonly limits: Limits;
  now(): Instant;
}

/**
 * One documented dialect: one folder below `api/faces/` and one line in `api/faces/index.ts`. The server mounts it
 * twice (DECISIONS section 1) and wraps it in authentication, rate limits, body limits, idempotency and errors.
 */
export interface FaceDefinition extends Dialect {
  readonly name: Face;
  /** For the reference page. */
  readonly title: string;
  readonly description: string;
  /** Routes at their documented paths (`/api/v1/scheduler/jobs`). Start with `newFaceApp()`; add no `onError`. */
  build(deps: FaceDeps): FaceApp;
  /** Documented paths, `*` for one segment, whose bodies may have 20 MB instead of 1 MB. */
  readonly bulkPaths: readonly string[];
  /** Its document shows no credentials: open to loopback peers where `OPEN_FACES=loopback` (DECISIONS section 2). */
  readonly openToLoopback: boolean;
  /** The least role for reading (GET, HEAD) and for writing; single routes ask for more with `requireRole`. */
  readonly leastRole: { readonly read: Role; readonly write: Role };
  /** Where its document's paths once began, and begin now: requests are sent on with 308, whatever their method. */
  readonly movedFrom?: { readonly from: string; readonly to: string };
  /** The face's WebSocket, where its document has one. */
  readonly socket?: SocketDefinition;
}
