import { inTransaction } from '../../db/connect.ts';
import { settleExecution } from '../../db/queries/attempts.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { lockJobs } from '../../db/queries/claims.ts';
import type { ExecutionKey, StoredExecution } from '../../db/queries/executions-read.ts';
import { notifyExecutions } from '../../db/events.ts';
import { DomainError } from '../../domain/errors.ts';
import { isTerminal, type Execution } from '../../domain/execution.ts';
import type { VerbContext } from './context.ts';
import { getExecution } from './get-execution.ts';

/** How long a running action is waited for after it was asked to stop. */
const WAIT_MS = 10_000;

/**
 * Cancels an execution: one that has not begun ends at once; a running one is asked to stop and waited for, and is
 * returned still running when it takes longer. Throws EXECUTION_NOT_FOUND, EXECUTION_FINISHED, ENGINE_UNAVAILABLE.
 */
export async function cancelExecution(
  ctx: VerbContext,
  input: { execution: ExecutionKey; reason?: string | undefined },
): Promise<StoredExecution> {
  const { execution } = await getExecution(ctx, input.execution);
  refuseFinished(execution);
  await ctx.engine.ensureReachable();
  const cancelled = await inTransaction(ctx.db, async (tx) => {
    await lockJobs(tx, [execution.jobId]);
    await writeAudit(tx, {
      actor: ctx.actor.subject,
      face: ctx.actor.face,
      action: 'execution.cancel',
      jobId: execution.jobId,
      executionId: execution.id,
      before: { state: execution.state },
      after: null,
      reason: input.reason ?? null,
      correlationId: ctx.actor.correlationId,
    });
    if (execution.state === 'running') return false;
    const settled = await settleExecution(tx, {
      executionId: execution.id,
      dueAt: execution.dueAt,
      state: 'cancelled',
      reason: 'cancelled_by_user',
      error: null,
    });
    if (settled) await notifyExecutions(tx, 'ended', [execution]);
    return settled;
  });
  if (execution.workflowId !== null) {
    const stopped = await ctx.engine.cancelRun(execution.workflowId, cancelled ? 0 : WAIT_MS);
    if (!stopped && !cancelled) ctx.log.warn({ executionId: execution.id }, 'A cancelled run has not stopped yet');
  }
  return getExecution(ctx, { id: execution.id });
}

function refuseFinished(execution: Execution): void {
  if (isTerminal(execution.state)) {
    throw new DomainError(
      'EXECUTION_FINISHED',
      `The execution has ended already (${execution.state}): nothing to cancel.`,
    );
  }
  if (execution.state === 'running' && execution.workflowId === null) {
    throw new DomainError(
      'EXECUTION_FINISHED',
      'The execution is a quick action that ends by itself within 10 s: there is nothing left to cancel. Read it again.',
    );
  }
}
