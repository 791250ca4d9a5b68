import { z } from '@hono/zod-openapi';
import { CONFLICT_TYPES, SEVERITIES } from '../../../../domain/conflicts/conflict.ts';
import { FIELD_DOCS } from '../../../http/schedules/schedule-type.ts';
import { SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';
import { action } from './action-docs.ts';
import { record, text, wholeNumber } from '../../../http/body-fields.ts';

const WEEK_SECONDS = 604_800;

/** A schedule that carries its own `type`, as the document of conflicts has it. */
export const typedSchedule = z
  .looseObject(
    { type: z.enum(SCHEDULE_TYPE_NAMES, { error: `must be one of: ${SCHEDULE_TYPE_NAMES.join(', ')}` }).optional() },
    'must be an object with a type and its fields, such as {"type": "daily", "time": "02:00"}',
  )
  .openapi({
    type: 'object',
    properties: {
      type: { type: 'string', enum: SCHEDULE_TYPE_NAMES },
      ...FIELD_DOCS,
    },
    additionalProperties: false,
    description: 'The type of the schedule and the fields of that type, as in the creation of a job.',
    example: { type: 'daily', time: '02:00' },
  });

export const conflictBody = record({
  job_id: text(
    { description: 'The job in question; any other id, such as `job_new`, stands for a new one.', example: 'job_new' },
    { min: 1, max: 100 },
  ).optional(),
  schedule: typedSchedule.optional(),
  action,
  estimated_duration_seconds: wholeNumber(
    { description: "How long a run takes. Left out: the mean of the job's runs, else a second.", example: 300 },
    1,
    WEEK_SECONDS,
  ).optional(),
}).openapi('ConflictCheck');

export const conflictReport = z
  .object({
    success: z.literal(true).openapi({ example: true }),
    has_conflicts: z.boolean().openapi({ example: true }),
    conflicts: z.array(
      z.object({
        job_id: z.string().openapi({ example: 'job_001' }),
        job_name: z.string().openapi({ example: 'Daily Backup' }),
        conflict_type: z.enum(CONFLICT_TYPES).openapi({
          description:
            '`resource_overlap`: both use the same relay, topic, file pattern or system operation; `capacity`: more run at ' +
            'once than may; `time_overlap`: they merely run side by side.',
          example: 'time_overlap',
        }),
        conflict_period: z.string().openapi({
          description: "The first overlap, in whole minutes of the schedule's time zone.",
          example: '02:00-02:05',
        }),
        severity: z.enum(SEVERITIES).openapi({ example: 'medium' }),
        first_at: z.string().openapi({ description: 'When it begins, UTC.', example: '2025-03-13T02:00:00Z' }),
        resources: z.array(z.string()).openapi({ description: 'What both use.', example: [] }),
      }),
    ),
    recommendations: z
      .array(z.string())
      .openapi({ description: 'Times proven free of the conflict.', example: ['Schedule at 02:10 to avoid conflict'] }),
  })
  .openapi('ConflictReport');
