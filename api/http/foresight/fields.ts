import { z } from '@hono/zod-openapi';
import { WHY_VERDICTS } from '../../../domain/why.ts';
import { flag, text, wholeNumber } from '../body-fields.ts';

/** What a face that speaks of snake_case tells apart: its word for a job, and how it writes ids, times and statuses. */
interface Dialect<Id extends string | number> {
  readonly noun: string;
  readonly id: z.ZodType<Id>;
  readonly time: z.ZodType<string>;
  readonly timeOrNull: z.ZodType<string | null>;
  readonly executionStatus: z.ZodType<string>;
}

const instant = (description: string) =>
  text(
    {
      description: `${description} ISO date (the whole day) or time; UTC where it has no offset.`,
      example: '2025-03-12',
    },
    { max: 64 },
  );

/** Beside the schedule, or the job, that a preview asks about. */
export const previewFields = {
  count: wholeNumber({ description: 'How many run times.', example: 10 }, 1, 1000).default(10),
  after: instant('Run times later than this; left out: than now.').optional(),
};

/** Beside the parameters of the runs. */
export const backfillFields = {
  start: instant('From here on.'),
  end: instant('Up to here.'),
  dry_run: flag({ description: 'Only lists the run times.', example: true }).default(false),
  only_missed: flag({ description: 'Leaves out what is recorded as anything but missed.', example: false }).default(
    false,
  ),
};

export const whyQuery = z.strictObject({
  at: z.string('must be an ISO date or time, such as 2025-03-12T15:10:30Z').openapi({
    type: 'string',
    description: 'An instant, past or future; UTC where it has no offset.',
    example: '2025-03-12T15:10:30Z',
  }),
});

export function previewAnswer({ noun, time }: Pick<Dialect<string>, 'noun' | 'time'>) {
  return {
    description: z.string().openapi({ description: 'The schedule in words.', example: 'at 02:30 (Europe/Berlin)' }),
    timezone: z.string(),
    enabled: z.boolean().openapi({ description: `Whether the stored ${noun} runs at all as it is.` }),
    executions: z.array(
      z.object({
        time,
        local_time: z.string().openapi({ example: '2025-03-30T03:00:00+02:00' }),
        clock_change: z.enum(['moved', 'merged', 'skipped', 'first_of_two', 'repeated']).nullable(),
        note: z.string().nullable().openapi({ description: 'What a change of the clocks did to it.' }),
        skipped: z.boolean().openapi({ description: 'Someone asked to skip it.' }),
      }),
    ),
  };
}

export function backfillAnswer<Id extends string | number>({ id, time, executionStatus }: Dialect<Id>) {
  return {
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
  };
}

export function whyFields<Id extends string | number>(dialect: Dialect<Id>) {
  const { noun, id, time, timeOrNull, executionStatus } = dialect;
  const seen = z.object({
    execution_id: id,
    status: executionStatus,
    trigger: z.string().openapi({ example: 'scheduled' }),
    scheduled_at: time,
    started_at: timeOrNull,
    completed_at: timeOrNull,
    reason: z.string().nullable().openapi({ description: 'Why it did not run, or ended badly.' }),
  });
  return {
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
      .openapi({ description: `What the ${noun} was at that instant, and who made it so.` }),
    previous_execution: seen.nullable(),
  };
}
