import type { Db } from '../../db/connect.ts';
import type { Surroundings } from '../../domain/actions/kind.ts';
import type { Face } from '../../domain/faces.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Engine } from '../engine/engine.ts';
import type { ScheduleLimits } from './schedule-limits.ts';

export const ROLES = ['viewer', 'operator', 'admin', 'super_admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, through which face: what lands in the audit (DECISIONS section 2). */
export interface Actor {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly face: Face;
  readonly correlationId: string;
  /** The span of the request, where traces are on (W3C Trace Context): what it causes belongs to its trace. */
  readonly traceparent?: string;
}

export type ConflictPolicy = 'resources' | 'reject' | 'allow';

/** The configured bounds that verbs hold, and the names that actions may use (DECISIONS sections 4, 8 and 9). */
export interface Limits extends Omit<Surroundings, 'functions'> {
  /** Jobs of the gateway face; 0 = none. */
  readonly maxJobs: number;
  readonly maxConcurrentExecutions: number;
  readonly executorPoolSize: number;
  readonly clockCapacity: number;
  readonly defaultTimezone: string;
  readonly executionTimeoutSeconds: number;
  readonly misfireGraceSeconds: number;
  /** What a creation or change is refused for (DECISIONS section 7). */
  readonly conflictPolicy: ConflictPolicy;
  /** Of the commands face; absent: as its document prints them. */
  readonly schedules?: ScheduleLimits;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Everything a verb works with. One for each request; `now` is fixed for tests. */
export interface VerbContext {
  readonly db: Db;
  readonly engine: Engine;
  readonly ids: IdSource;
  readonly limits: Limits;
  readonly actor: Actor;
  readonly log: Log;
  /** What templates know as `DEVICE_ID`: the gateway shows it with a job. */
  readonly deviceId?: string;
  now(): Instant;
}
