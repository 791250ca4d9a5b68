import { z } from '@hono/zod-openapi';
import { executionStatus, id, time, timeOrNull } from './answer-fields.ts';

const line = {
  execution_id: id,
  task_id: id,
  worker_id: z.string().nullable().openapi({ description: 'One of `/api/v1/workers`.', example: 'worker-1' }),
  started_at: timeOrNull,
  completed_at: timeOrNull,
  duration_ms: z.number().nullable().openapi({ example: 330000 }),
  status: executionStatus,
  retry_number: z.number().openapi({ description: 'Retries so far.', example: 0 }),
  scheduled_at: time.openapi({ description: 'When it was due.' }),
  trigger: z.string().openapi({ example: 'scheduled' }),
};

export const executionList = z
  .object({ executions: z.array(z.object(line)), total: z.number().openapi({ example: 100 }) })
  .openapi('ExecutionList');

export const executionBody = z
  .object({
    ...line,
    result: z.any().openapi({
      description: 'What the function returned; of a publish or a webhook its message and what it counted.',
      example: { records_processed: 10000, output_file: 's3://bucket/report.pdf' },
    }),
    is_retry: z.boolean(),
    error: z
      .object({ code: z.string(), type: z.string().nullable(), message: z.string() })
      .nullable()
      .openapi({ description: 'Why it did not end well.' }),
    parameters: z.record(z.string(), z.any()),
    triggered_by: z.string().nullable(),
  })
  .openapi('Execution');

export const executionLogsBody = z
  .object({
    execution_id: id,
    logs: z.array(
      z.object({
        timestamp: time,
        level: z.string().openapi({ example: 'INFO' }),
        message: z.string().openapi({ example: 'Starting report generation' }),
      }),
    ),
    next_offset: z.number().openapi({ description: 'Where the next page begins, or what is written from now on.' }),
    complete: z.boolean().openapi({ description: 'Whether no line will follow.' }),
  })
  .openapi('ExecutionLogs');

export const executionCancelled = z
  .object({
    execution_id: id,
    status: z.enum(['cancelled', 'cancelling']).openapi({
      description: '`cancelling`: it was asked to stop and has not within 10 s.',
    }),
    cancelled_at: timeOrNull,
  })
  .openapi('ExecutionCancelled');
