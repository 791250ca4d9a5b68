import { z } from '@hono/zod-openapi';

const success = z.literal(true).openapi({ example: true });
const time = z.string().openapi({ description: 'UTC, to the second.', example: '2025-03-12T15:10:30Z' });
const timeOrNull = time.nullable();
const jobIdField = z.string().openapi({ example: 'job_001' });
const jobStatus = z.enum(['active', 'inactive', 'error']);
const open = z.record(z.string(), z.any());
const counts = {
  total_executions: z.number().openapi({ description: 'Every execution, whatever became of it.', example: 1205 }),
  successful_executions: z.number().openapi({ example: 1198 }),
  failed_executions: z.number().openapi({ description: 'Failed, or ran out of time.', example: 7 }),
  cancelled_executions: z.number(),
  skipped_executions: z.number(),
  missed_executions: z.number(),
};
const rate = z.number().nullable().openapi({
  description:
    'Percent of the runs that succeeded; skipped, missed and cancelled ones do not count. Null: none counts.',
  example: 99.4,
});
const pagination = z
  .object({ limit: z.number(), offset: z.number(), has_more: z.boolean() })
  .openapi('Pagination', { example: { limit: 50, offset: 0, has_more: false } });
const schedule = open.openapi({
  description: "The fields of the job's type, and `next_execution`.",
  example: { interval_seconds: 10, next_execution: '2025-03-12T15:10:30Z' },
});
const action = open.openapi({
  description: 'The action; a template text stands in `payload_template`.',
  example: {
    type: 'publish',
    topic: 'device/data/modbus',
    payload_template: '{"at": "${NOW}"}',
    qos: 1,
    retain: false,
  },
});

const identity = { id: jobIdField, name: z.string(), type: z.string(), enabled: z.boolean(), status: jobStatus };

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

export const runStarted = z
  .object({
    success,
    execution_id: z.string().openapi({ example: 'exec_20250312151030123' }),
    job_id: jobIdField,
    status: z.literal('started'),
    trigger: z.literal('manual'),
    start_time: time,
    estimated_duration_ms: z
      .number()
      .nullable()
      .openapi({ description: "Mean of the job's runs so far.", example: 120 }),
    progress_url: z.string().openapi({ example: '/api/v1/scheduler/executions/exec_20250312151030123' }),
  })
  .openapi('RunStarted');

export const executionBody = z
  .object({
    success,
    execution: z.object({
      id: z.string().openapi({ example: 'exec_20250312151030123' }),
      job_id: jobIdField,
      job_name: z.string(),
      status: z
        .string()
        .openapi({ description: 'completed, failed, timeout, cancelled, skipped, missed; queued, waiting, running.' }),
      trigger: z.string(),
      scheduled_time: time,
      start_time: timeOrNull,
      end_time: timeOrNull,
      duration_ms: z.number().nullable(),
      attempt: z.number(),
      parameters: open,
      result: open.nullable().openapi({
        description: 'What came of it, and what the action counted; null while it is under way.',
        example: {
          status: 'success',
          message: 'Published 512 bytes to device/data',
          data_points: 1,
          bytes_published: 512,
        },
      }),
      logs: z.array(
        z.object({
          timestamp: z.string().openapi({ example: '2025-03-12T15:10:30.123Z' }),
          level: z.string(),
          message: z.string(),
        }),
      ),
    }),
  })
  .openapi('ExecutionDetails');

export const history = z
  .object({
    success,
    job_id: jobIdField,
    job_name: z.string(),
    total_executions: z.number().openapi({
      description: 'Ended executions that fit. With dates they are counted by the whole hours that the range touches.',
    }),
    success_rate: rate,
    history: z.array(
      z.object({
        execution_id: z.string().openapi({ example: 'exec_20250312151030123' }),
        timestamp: time,
        trigger: z.string(),
        duration_ms: z.number().nullable(),
        status: z.string(),
        message: z.string().nullable(),
        metrics: open.openapi({
          example: { data_points: 24, bytes_published: 512, cpu_usage_percent: 12.5, memory_usage_mb: 15.2 },
        }),
      }),
    ),
    pagination,
  })
  .openapi('JobHistory');

export const statisticsBody = z
  .object({
    success,
    statistics: z.object({
      time_range: z.string(),
      total_jobs: z.number(),
      active_jobs: z.number(),
      ...counts,
      success_rate: rate,
    }),
  })
  .openapi('SchedulerStatistics');

const milliseconds = z.number().nullable().openapi({ example: 125 });
const performance = {
  execution_times: z.object({
    average_ms: milliseconds,
    p50_ms: milliseconds,
    p95_ms: milliseconds,
    p99_ms: milliseconds,
  }),
  ...counts,
  success_rate: rate,
};

export const metricsBody = z
  .object({
    success,
    job_id: jobIdField,
    job_name: z.string(),
    granularity: z.string(),
    metrics: z.object(performance),
    series: z.array(z.object({ start: time, ...performance })),
  })
  .openapi('JobMetrics');
