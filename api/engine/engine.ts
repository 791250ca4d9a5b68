import type { Instant } from '../../domain/schedules/kind.ts';
import type { RunSpec } from '../../domain/run.ts';

/** What verbs ask of Temporal. The only other home of @temporalio/client is this folder. */
export interface Engine {
  /**
   * Throws ENGINE_UNAVAILABLE when Temporal does not answer: asked before a commit that needs it (DESIGN section 4). An
   * answer of a moment ago is good enough, unless it is asked `afresh`.
   */
  ensureReachable(how?: { readonly afresh: boolean }): Promise<void>;
  /** How many runs stand before the workers' slots, those of every face. Throws ENGINE_UNAVAILABLE. */
  backlog(): Promise<number>;
  /** Tells a clock that the named jobs changed; starts the clock where it does not run. Throws when it could not. */
  poke(clockId: string, jobIds: readonly string[]): Promise<void>;
  /** Starts `run-job` for a committed `queued` row, eagerly where a worker lives in this process. */
  startRun(spec: RunSpec): Promise<void>;
  /** Lets a held run look again at what it waits for; one that has not begun or has ended is let alone. */
  wakeRun(workflowId: string): Promise<void>;
  /** Runs several executions one after another (`run-group`), each a committed `queued` row. */
  startGroup(group: { groupId: string; runs: readonly RunSpec[] }): Promise<void>;
  /** Runs the committed `queued` rows of a group (`bulk-run`), one after another or side by side; its id is the group's. */
  startBulkRun(group: { groupId: string; sequential: boolean }): Promise<void>;
  /** Asks a run to stop and waits until it did, or until `timeoutMs` is over. Returns whether it has ended. */
  cancelRun(workflowId: string, timeoutMs: number): Promise<boolean>;
  /** Re-enables, at an instant, what one bulk operation disabled (`timed-resume`). */
  startTimedResume(bulk: { bulkId: string; at: Instant }): Promise<void>;
}
