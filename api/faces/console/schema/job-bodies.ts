import { z } from '@hono/zod-openapi';
import { checkedByDomain, flag, record, text, wholeNumber } from '../../../http/body-fields.ts';

const DAY_SECONDS = 86_400;
const TEN_YEARS_SECONDS = 315_360_000;

const name = (description: string, example: string) =>
  text({ description, example }, { min: 1, max: 255 }).nullable().optional();
const description = (words: string) => text({ description: words }, { max: 10_000 }).nullable().optional();
const interval = (unit: string, example: number) =>
  wholeNumber(
    { description: `The interval's ${unit}; the interval fields add up.`, example },
    0,
    Math.floor(TEN_YEARS_SECONDS),
  )
    .nullable()
    .optional();

const taskFunctionId = wholeNumber(
  { description: 'What runs: an id of `GET /api/v1/scheduler/task-functions`.', example: 1 },
  1,
  2_147_483_647,
);

const settings = {
  nameEn: name("Left out, the function's own name is shown.", 'HRIS Sync'),
  nameAr: name('The name in Arabic.', 'مزامنة الموارد البشرية'),
  descriptionEn: description('What it is for.'),
  descriptionAr: description('The same in Arabic.'),
  intervalSeconds: interval('seconds', 30),
  intervalMinutes: interval('minutes', 30),
  intervalHours: interval('hours', 1),
  intervalDays: interval('days', 1),
  cronExpression: text(
    {
      description: 'Five fields, or six that begin with seconds, in SCHEDULER_TIMEZONE. Not beside an interval.',
      example: '0 2 * * *',
    },
    { min: 1, max: 100 },
  )
    .nullable()
    .optional(),
  priority: wholeNumber({ description: 'Higher goes first where not all can at once.', example: 5 }, 0, 10).optional(),
  maxInstances: wholeNumber(
    { description: "The job's own parallel runs, those by hand included.", example: 1 },
    1,
    10,
  ).optional(),
  misfireGraceTime: wholeNumber(
    { description: 'How late, in seconds, a missed run may still begin.', example: 60 },
    0,
    DAY_SECONDS,
  ).optional(),
  coalesce: flag({ description: 'Several missed runs within the grace become one.', example: true }).optional(),
  isEnabled: flag({ description: 'Whether it runs by its schedule.', example: true }).optional(),
  isPrimary: flag({
    description: 'Marks a critical job: it is deleted and disabled with `?force=true` only.',
    example: false,
  }).optional(),
  payload: checkedByDomain({ description: 'Any JSON, handed to the function as it is.', example: {} }),
};

/** console.txt, ScheduledJobCreate. */
export const createBody = record({ taskFunctionId, ...settings }).openapi('ScheduledJobCreate');
export type CreateBody = z.infer<typeof createBody>;

/** console.txt, ScheduledJobUpdate: "All fields optional for partial updates". */
export const updateBody = record({ taskFunctionId: taskFunctionId.optional(), ...settings }).openapi(
  'ScheduledJobUpdate',
);
export type UpdateBody = z.infer<typeof updateBody>;

const JOB_ACTIONS = ['enable', 'disable', 'trigger', 'pause', 'resume'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

export const actionBody = record({
  action: z
    .enum(JOB_ACTIONS, { error: `must be one of: ${JOB_ACTIONS.join(', ')}` })
    .openapi({ description: 'What to do.', example: 'trigger' }),
}).openapi('JobActionRequest');

export const cleanupBody = record({
  retentionDays: wholeNumber({ description: 'How many days are kept.', example: 30 }, 0, 36_500).nullable().optional(),
}).openapi('CleanupRequest');
