import type { JobView } from '../../../verbs/job-view.ts';
import type { Job, JobStatistics } from '../../../../domain/job.ts';
import type { Json } from '../../../../domain/json.ts';
import type { Instant } from '../../../../domain/schedules/kind.ts';
import { round } from '../../../http/round.ts';
import { detailedShape, listedShape, storedShape } from './action-shape.ts';
import { BASE, jobId } from './job-id.ts';
import { advancedShape, notificationsShape } from './policy-shape.ts';
import { scheduleForm } from './schedule-shape.ts';
import { HISTORY_WORDS } from './states.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';

const BYTES_IN_MB = 1_048_576;

function runUrl(number: number): string {
  return `${BASE}/jobs/${jobId(number)}/run`;
}

/** gateway.txt, Get All Jobs. */
export function listedJob(view: JobView) {
  const { job, statistics } = view;
  return {
    id: jobId(job.number),
    name: job.name,
    description: job.description,
    type: job.schedule.kind,
    enabled: job.enabled,
    status: view.status,
    schedule: { ...scheduleForm.shape(job.schedule), next_execution: isoSecondsOrNull(view.nextFireAt) },
    action: listedShape(job.action),
    tags: [...job.tags],
    created_at: isoSeconds(job.createdAt),
    last_execution: isoSecondsOrNull(statistics.lastStartedAt),
    execution_count: statistics.total,
    average_duration_ms: averageDurationMs(statistics),
    run_url: runUrl(job.number),
  };
}

/** gateway.txt, Create New Job. */
export function createdJob(view: JobView) {
  const { job } = view;
  return {
    id: jobId(job.number),
    name: job.name,
    type: job.schedule.kind,
    enabled: job.enabled,
    status: view.status,
    schedule: { ...scheduleForm.shape(job.schedule), next_execution: isoSecondsOrNull(view.nextFireAt) },
    action: listedShape(job.action),
    webhook_url: runUrl(job.number),
    status_url: `${BASE}/jobs/${jobId(job.number)}/status`,
  };
}

/** gateway.txt, Get Job Details. */
export function detailedJob(view: JobView & { storageBytes: number }, known: { now: Instant; deviceId?: string }) {
  const { job, statistics } = view;
  return {
    id: jobId(job.number),
    name: job.name,
    description: job.description,
    type: job.schedule.kind,
    enabled: job.enabled,
    status: view.status,
    disabled_reason: job.disabledReason,
    configuration: {
      schedule: scheduleForm.shape(job.schedule),
      action: detailedShape(job.action, (name) => variableOf(job, known, name)),
      advanced: advancedShape(job.policy),
      notifications: notificationsShape(job.policy),
      variables: job.variables,
    },
    statistics: {
      ...statisticsShape(statistics),
      next_execution: isoSecondsOrNull(view.nextFireAt),
      estimated_storage_impact_mb: round(view.storageBytes / BYTES_IN_MB, 3),
    },
    metadata: {
      created_by: job.createdBy,
      created_at: isoSeconds(job.createdAt),
      updated_by: job.updatedBy,
      updated_at: isoSeconds(job.updatedAt),
      revision: job.revision,
      tags: [...job.tags],
    },
  };
}

/** `total` counts every execution, whatever became of it; `failed` those that ran out of time, too. */
export function statisticsShape(statistics: JobStatistics) {
  const { lastState } = statistics;
  return {
    total_executions: statistics.total,
    successful_executions: statistics.succeeded,
    failed_executions: statistics.failed + statistics.timedOut,
    cancelled_executions: statistics.cancelled,
    skipped_executions: statistics.skipped,
    missed_executions: statistics.missed,
    average_duration_ms: averageDurationMs(statistics),
    last_execution: isoSecondsOrNull(statistics.lastStartedAt),
    last_duration_ms: statistics.lastDurationMs,
    last_status: statusWord(lastState),
    last_error: statistics.lastError,
  };
}

export function statusWord(state: string | null): string | null {
  return state === null ? null : ((HISTORY_WORDS as Readonly<Record<string, string>>)[state] ?? state);
}

/** The parts of a job that a change can touch, as `changes` names them. */
export function changeableShape(job: Job) {
  return {
    name: job.name,
    description: job.description,
    type: job.schedule.kind,
    enabled: job.enabled,
    schedule: scheduleForm.shape(job.schedule),
    action: storedShape(job.action),
    advanced: advancedShape(job.policy),
    tags: [...job.tags],
    notifications: notificationsShape(job.policy),
    variables: job.variables,
  };
}

function averageDurationMs(statistics: JobStatistics): number | null {
  const ran = statistics.succeeded + statistics.failed + statistics.timedOut + statistics.cancelled;
  return ran === 0 ? null : Math.round(statistics.durationTotalMs / ran);
}

/** What a template's variable is now, as far as it is known before a run. */
function variableOf(job: Job, known: { now: Instant; deviceId?: string }, name: string): Json | undefined {
  if (Object.hasOwn(job.variables, name)) return job.variables[name];
  if (name === 'NOW') return isoSeconds(known.now);
  if (name === 'DEVICE_ID') return known.deviceId;
  if (name === 'JOB_ID') return job.id;
  return name === 'JOB_NAME' ? job.name : undefined;
}

/** A rate of 0–1 as the gateway's percentage, with one digit; null when nothing was counted. */
export function percentage(rate: number | null): number | null {
  return rate === null ? null : round(rate * 100, 1);
}
