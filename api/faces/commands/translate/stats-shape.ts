import { round } from '../../../http/round.ts';
import { isoSecondsOrNull } from '../../../http/times.ts';
import type { Performance } from '../../../verbs/job-metrics.ts';
import type { JobView } from '../../../verbs/job-view.ts';

/** DECISIONS section 9: a schedule's history in numbers. Percentiles are right within 10 %. */
export function statsShape({ job, statistics }: JobView, all: Performance) {
  const { succeeded, failed, timedOut, cancelled, skipped, missed } = all.totals;
  return {
    schedule_id: job.id,
    total: succeeded + failed + timedOut + cancelled + skipped + missed,
    succeeded,
    failed,
    timed_out: timedOut,
    cancelled,
    skipped,
    missed,
    success_rate: all.successRate === null ? null : round(all.successRate, 4),
    average_duration_ms: msOf(all.averageMs),
    p50_duration_ms: msOf(all.p50Ms),
    p95_duration_ms: msOf(all.p95Ms),
    p99_duration_ms: msOf(all.p99Ms),
    last_execution: isoSecondsOrNull(statistics.lastStartedAt),
    last_status: statistics.lastState,
    last_error: statistics.lastError,
  };
}

function msOf(ms: number | null): number | null {
  return ms === null ? null : round(ms, 1);
}
