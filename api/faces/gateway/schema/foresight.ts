import { z } from '@hono/zod-openapi';
import { WHY_VERDICTS } from '../../../../domain/why.ts';
import { typedSchedule } from './conflict-bodies.ts';
import { flag, record, text, wholeNumber } from '../../../http/body-fields.ts';
import { clockChange, instant, localTime, revisionFields } from '../../../http/foresight/fields.ts';

const success = z.literal(true).openapi({ example: true });
const time = z.string().openapi({ description: 'UTC, to the second.', example: '2025-03-30T01:00:00Z' });
const jobIdField = z.string().openapi({ example: 'job_001' });
const executionIdField = z.string().openapi({ example: 'exec_20250312151030123' });

export const previewBody = record({
  job_id: text(
    { description: 'A stored job: its schedule, or changes of it.', example: 'job_001' },
    { min: 1, max: 100 },
  ).optional(),
  schedule: typedSchedule.optional(),
  count: wholeNumber({ description: 'How many fire times.', example: 10 }, 1, 1000).default(10),
  after: instant('Fire times later than this; left out: than now.').optional(),
}).openapi('PreviewRequest');

export const preview = z
  .object({
    success,
    job_id: jobIdField.nullable(),
    description: z
      .string()
      .openapi({ description: 'The schedule in words.', example: 'at 02:30 every day (Europe/Berlin)' }),
    timezone: z.string().openapi({ example: 'Europe/Berlin' }),
    enabled: z.boolean().openapi({ description: 'Whether the stored job fires at all as it is.' }),
    executions: z.array(
      z.object({
        time,
        local_time: localTime,
        clock_change: clockChange,
        note: z.string().nullable().openapi({
          description: 'What a change of the clocks did to it.',
          example: '02:30 does not exist on 2025-03-30, when the clocks go from 02:00 to 03:00: moved to 03:00',
        }),
        skipped: z.boolean().openapi({ description: 'Someone asked to skip it.' }),
      }),
    ),
  })
  .openapi('Preview');

export const skipBody = record({
  reason: text({ description: 'Why; kept in the audit.', example: 'Holiday' }, { max: 1000 }).optional(),
}).openapi('SkipNext');

export const skipped = z
  .object({
    success,
    message: z.string().openapi({ example: 'The next execution will be skipped' }),
    job_id: jobIdField,
    execution_id: executionIdField,
    skipped_execution: time,
    next_execution: time.nullable().openapi({ description: 'The first one after it that will run.' }),
  })
  .openapi('SkippedNext');

export const backfillBody = record({
  start: instant('From here on.'),
  end: instant('Up to here.'),
  dry_run: flag({ description: 'Only lists the fire times.', example: true }).default(false),
  only_missed: flag({
    description: 'Leaves out what the history holds as anything but missed.',
    example: false,
  }).default(false),
  parameters: z
    .record(z.string(), z.json(), 'must be an object of names and JSON values')
    .openapi({
      type: 'object',
      additionalProperties: true,
      description: 'Template variables of these runs.',
      example: {},
    })
    .optional(),
}).openapi('BackfillRequest');

export const backfill = z
  .object({
    success,
    message: z.string().openapi({ example: '3 executions were started, one after another' }),
    job_id: jobIdField,
    dry_run: z.boolean(),
    group_id: z.string().nullable().openapi({ description: 'Of the workflow that runs them; null in a dry run.' }),
    total: z.number().openapi({ example: 3 }),
    executions: z.array(
      z.object({
        scheduled_time: time,
        execution_id: executionIdField.nullable().openapi({ description: 'The new run; null in a dry run.' }),
        recorded_status: z
          .string()
          .nullable()
          .openapi({ description: 'What the history holds for this time.', example: 'missed' }),
        recorded_execution_id: executionIdField
          .nullable()
          .openapi({ description: 'That entry, such as the missed one.' }),
      }),
    ),
  })
  .openapi('Backfill');

const seen = z.object({
  execution_id: executionIdField,
  status: z.string().openapi({ example: 'skipped' }),
  trigger: z.string().openapi({ example: 'scheduled' }),
  scheduled_time: time,
  start_time: time.nullable(),
  end_time: time.nullable(),
  reason: z.string().nullable().openapi({ description: 'Why it did not run, or ended badly.' }),
});

export const whyAnswer = z
  .object({
    success,
    job_id: jobIdField,
    job_name: z.string(),
    at: time,
    verdict: z.enum(WHY_VERDICTS),
    explanation: z.string().openapi({ example: 'Skipped: someone asked to skip this fire.' }),
    executions: z.array(seen).openapi({ description: 'With just this time, the scheduled one first.' }),
    under_way: z.array(seen).openapi({ description: 'Began before and were still running then.' }),
    revision: revisionFields({ noun: 'job', time }),
    previous_execution: seen.nullable(),
    next_execution: time
      .nullable()
      .openapi({ description: 'The next fire time after it, by the schedule then in force.' }),
  })
  .openapi('Why');
