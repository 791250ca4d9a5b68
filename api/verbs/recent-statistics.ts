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
  const [total, enabled, ended, unended] = await Promise.all([
    countKeptJobs(ctx.db, face, { withDeleted: false }),
    countKeptJobs(ctx.db, face, { withDeleted: false, enabled: true }),
    countEndedSince(ctx.db, face, ctx.now() - lastMs),
    countUnendedOfFace(ctx.db, face),
  ]);
  return { jobs: { total, enabled }, executions: { ...ended, ...unended } };
}
