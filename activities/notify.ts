import type { Tx } from '../db/connect.ts';
import { readJobs } from '../db/queries/claims.ts';
import { insertNotifications, type QueuedNotification } from '../db/queries/notifications.ts';
import type { ExecutionState } from '../domain/execution.ts';
import { cleanJson } from '../domain/json.ts';
import { bodyOf, eventOf, topicOf, type Occurrence } from '../domain/notifications.ts';
import type { Policy } from '../domain/policy.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Deps } from './deps.ts';

type World = Pick<Deps, 'ids' | 'now' | 'notifications'>;

/** An execution that has just ended for good, as its receivers are told. */
export interface NotifiableEnd {
  readonly executionId: string;
  readonly jobId: string;
  readonly state: ExecutionState;
  readonly dueAt: Instant;
  readonly attempt: number | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant;
  readonly durationMs: number | null;
  readonly message: string | null;
}

/** Whether the policy asks for a notification of such an end: only then is there anything to do for it. */
export function asksFor(policy: Policy, state: ExecutionState): boolean {
  return eventOf(state, policy) !== null;
}

/** Queues the notifications that the jobs ask for, in the transaction that ends the executions. */
export async function notifyEnds(tx: Tx, deps: World, ends: readonly NotifiableEnd[]): Promise<void> {
  if (ends.length === 0 || !deps.notifications.hasDestinations) return;
  const jobs = await readJobs(tx, [...new Set(ends.map((end) => end.jobId))]);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const occurrences = ends.flatMap((end): Occurrence[] => {
    const job = byId.get(end.jobId);
    const event = job === undefined ? null : eventOf(end.state, job.policy);
    if (job === undefined || event === null) return [];
    const { executionId, dueAt, attempt, startedAt, endedAt, durationMs, message } = end;
    const run = { dueAt, attempt, startedAt, endedAt, durationMs };
    return [{ event, job, executionId, run, message, at: endedAt }];
  });
  await queueNotifications(tx, deps, occurrences);
}

/**
 * Queues what is to be told, one row a receiver that takes it, in the transaction in which it happens: whatever becomes
 * of this process, it is delivered (worker/notify). The commit itself tells the workers that something waits.
 */
export async function queueNotifications(tx: Tx, deps: World, occurrences: readonly Occurrence[]): Promise<void> {
  const rows = occurrences.flatMap((occurrence): QueuedNotification[] => {
    const { event, job, executionId } = occurrence;
    const destinations = deps.notifications.destinationsOf(event, job);
    if (destinations.length === 0) return [];
    const body = JSON.stringify(cleanJson(bodyOf(occurrence)));
    const common = { face: job.face, jobId: job.id, executionId, event };
    const topic = topicOf(occurrence);
    return destinations.map((destination) => ({ id: deps.ids.next(), ...common, destination, topic, body }));
  });
  if (rows.length > 0) await insertNotifications(tx, rows);
}
