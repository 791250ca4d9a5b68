import {
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { RunSpec } from '../domain/run.ts';
import { runOptionsOf } from '../domain/run-options.ts';
import { control } from './proxies.ts';
import { runJob } from './run-job.ts';

/** Steps in one history: a step has at most two dozen events. */
const STEPS = 200;

export interface BulkRun {
  readonly groupId: string;
  readonly sequential: boolean;
  /** The execution up to which the group has come; null at its start. */
  readonly after: string | null;
}

/**
 * Runs all queued executions of a group (gateway.txt, run/all): one after another, whatever becomes of each, or all side
 * by side within the service's bound. The group itself stands in Postgres, so that no argument grows with it.
 */
export async function bulkRun(group: BulkRun): Promise<void> {
  let { after } = group;
  for (let step = 0; step < STEPS; step += 1) {
    after = group.sequential
      ? await runNext(group.groupId, after)
      : await control.startSomeOfGroup(group.groupId, after);
    if (after === null) return control.finishGroup(group.groupId);
  }
  await continueAsNew<typeof bulkRun>({ ...group, after });
}

async function runNext(groupId: string, after: string | null): Promise<string | null> {
  const spec: RunSpec | null = await control.nextOfGroup(groupId, after);
  if (spec === null) return null;
  try {
    await executeChild(runJob, {
      ...runOptionsOf(spec),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    });
  } catch (error) {
    // The run's own record says what became of it; the group goes on.
    if (isCancellation(error)) throw error;
  }
  return spec.executionId;
}
