import { z } from '@hono/zod-openapi';
import { executionStatus, id, page, time, timeOrNull } from './answer-fields.ts';

const line = {
  id,
  schedule_id: id,
  schedule_name: z.string(),
  status: executionStatus,
  trigger: z.string().openapi({ example: 'scheduled' }),
  triggered_by: z
    .string()
    .nullable()
    .openapi({ description: 'Who asked for it, of X-Triggered-By.', example: 'admin' }),
  scheduled_at: time.openapi({ description: 'When it was due.' }),
  started_at: timeOrNull,
  completed_at: timeOrNull,
  duration_ms: z.number().nullable(),
  attempt: z.number().openapi({ description: 'From 1.', example: 1 }),
  result: z
    .object({ message: z.string(), data: z.any().openapi({ description: 'The reply, where one was awaited.' }) })
    .nullable(),
  error: z
    .object({ reason: z.string().nullable(), type: z.string().nullable(), message: z.string() })
    .nullable()
    .openapi({ description: 'Why it did not end well, or did not run.' }),
  worker_id: z.string().nullable(),
};

export const executionList = page(z.object(line)).openapi('ExecutionList');

export const executionBody = z
  .object({
    ...line,
    parameters: z.record(z.string(), z.any()),
    attempts: z.array(
      z.object({
        attempt: z.number(),
        started_at: time,
        ended_at: timeOrNull,
        error: z.object({ type: z.string(), message: z.string() }).nullable(),
      }),
    ),
    logs: z.array(z.object({ timestamp: time, level: z.string(), message: z.string() })),
  })
  .openapi('Execution');

const count = z.number().openapi({ example: 0 });
const ms = z.number().nullable().openapi({ example: 12.5 });

export const statsBody = z
  .object({
    schedule_id: id,
    total: count,
    succeeded: count,
    failed: count,
    timed_out: count,
    cancelled: count,
    skipped: count,
    missed: count,
    success_rate: z.number().nullable().openapi({ description: '0–1: of those that succeeded, failed or timed out.' }),
    average_duration_ms: ms,
    p50_duration_ms: ms,
    p95_duration_ms: ms,
    p99_duration_ms: ms,
    last_execution: timeOrNull,
    last_status: z.string().nullable(),
    last_error: z.string().nullable(),
  })
  .openapi('ScheduleStats');
