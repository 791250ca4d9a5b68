import type { Tx } from '../../db/connect.ts';
import { admitExclusively, plannedJobs } from '../../db/queries/planned-jobs.ts';
import { resourcesOf, type Action, type ActionType } from '../../domain/actions/index.ts';
import { conflictPeriod } from '../../domain/conflicts/conflict-period.ts';
import {
  exclusiveOnly,
  UNKNOWN_DURATION_MS,
  type Conflict,
  type Planned,
  type PlannedJob,
} from '../../domain/conflicts/conflict.ts';
import { findConflicts, timed, type Timed } from '../../domain/conflicts/find-conflicts.ts';
import { freeTime } from '../../domain/conflicts/free-time.ts';
import { DomainError } from '../../domain/errors.ts';
import { isFiring, type Job } from '../../domain/job.ts';
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
  if (!mayConflict(ctx, applicant)) return;
  await admitExclusively(tx, ctx.actor.face);
  const stored = await plannedJobs(tx, ctx.actor.face, { exceptId: applicant.id, ...narrowedBy(ctx) });
  const now = ctx.now();
  const check = { now, maxConcurrent: ctx.limits.executorPoolSize };
  const others = timed(
    stored.filter((job) => isRival(ctx, applicant, job)),
    now,
  );
  if (others.length === 0) return;
  const planned = plannedOf(applicant);
  const conflicts = findConflicts(planned, others, check);
  if (conflicts.length === 0) return;
  const free = freeTime(planned, others, check, conflicts);
  throw refusal(conflicts, zoneOf(applicant.schedule, ctx.limits.defaultTimezone), free?.words ?? null);
}

/** One conflict refuses an import; so many are told of, and no more are looked for. */
const MOST_TOLD = 100;

/** Of many jobs that stand already: which may not fire beside which other, by its name; all jobs are read once. */
export async function conflictsAmong(
  tx: Tx,
  ctx: VerbContext,
  jobs: readonly Job[],
): Promise<{ job: Job; with: string }[]> {
  const applicants = jobs.filter((job) => mayConflict(ctx, { ...job, averageMs: null }));
  if (applicants.length === 0) return [];
  await admitExclusively(tx, ctx.actor.face);
  const now = ctx.now();
  const check = { now, maxConcurrent: ctx.limits.executorPoolSize };
  const stored = timed(await plannedJobs(tx, ctx.actor.face, { exceptId: null, ...narrowedBy(ctx) }), now);
  const byResource = new Map<string, Timed[]>();
  for (const other of stored) {
    for (const resource of other.job.resources) {
      const sharing = byResource.get(resource) ?? [];
      byResource.set(resource, sharing);
      sharing.push(other);
    }
  }
  const found: { job: Job; with: string }[] = [];
  for (const job of applicants) {
    const planned = plannedOf({ ...job, averageMs: null });
    const sharing = new Set(exclusiveOnly(planned.resources).flatMap((resource) => byResource.get(resource) ?? []));
    const rivals = ctx.limits.conflictPolicy === 'reject' ? stored : [...sharing];
    const others = rivals.filter((other) => other.job.id !== job.id);
    const [first] = findConflicts(planned, others, check);
    if (first !== undefined) found.push({ job, with: first.job.name });
    if (found.length === MOST_TOLD) break;
    // Under `reject` each is compared with all others: requests and fires have their turn in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

/** Whether a job could be refused at all, whatever else there is. */
export function mayConflict({ limits }: VerbContext, applicant: Applicant): boolean {
  const { conflictPolicy: policy } = limits;
  if (policy === 'allow' || !isFiring(applicant)) return false;
  return policy === 'reject' || exclusiveOnly(resourcesOf(applicant.action)).length > 0;
}

function narrowedBy({ limits }: VerbContext): { actionTypes?: readonly ActionType[] } {
  return limits.conflictPolicy === 'resources' ? { actionTypes: EXCLUSIVE_ACTIONS } : {};
}

function isRival({ limits }: VerbContext, applicant: Applicant, job: PlannedJob): boolean {
  if (limits.conflictPolicy === 'reject') return true;
  const exclusive = exclusiveOnly(resourcesOf(applicant.action));
  return job.resources.some((resource) => exclusive.includes(resource));
}

function plannedOf({ schedule, action, averageMs }: Applicant): Planned {
  return { schedule, durationMs: averageMs ?? UNKNOWN_DURATION_MS, resources: resourcesOf(action) };
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
