/** The words of the API, for those who like names; the strings themselves are as good everywhere. */
export const TaskType = Object.freeze({
  CRON: 'cron',
  ONE_TIME: 'one_time',
  INTERVAL: 'interval',
  DAILY: 'daily',
  WEEKLY: 'weekly',
  MONTHLY: 'monthly',
  SUN: 'sun',
  SUNRISE: 'sunrise',
  SUNSET: 'sunset',
  EVENT: 'event',
  IMMEDIATE: 'immediate',
  MANUAL: 'manual',
});

export const TaskStatus = Object.freeze({
  SCHEDULED: 'scheduled',
  RUNNING: 'running',
  COMPLETED: 'completed',
  PAUSED: 'paused',
  DISABLED: 'disabled',
});

export const Priority = Object.freeze({ HIGH: 'high', MEDIUM: 'medium', LOW: 'low' });

export const ExecutionStatus = Object.freeze({
  QUEUED: 'queued',
  WAITING: 'waiting',
  RUNNING: 'running',
  SUCCESS: 'success',
  FAILED: 'failed',
  TIMEOUT: 'timeout',
  CANCELLED: 'cancelled',
  SKIPPED: 'skipped',
  MISSED: 'missed',
});

export const DependencyType = Object.freeze({ SUCCESS: 'success', COMPLETION: 'completion', ANY: 'any' });

const ENDED = new Set(['success', 'failed', 'timeout', 'cancelled', 'skipped', 'missed']);

/** The execution has its final status. */
export function hasEnded(execution) {
  return ENDED.has(execution.status);
}
