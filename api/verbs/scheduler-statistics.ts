import { countJobs } from '../../db/queries/jobs.ts';
import { faceTotals, type Totals } from '../../db/queries/statistics.ts';
import { successRate } from '../../domain/execution.ts';
import type { VerbContext } from './context.ts';

export interface SchedulerStatistics {
  readonly totalJobs: number;
  readonly activeJobs: number;
  readonly totals: Totals;
  /** 0–1, or null when nothing counts. */
  readonly successRate: number | null;
}

/** What the face's jobs did within the last `lastMs`, from the hourly roll-ups: whole hours. */
export async function schedulerStatistics(ctx: VerbContext, input: { lastMs: number }): Promise<SchedulerStatistics> {
  const { face } = ctx.actor;
  const [jobs, totals] = await Promise.all([
    countJobs(ctx.db, face, {}),
    faceTotals(ctx.db, face, { from: ctx.now() - input.lastMs }),
  ]);
  return { totalJobs: jobs.total, activeJobs: jobs.active, totals, successRate: successRate(totals) };
}
