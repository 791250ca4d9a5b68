import { atOneInstant } from '../../db/connect.ts';
import { countUnendedOfFace } from '../../db/queries/executions-read.ts';
import { countEndedSince } from '../../db/queries/history.ts';
import { countKeptJobs } from '../../db/queries/kept-jobs.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { VerbContext } from './context.ts';

export interface RecentStatistics {
  readonly jobs: { readonly total: number; readonly enabled: number };
  /** By state: what was due within the time and has ended, and all that has not ended. */
  readonly executions: Readonly<Partial<Record<ExecutionState, number>>>;
}

/** What the face has, and what its jobs did within the last `lastMs`, to the millisecond. */
export async function recentStatistics(ctx: VerbContext, { lastMs }: { lastMs: number }): Promise<RecentStatistics> {
  const { face } = ctx.actor;
  return atOneInstant(ctx.db, async (db) => {
    const total = await countKeptJobs(db, face, { withDeleted: false });
    const enabled = await countKeptJobs(db, face, { withDeleted: false, enabled: true });
    const ended = await countEndedSince(db, face, ctx.now() - lastMs);
    return { jobs: { total, enabled }, executions: { ...ended, ...(await countUnendedOfFace(db, face)) } };
  });
}
