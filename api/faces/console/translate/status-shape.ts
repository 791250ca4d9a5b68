import { isoSecondsOrNull } from '../../../http/times.ts';
import type { SchedulerStatus } from '../../../verbs/scheduler-status.ts';

/** console.txt, SchedulerStatusResponse. */
export function statusShape({ isRunning, instance, activeInstances, ...figures }: SchedulerStatus) {
  return {
    isRunning,
    mode: instance?.mode ?? 'standalone',
    instanceId: instance?.id ?? '',
    activeInstances,
    totalJobs: figures.totalJobs,
    enabledJobs: figures.enabledJobs,
    runningExecutions: figures.runningExecutions,
    lastHeartbeat: isoSecondsOrNull(instance?.lastHeartbeat ?? null),
  };
}
