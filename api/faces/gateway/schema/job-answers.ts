import { z } from '@hono/zod-openapi';
import {
  action,
  counts,
  identity,
  jobIdField,
  jobStatus,
  open,
  pagination,
  schedule,
  success,
  time,
  timeOrNull,
} from './answer-fields.ts';

export const jobList = z
  .object({
    success,
    total_jobs: z.number().openapi({ description: 'All that fit the filter.' }),
    active_jobs: z.number().openapi({ description: 'Those of them that are active.' }),
    jobs: z.array(
      z.object({
        ...identity,
        description: z.string(),
        schedule,
        action,
        tags: z.array(z.string()),
        created_at: time,
        last_execution: timeOrNull,
        execution_count: z.number(),
        average_duration_ms: z.number().nullable(),
        run_url: z.string().openapi({ example: '/api/v1/scheduler/jobs/job_001/run' }),
      }),
    ),
    pagination,
  })
  .openapi('JobList');

export const jobCreated = z
  .object({
    success,
    job_id: jobIdField,
    message: z.string().openapi({ example: 'Job created successfully' }),
    job: z.object({ ...identity, schedule, action, webhook_url: z.string(), status_url: z.string() }),
  })
  .openapi('JobCreated');

export const jobDetails = z
  .object({
    success,
    job: z.object({
      ...identity,
      description: z.string(),
      disabled_reason: z.string().nullable(),
      configuration: z.object({ schedule, action, advanced: open, notifications: open, variables: open }),
      statistics: z.object({
        ...counts,
        average_duration_ms: z.number().nullable(),
        last_execution: timeOrNull,
        last_duration_ms: z.number().nullable(),
        last_status: z.string().nullable(),
        last_error: z.string().nullable(),
        next_execution: timeOrNull,
        estimated_storage_impact_mb: z.number(),
      }),
      metadata: z.object({
        created_by: z.string(),
        created_at: time,
        updated_by: z.string(),
        updated_at: time,
        revision: z.number().openapi({ description: 'Also the ETag.' }),
        tags: z.array(z.string()),
      }),
    }),
  })
  .openapi('JobDetails');

export const jobUpdated = z
  .object({
    success,
    message: z.string().openapi({ example: 'Job updated successfully' }),
    job_id: jobIdField,
    changes: z
      .record(z.string(), z.string())
      .openapi({ example: { 'schedule.interval_seconds': '10 → 30', tags: 'Added: optimized' } }),
    next_execution: timeOrNull,
  })
  .openapi('JobUpdated');

export const jobDeleted = z
  .object({
    success,
    message: z.string().openapi({ example: 'Job deleted successfully' }),
    deleted_job: jobIdField,
    statistics: z.object({ total_executions: z.number(), total_runtime_hours: z.number() }),
  })
  .openapi('JobDeleted');

export const jobToggled = z
  .object({
    success,
    message: z.string().openapi({ example: 'Job enabled successfully' }),
    job_id: jobIdField,
    enabled: z.boolean(),
    next_execution: timeOrNull,
  })
  .openapi('JobToggled');

export const jobStatusBody = z
  .object({
    success,
    job_id: jobIdField,
    status: jobStatus,
    enabled: z.boolean(),
    running_executions: z.number(),
    last_execution: timeOrNull,
    last_status: z.string().nullable(),
    next_execution: timeOrNull,
  })
  .openapi('JobStatus');
