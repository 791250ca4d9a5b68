import { z } from '@hono/zod-openapi';
import { jobIdField, open, pagination, rate, success, time, timeOrNull } from './answer-fields.ts';

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
