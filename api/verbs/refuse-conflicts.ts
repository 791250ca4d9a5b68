import type { Tx } from '../../db/connect.ts';
import { admitExclusively, plannedJobs } from '../../db/queries/planned-jobs.ts';
import { resourcesOf, type Action, type ActionType } from '../../domain/actions/index.ts';
import { conflictPeriod } from '../../domain/conflicts/conflict-period.ts';
import { exclusiveOnly, UNKNOWN_DURATION_MS, type Conflict } from '../../domain/conflicts/conflict.ts';
import { findConflicts, timed } from '../../domain/conflicts/find-conflicts.ts';
import { freeTime } from '../../domain/conflicts/free-time.ts';
import { DomainError } from '../../domain/errors.ts';
import { isFiring } from '../../domain/job.ts';
import type { Schedule } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { zoneOf } from '../../domain/schedules/zone-of.ts';
import type { VerbContext } from './context.ts';

/** A job about to be made or changed. */
export interface Applicant {
  /** Null: a new one. */
  readonly id: string | null;
  readonly schedule: Schedule;
  readonly action: Action;
  readonly enabled: boolean;
  readonly pausedAt: Instant | null;
  /** The mean of its runs; null before the first. */
  readonly averageMs: number | null;
}

/** One conflict as a refusal tells of it; a face gives the number its own form of id. */
export interface RefusedFor {
  readonly job_number: number;
  readonly job_name: string;
  readonly conflict_period: string;
}

/** The actions that hold a relay or a system operation: no others are asked about under the policy `resources`. */
const EXCLUSIVE_ACTIONS: readonly ActionType[] = ['output', 'system'];

/**
 * Throws SCHEDULE_CONFLICT where a job may not fire as asked (DECISIONS section 7): under `resources` where it would
 * share a relay or a system operation with another at one time, under `reject` on every conflict, under `allow` never.
 * In the transaction of the creation or change, which others of the face then wait for.
 */
export async function refuseConflicts(tx: Tx, ctx: VerbContext, applicant: Applicant): Promise<void> {
  const { conflictPolicy: policy, executorPoolSize } = ctx.limits;
  const resources = resourcesOf(applicant.action);
  const exclusive = exclusiveOnly(resources);
  if (policy === 'allow' || !isFiring(applicant) || (policy === 'resources' && exclusive.length === 0)) return;
  await admitExclusively(tx, ctx.actor.face);
  const narrowed = policy === 'resources' ? { actionTypes: EXCLUSIVE_ACTIONS } : {};
  const stored = await plannedJobs(tx, ctx.actor.face, { exceptId: applicant.id, ...narrowed });
  const rivals =
    policy === 'reject' ? stored : stored.filter((job) => job.resources.some((r) => exclusive.includes(r)));
  if (rivals.length === 0) return;
  const now = ctx.now();
  const planned = { schedule: applicant.schedule, durationMs: applicant.averageMs ?? UNKNOWN_DURATION_MS, resources };
  const others = timed(rivals, now);
  const check = { now, maxConcurrent: executorPoolSize };
  const conflicts = findConflicts(planned, others, check);
  if (conflicts.length === 0) return;
  const free = freeTime(planned, others, check, conflicts);
  throw refusal(conflicts, zoneOf(applicant.schedule, ctx.limits.defaultTimezone), free?.words ?? null);
}

/** The message of gateway.txt, Create Job, word for word; what to change stands in the recommendations. */
function refusal(conflicts: readonly Conflict[], zone: string, free: string | null): DomainError {
  const recommendations = free === null ? [] : [`Schedule at ${free} to avoid conflict`];
  return new DomainError('SCHEDULE_CONFLICT', `Schedule conflicts with existing job: ${conflicts[0]?.job.name ?? ''}`, {
    conflicts: conflicts.map(({ job, from, to }): RefusedFor => ({
      job_number: job.number,
      job_name: job.name,
      conflict_period: conflictPeriod(from, to, zone),
    })),
    recommendations,
  });
}
