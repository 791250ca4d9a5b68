import { inTransaction } from '../../db/connect.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { countBulk, finishBulk, insertBulk } from '../../db/queries/bulks.ts';
import { insertGroupRuns, lockEnabledJobs } from '../../db/queries/group-runs.ts';
import { NUMBERS_EXECUTIONS } from '../../domain/faces.ts';
import type { VerbContext } from './context.ts';

export interface RunAllInput {
  /** Jobs with any of these tags are left out. */
  readonly excludeTags: readonly string[];
  /** Runs paused and busy jobs too; disabled ones never. */
  readonly force: boolean;
  /** One after another, in the order of their numbers. */
  readonly sequential: boolean;
}

/**
 * Runs all enabled jobs of the face as one group: every run is recorded in one transaction, and started by a workflow
 * of the group's id. Throws ENGINE_UNAVAILABLE before anything is stored; a start that is lost is the housekeeper's.
 */
export async function runAll(
  ctx: VerbContext,
  input: RunAllInput,
): Promise<{ groupId: string; total: number; started: number }> {
  await ctx.engine.ensureReachable();
  const { face, subject, correlationId } = ctx.actor;
  const at = ctx.now();
  const { sequential, force } = input;
  const group = await inTransaction(ctx.db, async (tx) => {
    const jobIds = await lockEnabledJobs(tx, face, input.excludeTags);
    const id = await insertBulk(tx, { kind: 'run', face, startedBy: subject, at, sequential });
    const started = await insertGroupRuns(tx, jobIds, {
      id,
      at,
      force,
      triggeredBy: subject,
      numbered: NUMBERS_EXECUTIONS[face] ? face : null,
      newId: () => ctx.ids.next(),
    });
    const counts = { total: jobIds.length, started };
    await countBulk(tx, id, counts);
    if (started === 0) await finishBulk(tx, id);
    await writeAudit(tx, {
      actor: subject,
      face,
      action: 'jobs.run_all',
      jobId: null,
      executionId: null,
      before: null,
      after: { group: id, ...input, ...counts },
      reason: null,
      correlationId,
    });
    return { groupId: id, ...counts };
  });
  if (group.started > 0) {
    await ctx.engine.startBulkRun({ groupId: group.groupId, sequential }).catch((error: unknown) => {
      ctx.log.warn(
        { error, groupId: group.groupId },
        'A group could not be started at once; the housekeeper will start it',
      );
    });
  }
  return group;
}
