import type { Action } from './actions/index.ts';
import type { Dependency } from './dependencies.ts';
import type { Face } from './faces.ts';
import type { JsonObject } from './json.ts';
import type { Policy } from './policy.ts';
import type { Instant } from './schedules/kind.ts';
import type { Schedule } from './schedules/index.ts';

/** What a user sets: the part of a job that a change may touch and that a revision stores. */
export interface JobSpec {
  readonly name: string;
  readonly description: string;
  readonly schedule: Schedule;
  readonly action: Action;
  readonly policy: Policy;
  /** Template variables of the job's own. */
  readonly variables: JsonObject;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** What only its face understands (console names, reviewer connection, commands creator …). */
  readonly extra: JsonObject;
  /** The jobs that it waits for, of its own face (DECISIONS section 6). */
  readonly dependencies?: readonly Dependency[];
}

/** Why a job does not fire, beside being disabled by its user. */
export type DisabledBy = 'user' | 'stop_on_error' | 'bulk' | 'invalid_schedule';

/** Something to be done, once or again and again. */
export interface Job extends JobSpec {
  readonly id: string;
  readonly face: Face;
  /** The integer behind the face's public id (`job_001`, `1`), from the face's own sequence. */
  readonly number: number;
  /** Bumped by every change; ETag and stored revisions go by it. */
  readonly revision: number;
  /** Bumped only by changes of schedule, enabled and pause: what a claim checks (DESIGN section 3, "Accounting"). */
  readonly specRevision: number;
  readonly pausedAt: Instant | null;
  readonly disabledBy: DisabledBy | null;
  readonly disabledReason: string | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedBy: string;
  readonly updatedAt: Instant;
}

/** A job fires by its schedule only while enabled and not paused. */
export function isFiring(job: Pick<Job, 'enabled' | 'pausedAt'>): boolean {
  return job.enabled && job.pausedAt === null;
}

/** Counts and last run of a job, kept in the statement that ends an execution. */
export interface JobStatistics {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
  readonly durationTotalMs: number;
  readonly lastStartedAt: Instant | null;
  readonly lastEndedAt: Instant | null;
  readonly lastDurationMs: number | null;
  readonly lastState: string | null;
  readonly lastError: string | null;
}
