import type { RetryClass } from './retry.ts';

/** *How* a job runs (DECISIONS sections 3, 4 and 9). Plain JSON, whole seconds. */
export interface Policy {
  /** Retries after the first attempt, 0–100. */
  readonly maxRetries: number;
  /** The first wait before a retry. */
  readonly retryDelaySeconds: number;
  readonly retryBackoff: 'fixed' | 'exponential';
  /** Share of a retry's wait, 0–100, by which it is lengthened at random. */
  readonly retryJitterPercentage: number;
  /** The longest wait between two attempts; absent: 1 h. */
  readonly retryMaxDelaySeconds?: number;
  /** The failures that are retried, of those that may get better at all; absent: all. */
  readonly retryOn?: readonly RetryClass[];
  /** Bounds one attempt; running past it is a timeout and a failed attempt. */
  readonly timeoutSeconds: number;
  /** The job's own parallel runs, those by hand included. */
  readonly maxConcurrent: number;
  /** How late a missed fire may still run. */
  readonly misfireGraceSeconds: number;
  /** Whether several missed fires within the grace run once. */
  readonly coalesce: boolean;
  /** 0–10, higher first. */
  readonly priority: number;
  /** A run that failed for good disables its job. */
  readonly stopOnError: boolean;
  readonly notifications: Notifications;
}

export interface Notifications {
  readonly onSuccess: boolean;
  readonly onFailure: boolean;
  readonly onTimeout: boolean;
}

/** Where a policy says nothing of it (DECISIONS section 4: doubled each time up to 1 h). */
const MAX_RETRY_WAIT_MS = 3_600_000;

export function longestRetryWaitMs({ retryMaxDelaySeconds: seconds }: Policy): number {
  return seconds === undefined ? MAX_RETRY_WAIT_MS : seconds * 1000;
}

/** The wait before attempt `attempt + 1`, attempts counted from 1; `random` is in [0, 1). */
export function retryWaitMs(policy: Policy, attempt: number, random: number): number {
  const factor = policy.retryBackoff === 'exponential' ? 2 ** (attempt - 1) : 1;
  const jitter = 1 + (policy.retryJitterPercentage / 100) * random;
  return Math.round(Math.min(policy.retryDelaySeconds * 1000 * factor * jitter, longestRetryWaitMs(policy)));
}

/** DECISIONS section 4: what these words mean as a priority. */
export const PRIORITY_WORDS = { high: 8, medium: 5, low: 2 } as const;
export type PriorityWord = keyof typeof PRIORITY_WORDS;

/** The word that is nearest to a priority. */
export function priorityWord(priority: number): PriorityWord {
  if (priority > 6) return 'high';
  return priority > 3 ? 'medium' : 'low';
}

/** Temporal's priority key, 1 (first) to 5 (DECISIONS section 4). */
export function priorityKey(priority: number): number {
  return 5 - Math.round((Math.min(10, Math.max(0, priority)) * 4) / 10);
}
