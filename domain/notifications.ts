import type { ExecutionState } from './execution.ts';
import type { Job } from './job.ts';
import type { Json } from './json.ts';
import type { Policy } from './policy.ts';
import { publicExecutionId, publicJobId } from './public-ids.ts';
import type { Instant } from './schedules/kind.ts';

/** What receivers can be told of: three ends of an execution, and a job that the service disabled. */
export const NOTIFICATION_EVENTS = ['completed', 'failed', 'timeout', 'disabled'] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** Which notifications a receiver takes; an empty list leaves nothing out. */
export interface NotificationFilter {
  readonly events: readonly NotificationEvent[];
  /** Jobs with any of these tags. */
  readonly tags: readonly string[];
  readonly faces: readonly string[];
}

export type NotifyingJob = Pick<Job, 'id' | 'face' | 'number' | 'name' | 'tags'>;

/** The notification that a policy asks for when an execution ends so; null when it asks for none. */
export function eventOf(state: ExecutionState, { notifications }: Pick<Policy, 'notifications'>) {
  if (state === 'succeeded') return notifications.onSuccess ? 'completed' : null;
  if (state === 'failed') return notifications.onFailure ? 'failed' : null;
  if (state === 'timed_out') return notifications.onTimeout ? 'timeout' : null;
  return null;
}

export function takes(filter: NotificationFilter, event: NotificationEvent, job: NotifyingJob): boolean {
  const allows = (list: readonly string[], found: boolean) => list.length === 0 || found;
  return (
    allows(filter.events, filter.events.includes(event)) &&
    allows(filter.faces, filter.faces.includes(job.face)) &&
    allows(
      filter.tags,
      job.tags.some((tag) => filter.tags.includes(tag)),
    )
  );
}

/** Something to be told. */
export interface Occurrence {
  readonly event: NotificationEvent;
  readonly job: NotifyingJob;
  /** Null where no execution is behind it. */
  readonly executionId: string | null;
  /** Of its execution, where it has just ended. */
  readonly run: {
    readonly dueAt: Instant;
    readonly attempt: number | null;
    readonly startedAt: Instant | null;
    readonly endedAt: Instant;
    readonly durationMs: number | null;
  } | null;
  /** What the action reported, why it failed, or why the job was disabled. */
  readonly message: string | null;
  readonly at: Instant;
}

/** `events/<face>/<job>/<event>`: `events/gateway/job_001/failed`. */
export function topicOf({ event, job }: Pick<Occurrence, 'event' | 'job'>): string {
  return `events/${job.face}/${publicJobId(job)}/${event}`;
}

/** Of a long message so much is told. */
const LONGEST_MESSAGE = 2_000;

/** What is told, the same to every receiver: `{type, timestamp, data}`, as Standard Webhooks has it. */
export function bodyOf({ event, job, executionId, run, message, at }: Occurrence): Json {
  const time = (instant: Instant | null) => (instant === null ? null : new Date(instant).toISOString());
  const told =
    message === null || message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
  const ended = run !== null && {
    scheduled_time: time(run.dueAt),
    start_time: time(run.startedAt),
    end_time: time(run.endedAt),
    duration_ms: run.durationMs,
    attempt: run.attempt,
  };
  return {
    type: `job.${event}`,
    timestamp: new Date(at).toISOString(),
    data: {
      job_id: publicJobId(job),
      job_name: job.name,
      face: job.face,
      tags: [...job.tags],
      ...(executionId === null ? {} : { execution_id: publicExecutionId(job.face, executionId) }),
      ...ended,
      ...(event === 'completed' ? { message: told } : { error: told }),
    },
  };
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 3_600_000;

/** The wait after the delivery's attempt `attempt`, counted from 1, lengthened by up to a tenth; `random` is in [0, 1). */
export function deliveryWaitMs(attempt: number, random: number): number {
  return Math.round(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS) * (1 + random / 10));
}

/** How long a delivery is tried. */
export const DELIVER_FOR_MS = 86_400_000;

export const NOTIFICATION_STATES = ['pending', 'delivered', 'given_up'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** One notification on its way to one receiver, or at the end of it. */
export interface Notification {
  readonly id: string;
  readonly event: NotificationEvent;
  readonly destination: string;
  readonly state: NotificationState;
  /** Begun tries. */
  readonly attempts: number;
  readonly createdAt: Instant;
  /** When it is tried (again); null once it has ended. */
  readonly nextAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Why the last try failed. */
  readonly error: string | null;
  readonly executionId: string | null;
  readonly job: { readonly number: number; readonly name: string };
}
