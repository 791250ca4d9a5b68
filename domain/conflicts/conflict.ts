import type { Schedule } from '../schedules/index.ts';
import type { Instant } from '../schedules/kind.ts';

/** What a check must know of a job, stored or only thought of. */
export interface Planned {
  readonly schedule: Schedule;
  /** How long a run is expected to take: given, else the mean of its runs, else a second (DECISIONS section 7). */
  readonly durationMs: number;
  /** What its action touches, such as `relay:lights` (`resourcesOf`). */
  readonly resources: readonly string[];
}

export interface PlannedJob extends Planned {
  readonly id: string;
  readonly number: number;
  readonly name: string;
}

export const CONFLICT_TYPES = ['resource_overlap', 'capacity', 'time_overlap'] as const;
export type ConflictType = (typeof CONFLICT_TYPES)[number];

export const SEVERITIES = ['low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One job that is expected to run beside the one in question. */
export interface Conflict {
  readonly job: PlannedJob;
  readonly type: ConflictType;
  readonly severity: Severity;
  /** The first stretch of it: within one window of the job in question, from the first overlap to the last. */
  readonly from: Instant;
  readonly to: Instant;
  /** What both touch. */
  readonly shared: readonly string[];
}

export interface ConflictCheck {
  readonly now: Instant;
  /** The most jobs that run at once (`max_concurrent_jobs`). */
  readonly maxConcurrent: number;
}

/** How long a run is taken to last where nothing else is known (DECISIONS section 7). */
export const UNKNOWN_DURATION_MS = 1000;

const HORIZON_DAYS = 7;

/** The next 7 days (DECISIONS section 7), from the next whole second on. */
export function horizonFrom(now: Instant): { readonly from: Instant; readonly to: Instant } {
  const from = Math.ceil(now / 1000) * 1000;
  return { from, to: from + HORIZON_DAYS * 86_400_000 };
}

/** Relays and system operations, of which two at once do harm: what a creation is refused for (DECISIONS section 7). */
export function exclusiveOnly(resources: readonly string[]): string[] {
  return resources.filter((resource) => /^(relay|system):/.test(resource));
}
