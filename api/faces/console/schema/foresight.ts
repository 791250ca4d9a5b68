import { z } from '@hono/zod-openapi';
import { WHY_VERDICTS } from '../../../../domain/why.ts';
import { flag, record, text, wholeNumber } from '../../../http/body-fields.ts';
import { executionId, id, textOrNull, time, timeOrNull } from './answer-fields.ts';
import { createBody } from './job-bodies.ts';

const { intervalSeconds, intervalMinutes, intervalHours, intervalDays, cronExpression } = createBody.shape;
const instant = (description: string) =>
  text(
    {
      description: `${description} ISO date (the whole day) or time; UTC where it has no offset.`,
      example: '2025-03-12',
    },
    { max: 64 },
  );

export const previewBody = record({
  jobId: wholeNumber(
    { description: 'A stored job: its schedule, or changes of it.' },
    1,
    999_999_999_999_999,
  ).optional(),
  intervalSeconds,
  intervalMinutes,
  intervalHours,
  intervalDays,
  cronExpression,
  count: wholeNumber({ description: 'How many run times.', example: 10 }, 1, 1000).default(10),
  after: instant('Run times later than this; left out: than now.').optional(),
}).openapi('PreviewRequest');

export const preview = z
  .object({
    jobId: id.nullable(),
    description: z.string().openapi({ description: 'The schedule in words.', example: 'every 30 minutes' }),
    timezone: z.string(),
    isFiring: z.boolean().openapi({ description: 'Whether the stored job runs at all as it is.' }),
    runs: z.array(
      z.object({
        time,
        localTime: z.string().openapi({ example: '2025-03-30T03:00:00+02:00' }),
        clockChange: z.enum(['moved', 'merged', 'skipped', 'first_of_two', 'repeated']).nullable(),
        note: textOrNull.openapi({ description: 'What a change of the clocks did to it.' }),
        isSkipped: z.boolean().openapi({ description: 'Someone asked to skip it.' }),
      }),
    ),
  })
  .openapi('Preview');

export const skipped = z
  .object({ jobId: id, executionId, skippedRunAt: time, nextRunAt: timeOrNull })
  .openapi('SkippedNext');

export const backfillBody = record({
  start: instant('From here on.'),
  end: instant('Up to here.'),
  dryRun: flag({ description: 'Only lists the run times.', example: true }).default(false),
  onlyMissed: flag({ description: 'Leaves out what is recorded as anything but missed.', example: false }).default(
    false,
  ),
}).openapi('BackfillRequest');

const statusName = z.string().openapi({ example: 'success' });

export const backfill = z
  .object({
    jobId: id,
    dryRun: z.boolean(),
    groupId: textOrNull.openapi({ description: 'Of the workflow that runs them; null in a dry run.' }),
    total: z.number().openapi({ example: 3 }),
    runs: z.array(
      z.object({
        scheduledAt: time,
        executionId: textOrNull.openapi({ description: 'The new run; null in a dry run.' }),
        recordedStatusName: statusName.nullable().openapi({ description: 'What is recorded for this time.' }),
        recordedExecutionId: textOrNull,
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
  executionId,
  statusName,
  trigger: z.string().openapi({ example: 'scheduled' }),
  scheduledAt: time,
  startedAt: timeOrNull,
  completedAt: timeOrNull,
  reason: textOrNull.openapi({ description: 'Why it did not run, or ended badly.' }),
});

export const whyAnswer = z
  .object({
    jobId: id,
    name: z.string(),
    at: time,
    verdict: z.enum(WHY_VERDICTS),
    explanation: z.string().openapi({ example: 'Skipped: someone asked to skip this fire.' }),
    executions: z.array(seen).openapi({ description: 'With just this time, the scheduled one first.' }),
    underWay: z.array(seen).openapi({ description: 'Began before and were still running then.' }),
    revision: z
      .object({
        revision: z.number(),
        schedule: z.string().openapi({ description: 'In words.', example: 'every 30 minutes' }),
        isEnabled: z.boolean(),
        since: time,
        change: z.string().openapi({ example: 'updated' }),
        changedBy: z.string(),
        reason: textOrNull,
      })
      .nullable()
      .openapi({ description: 'What the job was at that instant, and who made it so.' }),
    previousExecution: seen.nullable(),
    nextRunAt: timeOrNull,
  })
  .openapi('Why');
