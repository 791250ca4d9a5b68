import { WorkflowNotFoundError, type Client } from '@temporalio/client';

export type WorkflowStatus = 'running' | 'completed' | 'failed' | 'terminated' | 'gone';

const STATUS: Readonly<Record<string, WorkflowStatus>> = {
  RUNNING: 'running',
  CONTINUED_AS_NEW: 'running',
  PAUSED: 'running',
  COMPLETED: 'completed',
  TERMINATED: 'terminated',
};

/** How a workflow stands; `gone` when Temporal does not know it (any more). */
export async function statusOf(client: Client, workflowId: string): Promise<WorkflowStatus> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return STATUS[status.name] ?? 'failed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone';
    throw error;
  }
}
