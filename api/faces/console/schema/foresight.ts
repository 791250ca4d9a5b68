import { z } from '@hono/zod-openapi';
import { WHY_VERDICTS } from '../../../../domain/why.ts';
import { flag, record, wholeNumber } from '../../../http/body-fields.ts';
import { clockChange, instant, localTime, previewRequest } from '../../../http/foresight/fields.ts';
import { executionId, id, textOrNull, time, timeOrNull } from './answer-fields.ts';
import { createBody } from './job-bodies.ts';

const { intervalSeconds, intervalMinutes, intervalHours, intervalDays, cronExpression } = createBody.shape;

export const previewBody = previewRequest({
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
});

export const preview = z
  .object({
    jobId: id.nullable(),
    description: z.string().openapi({ description: 'The schedule in words.', example: 'every 30 minutes' }),
    timezone: z.string(),
    isFiring: z.boolean().openapi({ description: 'Whether the stored job runs at all as it is.' }),
    runs: z.array(
      z.object({
        time,
        localTime,
        clockChange,
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
