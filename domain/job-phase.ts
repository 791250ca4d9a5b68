import { isFiring, type Job } from './job.ts';
import type { ScheduleKindName } from './schedules/index.ts';
import type { Instant } from './schedules/kind.ts';

/** Where a job stands in its life, as lists of tasks tell it. `completed`: its last fire has ended, whatever came of it. */
export const JOB_PHASES = ['scheduled', 'running', 'completed', 'paused', 'disabled'] as const;
export type JobPhase = (typeof JOB_PHASES)[number];

/** Kinds that have no fire times of their own, and so are never through with them. */
export const ON_DEMAND_KINDS: readonly ScheduleKindName[] = ['none', 'event'];

/** `live`: whether an execution of it is queued, waiting or running. Only a job without a further fire is `running`. */
export function phaseOf(job: Job, now: { nextFireAt: Instant | null; live: boolean }): JobPhase {
  if (!job.enabled) return 'disabled';
  if (!isFiring(job)) return 'paused';
  if (now.nextFireAt !== null || ON_DEMAND_KINDS.includes(job.schedule.kind)) return 'scheduled';
  return now.live ? 'running' : 'completed';
}
