import { describeAction, type Action } from './actions/index.ts';
import type { Trigger } from './execution.ts';
import type { Face } from './faces.ts';
import type { Job } from './job.ts';
import type { JsonObject } from './json.ts';
import type { Policy } from './policy.ts';
import type { Instant } from './schedules/kind.ts';

/** The whole specification of one run: the argument of `run-job`, so that the Web UI shows what ran. No secrets. */
export interface RunSpec {
  readonly executionId: string;
  readonly workflowId: string;
  readonly job: {
    readonly id: string;
    readonly name: string;
    readonly face: Face;
    readonly number: number;
    readonly kind: string;
    readonly tags: readonly string[];
    readonly revision: number;
    readonly variables: JsonObject;
    readonly createdBy?: string;
  };
  readonly action: Action;
  /** The action in words, for the Web UI; absent: its type. Written here, since workflows load no action's code. */
  readonly actionInWords?: string;
  readonly policy: Policy;
  readonly dueAt: Instant;
  readonly trigger: Trigger;
  readonly parameters: JsonObject;
  /** 1, or later when a clock's `fire` made the earlier attempts. */
  readonly firstAttempt: number;
  /** Waited for before that attempt: the rest of a retry's delay. */
  readonly firstDelayMs: number;
  readonly correlationId: string;
  /** The span of the request that caused it, where traces are on (W3C Trace Context). */
  readonly traceparent?: string;
  /** Whether it is held until the jobs that its job waits for have ended, or its job has a free seat; absent: no. */
  readonly waits?: true;
}

/**
 * The id of the run's workflow (DESIGN section 3.3): `<job id>-<nominal time>` for a scheduled fire, so that a second
 * start is refused by Temporal too; `<job id>-<trigger>-<execution id>` for every other.
 */
export function runWorkflowId(run: { jobId: string; trigger: Trigger; dueAt: Instant; executionId: string }): string {
  return run.trigger === 'scheduled'
    ? `${run.jobId}-${new Date(run.dueAt).toISOString().replace('.000Z', 'Z')}`
    : `${run.jobId}-${run.trigger}-${run.executionId}`;
}

export function runSpecOf(
  job: Job,
  run: {
    executionId: string;
    dueAt: Instant;
    trigger: Trigger;
    parameters: JsonObject;
    firstAttempt?: number;
    firstDelayMs?: number;
    correlationId: string;
    traceparent?: string | undefined;
    waits?: boolean;
  },
): RunSpec {
  const { id, name, face, number, tags, revision, variables, createdBy } = job;
  return {
    executionId: run.executionId,
    workflowId: runWorkflowId({ jobId: id, ...run }),
    job: { id, name, face, number, kind: job.schedule.kind, tags, revision, variables, createdBy },
    action: job.action,
    actionInWords: describeAction(job.action),
    policy: job.policy,
    dueAt: run.dueAt,
    trigger: run.trigger,
    parameters: run.parameters,
    firstAttempt: run.firstAttempt ?? 1,
    firstDelayMs: run.firstDelayMs ?? 0,
    correlationId: run.correlationId,
    ...(run.traceparent !== undefined && { traceparent: run.traceparent }),
    ...(run.waits === true && { waits: true }),
  };
}
