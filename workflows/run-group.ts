import {
  defineQuery,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setHandler,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { RunSpec } from '../domain/run.ts';
import { runOptionsOf } from '../domain/run-options.ts';
import { runJob } from './run-job.ts';

export interface GroupProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

const groupProgress = defineQuery<GroupProgress>('groupProgress');

/** Runs executions one after another, whatever becomes of each (a catch-up; gateway.txt, run/all with `sequential`). */
export async function runGroup(group: { groupId: string; runs: readonly RunSpec[] }): Promise<GroupProgress> {
  const progress = { total: group.runs.length, done: 0, failed: 0 };
  setHandler(groupProgress, () => progress);
  for (const spec of group.runs) {
    try {
      await executeChild(runJob, {
        ...runOptionsOf(spec),
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The run's own record says what became of it; the group goes on.
      progress.failed += 1;
    }
    progress.done += 1;
  }
  return progress;
}
