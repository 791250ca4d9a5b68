import type { Json, JsonObject } from './json.ts';
import type { Instant } from './schedules/kind.ts';

/** What may become of an execution (DECISIONS section 4). */
export const EXECUTION_STATES = [
  'queued',
  'waiting',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'skipped',
  'missed',
] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** The legal transitions; whatever has none is terminal and never changes. `none` stands for "no row yet". */
export const TRANSITIONS: Readonly<Record<ExecutionState | 'none', readonly ExecutionState[]>> = {
  none: ['queued', 'waiting', 'running', 'skipped', 'missed'],
  queued: ['waiting', 'running', 'cancelled', 'failed', 'skipped'],
  waiting: ['running', 'queued', 'failed', 'cancelled'],
  running: ['running', 'queued', 'succeeded', 'failed', 'timed_out', 'cancelled'],
  succeeded: [],
  failed: [],
  timed_out: [],
  cancelled: [],
  skipped: [],
  missed: [],
};

export function isTerminal(state: ExecutionState): boolean {
  return TRANSITIONS[state].length === 0;
}

export const LIVE_STATES: readonly ExecutionState[] = EXECUTION_STATES.filter((s) => !isTerminal(s));

/** What made an execution. Only `scheduled` ones are unique for (job, nominal time). */
export type Trigger = 'scheduled' | 'manual' | 'backfill' | 'dependency' | 'event' | 'group';

/** Why a fire was skipped or missed, or how a run ended badly: a closed list, so that `why` can explain each. */
export type EndReason =
  | 'overlap'
  | 'coalesced'
  | 'job_changed'
  | 'job_disabled'
  | 'job_paused'
  | 'job_deleted'
  | 'skip_next'
  | 'beyond_grace'
  | 'not_recorded'
  | 'action_failed'
  | 'attempt_timed_out'
  | 'worker_lost'
  | 'cancelled_by_user'
  | 'terminated'
  | 'dependency_failed'
  | 'dependency_timed_out'
  | 'debounced';

/** From the least to the gravest. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogLine {
  readonly at: Instant;
  readonly level: LogLevel;
  readonly message: string;
}

/** What an action reports when it succeeds. */
export interface ActionResult {
  /** One sentence for people. */
  readonly message: string;
  /** What the action produced, bounded in size by the run. */
  readonly data?: Json;
  /** What it counted, such as `bytes_published`. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A failure as it is kept with its execution. `type` is stable; `message` is for people. */
export interface Failure {
  readonly type: string;
  readonly message: string;
  readonly traceback?: string;
}

/** One earlier try of an execution. */
export interface Attempt {
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly error: Failure | null;
}

/** One fire of a job, whatever became of it: one row of the ledger. */
export interface Execution {
  readonly id: string;
  /** The face's own integer, where it shows one (console, reviewer); else null. */
  readonly number: number | null;
  readonly jobId: string;
  readonly face: string;
  readonly trigger: Trigger;
  /** The nominal time; for runs by hand the time of asking. */
  readonly dueAt: Instant;
  readonly state: ExecutionState;
  readonly reason: EndReason | null;
  readonly attempt: number;
  readonly attempts: readonly Attempt[];
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly durationMs: number | null;
  readonly result: ActionResult | null;
  readonly error: Failure | null;
  readonly logs: readonly LogLine[];
  readonly parameters: JsonObject;
  readonly triggeredBy: string | null;
  readonly groupId: string | null;
  /** The instance that runs or ran it. */
  readonly workerId: string | null;
  /** The workflow of the run, where it has one; a quick fire stands in its clock's history. */
  readonly workflowId: string | null;
  readonly jobRevision: number;
}

/** Share of runs that succeeded, 0–1: skipped, missed and cancelled do not count (DECISIONS section 4). */
export function successRate(counts: { succeeded: number; failed: number; timedOut: number }): number | null {
  const counted = counts.succeeded + counts.failed + counts.timedOut;
  return counted === 0 ? null : counts.succeeded / counted;
}
