import type { HttpBindings } from '@hono/node-server';
import type { Db } from '../../db/connect.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Limits, Log, VerbContext } from '../verbs/context.ts';
import type { Authenticate } from './authenticator.ts';
import type { RateLimit } from './rate-limit.ts';

/** What every part of the web works with; made once a process. */
export interface WebDeps {
  readonly db: Db;
  readonly engine: VerbContext['engine'];
  readonly ids: IdSource;
  readonly limits: Limits;
  /** What templates know as `DEVICE_ID`. */
  readonly deviceId: string;
  readonly authenticate: Authenticate;
  readonly rateLimit: RateLimit;
  /** Whether faces without credentials in their documents are open to this machine (OPEN_FACES). */
  readonly openFaces: boolean;
  now(): Instant;
}

/** What the outermost layer knows of a request, for whoever answers it. */
export interface RequestMarks {
  readonly requestId: string;
  /** What the request causes is found by: the caller's own, or the request's id. */
  readonly correlationId: string;
  /** The request's span, where traces are on. */
  readonly traceparent?: string;
  readonly log: Log;
}

/** The bindings of node-server, with our marks on them. */
export type WebBindings = HttpBindings & {
  marks: RequestMarks;
  /** Which route of which face answered: what requests are counted by. */
  route?: { readonly face: string; readonly route: string };
};
