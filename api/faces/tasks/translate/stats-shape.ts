import { round } from '../../../http/round.ts';
import type { ClusterStatus } from '../../../verbs/cluster-status.ts';
import type { Performance } from '../../../verbs/job-metrics.ts';
import { isoSeconds } from '../../../http/times.ts';
import type { WorkerProcess } from '../../../verbs/list-workers.ts';

/** tasks.txt, Get Task Statistics. Percentiles are right within 10 %. */
export function statsShape(taskId: string, all: Performance, week: Performance) {
  const { succeeded, failed, timedOut, cancelled, skipped, missed } = all.totals;
  return {
    task_id: taskId,
    total_executions: totalOf(all),
    successful_executions: succeeded,
    failed_executions: failed + timedOut,
    cancelled_executions: cancelled,
    skipped_executions: skipped,
    missed_executions: missed,
    success_rate: rateOf(all),
    average_duration_ms: msOf(all.averageMs),
    p50_duration_ms: msOf(all.p50Ms),
    p95_duration_ms: msOf(all.p95Ms),
    p99_duration_ms: msOf(all.p99Ms),
    last_7_days: { executions: totalOf(week), success_rate: rateOf(week) },
  };
}

function totalOf({ totals }: Performance): number {
  const { succeeded, failed, timedOut, cancelled, skipped, missed } = totals;
  return succeeded + failed + timedOut + cancelled + skipped + missed;
}

function rateOf({ successRate }: Performance): number | null {
  return successRate === null ? null : round(successRate, 4);
}

function msOf(ms: number | null): number | null {
  return ms === null ? null : round(ms, 1);
}

/** tasks.txt, Get System Status. */
export function statusShape({ health, leader, followers, scheduled, workers, waiting }: ClusterStatus) {
  return {
    status: health,
    scheduler: {
      leader,
      followers: [...followers],
      tasks_scheduled: scheduled,
      tasks_pending: waiting.high + waiting.medium + waiting.low,
    },
    workers: {
      total: workers.total,
      active: workers.active,
      inactive: workers.inactive,
      total_capacity: workers.capacity,
      current_load: workers.load,
    },
    queue: { high_priority: waiting.high, medium_priority: waiting.medium, low_priority: waiting.low },
  };
}

/** tasks.txt, Get Worker Status. */
export function workerShape({ id, name, status, capacity, load, lastHeartbeat, uptimeMs }: WorkerProcess) {
  return {
    worker_id: id,
    name,
    status,
    capacity,
    current_load: load,
    last_heartbeat: isoSeconds(lastHeartbeat),
    uptime_seconds: Math.floor(uptimeMs / 1000),
  };
}
