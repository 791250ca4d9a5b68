import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import type { KeptJob } from '../../../verbs/kept-job.ts';
import { consoleFields } from './console-fields.ts';
import { callOf } from './job-input.ts';
import { jobTypeOf } from './lookups.ts';
import { policyShape } from './policy-shape.ts';

/** console.txt, ScheduledJobResponse; `isPaused` and `payload` stand beside (docs/console-face.md). */
export function jobShape(view: KeptJob) {
  const { job, statistics } = view;
  const { interval, taskFunctionId, isPrimary, ...names } = consoleFields(job);
  const { key, payload } = callOf(job);
  const type = jobTypeOf(job.schedule.kind);
  return {
    id: job.number,
    taskFunctionId,
    taskFunctionKey: key,
    jobTypeId: type.id,
    jobTypeName: type.name,
    ...names,
    ...interval,
    cronExpression: job.schedule.kind === 'cron' ? job.schedule.expression : null,
    ...policyShape(job.policy),
    isEnabled: job.enabled,
    isActive: !view.isDeleted,
    isPrimary,
    isPaused: job.pausedAt !== null,
    payload,
    lastRunAt: isoSecondsOrNull(statistics.lastStartedAt),
    nextRunAt: isoSecondsOrNull(view.nextFireAt),
    createdAt: isoSeconds(job.createdAt),
    updatedAt: job.revision === 1 ? null : isoSeconds(job.updatedAt),
    createdById: job.createdBy,
    updatedById: job.revision === 1 ? null : job.updatedBy,
  };
}
