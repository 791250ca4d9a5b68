import type { JobMetrics, Performance } from '../../../verbs/job-metrics.ts';
import type { SchedulerStatistics } from '../../../verbs/scheduler-statistics.ts';
import { jobId } from './job-id.ts';
import { round } from '../../../http/round.ts';
import { percentage } from './job-shape.ts';
import { isoSeconds } from '../../../http/times.ts';

/** gateway.txt, Get Scheduler Statistics. `total_executions` counts every one, `failed` those out of time, too. */
export function statisticsShape(
  timeRange: string,
  { totalJobs, activeJobs, totals, successRate }: SchedulerStatistics,
) {
  return {
    time_range: timeRange,
    total_jobs: totalJobs,
    active_jobs: activeJobs,
    ...countsShape(totals),
    success_rate: percentage(successRate),
  };
}

/** gateway.txt, Get Job Performance Metrics, and the same for each step of the granularity. */
export function metricsShape({ view, overall, series }: JobMetrics, granularity: string) {
  return {
    job_id: jobId(view.job.number),
    job_name: view.job.name,
    granularity,
    metrics: performanceShape(overall),
    series: series.map((step) => ({ start: isoSeconds(step.start), ...performanceShape(step) })),
  };
}

function performanceShape(performance: Performance) {
  return {
    execution_times: {
      average_ms: rounded(performance.averageMs),
      p50_ms: rounded(performance.p50Ms),
      p95_ms: rounded(performance.p95Ms),
      p99_ms: rounded(performance.p99Ms),
    },
    ...countsShape(performance.totals),
    success_rate: percentage(performance.successRate),
  };
}

function countsShape(totals: Performance['totals']) {
  const { succeeded, failed, timedOut, cancelled, skipped, missed } = totals;
  return {
    total_executions: succeeded + failed + timedOut + cancelled + skipped + missed,
    successful_executions: succeeded,
    failed_executions: failed + timedOut,
    cancelled_executions: cancelled,
    skipped_executions: skipped,
    missed_executions: missed,
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : round(ms, 1);
}
