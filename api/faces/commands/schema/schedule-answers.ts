import { z } from '@hono/zod-openapi';
import { RETRY_CLASSES } from '../../../../domain/retry.ts';
import { executionStatus, id, page, scheduleStatus, time, timeOrNull } from './answer-fields.ts';

export const scheduleBody = z
  .object({
    id,
    name: z.string().openapi({ example: 'daily_summary_emails' }),
    description: z.string(),
    schedule_type: z.string().openapi({ example: 'cron' }),
    cron_expression: z.string().nullable().openapi({ example: '0 9 * * *' }),
    interval_seconds: z.number().nullable(),
    run_at: timeOrNull,
    timezone: z.string().openapi({ example: 'America/New_York' }),
    target_command: z.string().nullable().openapi({ example: 'cmd.notification.send.bulk' }),
    command_payload: z.any().openapi({ example: { notification_type: 'daily_summary' } }),
    command_headers: z.record(z.string(), z.string()),
    expect_reply: z.boolean(),
    reply_timeout_seconds: z.number().nullable(),
    webhook: z.record(z.string(), z.any()).nullable().openapi({ description: 'Where the target is no command.' }),
    tags: z.array(z.string()).openapi({ example: ['email', 'daily', 'summary'] }),
    variables: z.record(z.string(), z.any()),
    priority: z.number().openapi({ example: 7 }),
    max_retries: z.number().openapi({ example: 3 }),
    retry_delay_seconds: z.number().openapi({ example: 300 }),
    retry: z.object({
      strategy: z.enum(['fixed', 'exponential']),
      max_retries: z.number(),
      first_wait_seconds: z.number(),
      max_wait_seconds: z.number().nullable(),
      jitter_percentage: z.number(),
      retry_on: z.array(z.enum(RETRY_CLASSES)).nullable(),
    }),
    timeout_seconds: z.number(),
    max_instances: z.number(),
    misfire_grace_time: z.number(),
    coalesce: z.boolean(),
    stop_on_error: z.boolean(),
    notifications: z.object({ on_success: z.boolean(), on_failure: z.boolean(), on_timeout: z.boolean() }),
    dependencies: z.array(z.object({ schedule_id: id, type: z.string() })),
    template: z.any().openapi({ description: 'The template that it was made from, with its parameters; null: none.' }),
    status: scheduleStatus,
    status_reason: z.string().nullable().openapi({ description: 'Why it is disabled, where that is known.' }),
    created_by: z.string().openapi({ example: 'notification-service' }),
    updated_by: z.string(),
    next_run_at: timeOrNull,
    last_run_at: timeOrNull,
    last_status: executionStatus.nullable(),
    paused_at: timeOrNull,
    created_at: time,
    updated_at: time,
  })
  .catchall(z.any())
  .openapi('Schedule');

export const scheduleList = page(scheduleBody).openapi('ScheduleList');

export const triggered = z
  .object({
    execution_id: id,
    schedule_id: id,
    status: z.literal('queued'),
    triggered_by: z.string().openapi({ example: 'admin' }),
    triggered_at: time,
  })
  .openapi('Triggered');
