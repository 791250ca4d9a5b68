import { writeAudit } from '../../db/queries/audit.ts';
import { inTransaction } from '../../db/connect.ts';
import { purgeExecutions } from '../../db/queries/retention.ts';
import type { VerbContext } from './context.ts';

const DAY_MS = 86_400_000;

/**
 * Deletes what has ended of the face's executions and was due more than some days ago, in bounded batches, and tells the
 * log how far it is. Counters and roll-ups stay. Returns how many went.
 */
export async function cleanUpHistory(
  ctx: Pick<VerbContext, 'db' | 'actor' | 'log' | 'now'>,
  retentionDays: number,
): Promise<number> {
  const { subject, face, correlationId } = ctx.actor;
  const before = ctx.now() - retentionDays * DAY_MS;
  const deleted = await purgeExecutions(ctx.db, { before, face }, (soFar) => {
    ctx.log.info({ face, deleted: soFar, retentionDays }, 'A clean-up of the history goes on');
  });
  await inTransaction(ctx.db, (tx) =>
    writeAudit(tx, {
      actor: subject,
      face,
      action: 'history.cleanup',
      jobId: null,
      executionId: null,
      before: null,
      after: { retentionDays, deleted },
      reason: null,
      correlationId,
    }),
  );
  return deleted;
}
