import { z } from '@hono/zod-openapi';

/** Fields that several answers share. */
export const success = z.literal(true).openapi({ example: true });
export const time = z.string().openapi({ description: 'UTC, to the second.', example: '2025-03-12T15:10:30Z' });
export const timeOrNull = time.nullable();
export const jobIdField = z.string().openapi({ example: 'job_001' });
export const jobStatus = z.enum(['active', 'inactive', 'error']);
export const open = z.record(z.string(), z.any());
export const counts = {
  total_executions: z.number().openapi({ description: 'Every execution, whatever became of it.', example: 1205 }),
  successful_executions: z.number().openapi({ example: 1198 }),
  failed_executions: z.number().openapi({ description: 'Failed, or ran out of time.', example: 7 }),
  cancelled_executions: z.number(),
  skipped_executions: z.number(),
  missed_executions: z.number(),
};
export const rate = z.number().nullable().openapi({
  description:
    'Percent of the runs that succeeded; skipped, missed and cancelled ones do not count. Null: none counts.',
  example: 99.4,
});
export const pagination = z
  .object({ limit: z.number(), offset: z.number(), has_more: z.boolean() })
  .openapi('Pagination', { example: { limit: 50, offset: 0, has_more: false } });
export const schedule = open.openapi({
  description: "The fields of the job's type, and `next_execution`.",
  example: { interval_seconds: 10, next_execution: '2025-03-12T15:10:30Z' },
});
export const action = open.openapi({
  description: 'The action; a template text stands in `payload_template`.',
  example: {
    type: 'publish',
    topic: 'device/data/modbus',
    payload_template: '{"at": "${NOW}"}',
    qos: 1,
    retain: false,
  },
});

export const identity = { id: jobIdField, name: z.string(), type: z.string(), enabled: z.boolean(), status: jobStatus };
