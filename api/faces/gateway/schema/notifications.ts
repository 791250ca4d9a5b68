import { z } from '@hono/zod-openapi';
import { NOTIFICATION_STATES } from '../../../../domain/notifications.ts';
import { oneOf, pageSize, pageStart } from '../../../http/query-fields.ts';
import { jobIdField, pagination, success, time, timeOrNull } from './answer-fields.ts';

export const notificationsQuery = z.strictObject({
  status: oneOf(NOTIFICATION_STATES, {
    description: '`given_up`: the receiver refused it for good, or did not take it for 24 hours.',
  }).optional(),
  job_id: z.string().openapi({ description: 'Of this job.', example: 'job_001' }).optional(),
  execution_id: z.string().openapi({ description: 'Of this execution.', example: 'exec_20250312151030123' }).optional(),
  limit: pageSize(50),
  offset: pageStart,
});

export const notificationsBody = z
  .object({
    success,
    notifications: z.array(
      z.object({
        id: z.string().openapi({ description: '`webhook-id`: the same at every try.' }),
        event: z.string().openapi({ description: 'completed, failed, timeout or disabled.', example: 'failed' }),
        destination: z
          .string()
          .openapi({ description: 'mqtt, or webhook: and its name.', example: 'webhook:operations' }),
        status: z.enum(NOTIFICATION_STATES),
        job_id: jobIdField,
        job_name: z.string(),
        execution_id: z.string().nullable(),
        attempts: z.number().openapi({ description: 'Tries so far.', example: 3 }),
        created_at: time,
        next_attempt_at: timeOrNull,
        ended_at: timeOrNull,
        error: z.string().nullable().openapi({ description: 'Why the last try failed.' }),
      }),
    ),
    pagination,
  })
  .openapi('Notifications');
