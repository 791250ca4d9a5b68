import type { Execution } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';

/** One thing that happened, as every process hears it. `execution.state` tells how an `ended` one ended. */
export type DomainEvent = ExecutionEvent | JobEvent;

/** The job that an event is of. */
export interface EventJob {
  readonly jobName: string;
  /** The integer behind the job's public id. */
  readonly jobNumber: number;
  readonly face: Face;
  readonly tags: readonly string[];
}

export interface ExecutionEvent extends EventJob {
  readonly kind: 'started' | 'ended';
  readonly execution: Execution;
}

export interface JobEvent extends EventJob {
  readonly kind: 'job';
  readonly jobId: string;
  /** `created`, `updated`, `deleted` …: the word given to `notifyJob`. */
  readonly change: string;
}
