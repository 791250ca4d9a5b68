import { z } from '@hono/zod-openapi';
import { executionStatus, id, priority, tags, taskStatus, time, timeOrNull } from './answer-fields.ts';

const identity = {
  task_id: id,
  task_name: z.string().openapi({ example: 'daily_report_generation' }),
  status: taskStatus,
};

export const taskCreated = z
  .object({ ...identity, next_execution_time: timeOrNull, created_at: time })
  .openapi('TaskCreated');

export const taskBody = z
  .object({
    ...identity,
    task_type: z.string().openapi({ example: 'cron' }),
    schedule_expression: z.string().nullable().openapi({ example: '0 0 * * *' }),
    timezone: z.string().openapi({ example: 'America/New_York' }),
    next_execution_time: timeOrNull,
    last_execution_time: timeOrNull,
    last_status: executionStatus.nullable(),
    enabled: z.boolean(),
    description: z.string(),
    payload: z.any().openapi({ example: { report_type: 'daily' } }),
    runs: z
      .string()
      .openapi({ description: 'What it does, in words.', example: 'publish to tasks/daily_report_generation' }),
    timeout_seconds: z.number().openapi({ example: 300 }),
    max_retries: z.number().openapi({ example: 3 }),
    retry_count: z.number().openapi({ description: 'Retries of its latest execution.', example: 0 }),
    retry_delay_seconds: z.number().openapi({ example: 2 }),
    priority,
    tags,
    max_concurrent: z.number(),
    misfire_grace_time: z.number(),
    coalesce: z.boolean(),
    stop_on_error: z.boolean(),
    dependencies: z.array(z.object({ depends_on_task_id: id, dependency_type: z.string() })),
    paused_at: timeOrNull,
    disabled_reason: z.string().nullable(),
    created_by: z.string(),
    created_at: time,
    updated_at: time,
  })
  .catchall(z.any())
  .openapi('Task', { description: 'The other fields of its type stand beside, such as `interval_seconds`.' });

export const taskList = z
  .object({
    tasks: z.array(
      z.object({
        ...identity,
        task_type: z.string(),
        priority,
        tags,
        next_execution_time: timeOrNull,
        last_execution_time: timeOrNull,
        created_at: time,
      }),
    ),
    total: z.number().openapi({ description: 'All that fit the filter.', example: 150 }),
    limit: z.number().openapi({ example: 20 }),
    offset: z.number().openapi({ example: 0 }),
  })
  .openapi('TaskList');

export const taskUpdated = z
  .object({
    task_id: id,
    updated_fields: z
      .array(z.string())
      .openapi({ description: 'What was sent and really changed.', example: ['schedule_expression', 'priority'] }),
    next_execution_time: timeOrNull,
    updated_at: time,
  })
  .openapi('TaskUpdated');

export const taskPaused = z.object({ task_id: id, status: taskStatus, paused_at: timeOrNull }).openapi('TaskPaused');

export const taskResumed = z
  .object({ task_id: id, status: taskStatus, next_execution_time: timeOrNull, resumed_at: time })
  .openapi('TaskResumed');

export const taskTriggered = z
  .object({ task_id: id, execution_id: id, status: z.literal('queued'), queued_at: time })
  .openapi('TaskTriggered');
