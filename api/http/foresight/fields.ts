import { z } from '@hono/zod-openapi';
import { flag, record, text, wholeNumber } from '../body-fields.ts';

export const instant = (description: string) =>
  text(
    {
      description: `${description} ISO date (the whole day) or time; UTC where it has no offset.`,
      example: '2025-03-12',
    },
    { max: 64 },
  );

const previewFields = {
  count: wholeNumber({ description: 'How many run times.', example: 10 }, 1, 1000).default(10),
  after: instant('Run times later than this; left out: than now.').optional(),
};

const backfillFields = {
  start: instant('From here on.'),
  end: instant('Up to here.'),
  dry_run: flag({ description: 'Only lists the run times.', example: true }).default(false),
  only_missed: flag({ description: 'Leaves out what is recorded as anything but missed.', example: false }).default(
    false,
  ),
};

/** The body of a preview: how a face says which schedule, or which job. */
export function previewRequest<Shape extends z.ZodRawShape>(shape: Shape) {
  return record({ ...shape, ...previewFields }).openapi('PreviewRequest');
}

/** The body of a backfill in snake_case, and the parameters of its runs where a face has them. */
export function backfillRequest<Shape extends z.ZodRawShape>(shape: Shape) {
  return record({ ...backfillFields, ...shape }).openapi('BackfillRequest');
}

export const whyQuery = z.strictObject({
  at: z.string('must be an ISO date or time, such as 2025-03-12T15:10:30Z').openapi({
    type: 'string',
    description: 'An instant, past or future; UTC where it has no offset.',
    example: '2025-03-12T15:10:30Z',
  }),
});

/** Of a previewed run. */
export const localTime = z.string().openapi({ example: '2025-03-30T03:00:00+02:00' });
export const clockChange = z.enum(['moved', 'merged', 'skipped', 'first_of_two', 'repeated']).nullable();

/** What a job was, in snake_case. */
export function revisionFields<Time extends z.ZodType>({ noun, time }: { noun: string; time: Time }) {
  return z
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
    .openapi({ description: `What the ${noun} was at that instant, and who made it so.` });
}
