import type { JobKey } from '../../db/queries/jobs.ts';
import { jobSeries, jobTotals, type Totals, type Unit } from '../../db/queries/statistics.ts';
import { successRate } from '../../domain/execution.ts';
import { percentile } from '../../domain/histogram.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import type { JobView } from './job-view.ts';

/** What roll-ups say of some stretch of time. Times are milliseconds, rates 0–1; null when nothing was measured. */
export interface Performance {
  readonly totals: Totals;
  readonly averageMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly successRate: number | null;
}

export interface JobMetrics {
  readonly view: JobView;
  readonly overall: Performance;
  /** One entry a step with executions, the oldest first, each with the step's start. */
  readonly series: readonly (Performance & { readonly start: Instant })[];
}

/** A job's performance within `[from, to)`, from its hourly roll-ups: whole hours. Throws JOB_NOT_FOUND. */
export async function jobMetrics(
  ctx: VerbContext,
  input: { job: JobKey; from: Instant; to: Instant; unit: Unit },
): Promise<JobMetrics> {
  const view = await getJob(ctx, input.job);
  const [overall, series] = await Promise.all([
    jobTotals(ctx.db, view.job.id, input),
    jobSeries(ctx.db, view.job.id, input),
  ]);
  return {
    view,
    overall: performanceOf(overall),
    series: series.map(({ start, totals }) => ({ start, ...performanceOf(totals) })),
  };
}

export function performanceOf(totals: Totals): Performance {
  const measured = totals.durations.reduce((sum, count) => sum + count, 0);
  return {
    totals,
    averageMs: measured === 0 ? null : totals.durationTotalMs / measured,
    p50Ms: percentile(totals.durations, 0.5),
    p95Ms: percentile(totals.durations, 0.95),
    p99Ms: percentile(totals.durations, 0.99),
    successRate: successRate(totals),
  };
}
