import { purgeExecutions } from '../../../db/queries/retention.ts';
import type { BuiltInPayload } from '../../../domain/functions/built-in.ts';
import type { ActionResult } from '../../../domain/execution.ts';
import type { ActionContext } from '../handler.ts';

const DAY_MS = 86_400_000;

/** Deletes the ended executions of the job's face that are old (console.txt, Cleanup). Roll-ups outlive them. */
export async function cleanUpHistory(
  { retention_days: days }: BuiltInPayload<'cleanup_history'>,
  context: ActionContext,
): Promise<ActionResult> {
  const { deps, run } = context;
  const { signal } = context.stop;
  const deleted = await purgeExecutions(deps.db, { before: deps.now() - days * DAY_MS, face: run.face }, (soFar) => {
    signal.throwIfAborted();
    if (soFar > 0) context.log('info', `Deleted ${soFar} execution records so far`);
  });
  return {
    message: `Cleaned up ${deleted} execution records older than ${days} days`,
    data: { deleted_count: deleted, retention_days: days },
    metrics: { records_deleted: deleted },
  };
}
