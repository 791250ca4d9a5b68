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
  readonly log: Log;
}

/** The bindings of node-server, with our marks on them. */
export type WebBindings = HttpBindings & { marks: RequestMarks };
