import type { Job } from '../../../../domain/job.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import { plainTime } from './plain-time.ts';
import { reviewOf } from './task-input.ts';

/** reviewer.txt, Create Scheduled Task: `task_params` as they were given. */
export function taskShape(job: Job) {
  const { task_type, connection_id } = reviewOf(job);
  return {
    id: job.number,
    name: job.name,
    task_type,
    connection_id,
    cron_schedule: job.schedule.kind === 'cron' ? job.schedule.expression : '',
    description: job.description === '' ? null : job.description,
    task_params: (job.extra['taskParams'] ?? {}) as JsonObject,
    is_active: job.enabled,
    created_at: plainTime(job.createdAt),
    updated_at: plainTime(job.updatedAt),
  };
}
