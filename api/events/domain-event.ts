import type { Execution } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';

/** One thing that happened, as every process hears it. `execution.state` tells how an `ended` one ended. */
export type DomainEvent = ExecutionEvent | JobEvent;

export interface ExecutionEvent {
  readonly kind: 'started' | 'ended';
  readonly execution: Execution;
  readonly jobName: string;
  /** The integer behind the job's public id. */
  readonly jobNumber: number;
  readonly face: Face;
}

export interface JobEvent {
  readonly kind: 'job';
  readonly jobId: string;
  /** `created`, `updated`, `deleted` …: the word given to `notifyJob`. */
  readonly change: string;
}
