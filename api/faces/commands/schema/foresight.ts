import { z } from '@hono/zod-openapi';
import { WHY_VERDICTS } from '../../../../domain/why.ts';
import { flag, record, text, wholeNumber } from '../../../http/body-fields.ts';
import { SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';
import { executionStatus, id, time, timeOrNull } from './answer-fields.ts';
import { timing, triggerBody } from './schedule-bodies.ts';

const instant = (description: string) =>
  text(
    {
      description: `${description} ISO date (the whole day) or time; UTC where it has no offset.`,
      example: '2025-03-12',
    },
    { max: 64 },
  );

export const previewBody = record({
  schedule_id: text({ description: 'A stored schedule, or changes of it.' }, { min: 1, max: 100 }).optional(),
  schedule_type: z
    .enum(SCHEDULE_TYPE_NAMES, { error: `must be one of: ${SCHEDULE_TYPE_NAMES.join(', ')}` })
    .openapi({ example: 'cron' })
    .optional(),
  ...timing,
  count: wholeNumber({ description: 'How many run times.', example: 10 }, 1, 1000).default(10),
  after: instant('Run times later than this; left out: than now.').optional(),
}).openapi('PreviewRequest');

export const preview = z
  .object({
    schedule_id: id.nullable(),
    description: z.string().openapi({ description: 'The schedule in words.', example: 'at 02:30 (Europe/Berlin)' }),
    timezone: z.string(),
    enabled: z.boolean().openapi({ description: 'Whether the stored schedule runs at all as it is.' }),
    executions: z.array(
      z.object({
        time,
        local_time: z.string().openapi({ example: '2025-03-30T03:00:00+02:00' }),
        clock_change: z.enum(['moved', 'merged', 'skipped', 'first_of_two', 'repeated']).nullable(),
        note: z.string().nullable().openapi({ description: 'What a change of the clocks did to it.' }),
        skipped: z.boolean().openapi({ description: 'Someone asked to skip it.' }),
      }),
    ),
  })
  .openapi('Preview');

export const skipped = z
  .object({ schedule_id: id, execution_id: id, skipped_execution_time: time, next_run_at: timeOrNull })
  .openapi('SkippedNext');

export const backfillBody = record({
  start: instant('From here on.'),
  end: instant('Up to here.'),
  dry_run: flag({ description: 'Only lists the run times.', example: true }).default(false),
  only_missed: flag({ description: 'Leaves out what is recorded as anything but missed.', example: false }).default(
    false,
  ),
  parameters: triggerBody.shape.parameters,
}).openapi('BackfillRequest');

export const backfill = z
  .object({
    schedule_id: id,
    dry_run: z.boolean(),
    group_id: z.string().nullable().openapi({ description: 'Of the workflow that runs them; null in a dry run.' }),
    total: z.number().openapi({ example: 3 }),
    executions: z.array(
      z.object({
        scheduled_at: time,
        execution_id: id.nullable().openapi({ description: 'The new run; null in a dry run.' }),
        recorded_status: executionStatus.nullable().openapi({ description: 'What is recorded for this time.' }),
        recorded_execution_id: id.nullable(),
      }),
    ),
  })
  .openapi('Backfill');

export const whyQuery = z.strictObject({
  at: z.string('must be an ISO date or time, such as 2025-03-12T15:10:30Z').openapi({
    type: 'string',
    description: 'An instant, past or future; UTC where it has no offset.',
    example: '2025-03-12T15:10:30Z',
  }),
});

const seen = z.object({
  execution_id: id,
  status: executionStatus,
  trigger: z.string().openapi({ example: 'scheduled' }),
  scheduled_at: time,
  started_at: timeOrNull,
  completed_at: timeOrNull,
  reason: z.string().nullable().openapi({ description: 'Why it did not run, or ended badly.' }),
});

export const whyAnswer = z
  .object({
    schedule_id: id,
    schedule_name: z.string(),
    at: time,
    verdict: z.enum(WHY_VERDICTS),
    explanation: z.string().openapi({ example: 'Skipped: someone asked to skip this fire.' }),
    executions: z.array(seen).openapi({ description: 'With just this time, the scheduled one first.' }),
    under_way: z.array(seen).openapi({ description: 'Began before and were still running then.' }),
    revision: z
      .object({
        revision: z.number(),
        schedule: z.string().openapi({ description: 'In words.', example: 'every 30 seconds' }),
        enabled: z.boolean(),
        since: time,
        change: z.string().openapi({ example: 'updated' }),
        changed_by: z.string(),
        reason: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'What the schedule was at that instant, and who made it so.' }),
    previous_execution: seen.nullable(),
    next_run_at: timeOrNull,
  })
  .openapi('Why');
