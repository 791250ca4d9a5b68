import type { JobView } from '../../../verbs/job-view.ts';
import type { StoredExecution } from '../../../verbs/get-execution.ts';
import { storedShape } from './action-shape.ts';
import { historyShape } from './execution-shape.ts';
import { jobId } from './job-id.ts';
import { statisticsShape } from './job-shape.ts';
import { advancedShape, notificationsShape } from './policy-shape.ts';
import { scheduleForm } from './schedule-shape.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';

/** A job as an export holds it: what a creation takes, who it was, and the phase of its interval. */
export function exportedJob({ job, statistics, nextFireAt }: JobView, withStatistics: boolean) {
  // Stored as the days that it leaves, which stand there already.
  const { skip_weekends: _, ...schedule } = scheduleForm.shape(job.schedule);
  return {
    id: jobId(job.number),
    uuid: job.id,
    name: job.name,
    description: job.description,
    type: job.schedule.kind,
    enabled: job.enabled,
    schedule,
    ...(job.schedule.kind === 'interval' && { anchor_at: isoSeconds(job.schedule.anchorAt) }),
    action: storedShape(job.action),
    advanced: advancedShape(job.policy),
    notifications: notificationsShape(job.policy),
    variables: job.variables,
    tags: [...job.tags],
    ...(job.pausedAt !== null && { paused_at: new Date(job.pausedAt).toISOString() }),
    ...(job.disabledReason !== null && { disabled_reason: job.disabledReason }),
    created_at: isoSeconds(job.createdAt),
    created_by: job.createdBy,
    next_execution: isoSecondsOrNull(nextFireAt),
    ...(withStatistics && { statistics: statisticsShape(statistics) }),
  };
}

/** A line of history within an export, with the job that it is of. */
export function exportedExecution(stored: StoredExecution) {
  return { job_id: jobId(stored.jobNumber), job_name: stored.jobName, ...historyShape(stored) };
}
