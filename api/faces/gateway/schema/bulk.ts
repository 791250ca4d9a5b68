import { z } from '@hono/zod-openapi';
import { flag, record, tags, text, wholeNumber } from '../../../http/body-fields.ts';

const YEAR_MINUTES = 525_600;
const success = z.literal(true).openapi({ example: true });

export const runAllBody = record({
  exclude_tags: tags
    .openapi({ description: 'Jobs with any of these tags are left out.', example: ['maintenance'] })
    .optional(),
  force: flag({ description: 'Runs paused and busy jobs too; disabled ones never.', example: false }).optional(),
  sequential: flag({ description: 'One after another, in the order of their ids.', example: true }).optional(),
}).openapi('RunAll');

export const groupStarted = z
  .object({
    success,
    execution_group_id: z.string().openapi({ example: 'group_20250312151500' }),
    total_jobs: z.number().openapi({ description: 'Enabled jobs without an excluded tag.', example: 3 }),
    started_jobs: z.number().openapi({ description: 'Those of them that were not busy or paused.', example: 3 }),
    status: z.literal('started'),
    progress_url: z.string().openapi({ example: '/api/v1/scheduler/jobs/run/all/group_20250312151500' }),
  })
  .openapi('GroupStarted');

export const groupProgress = z
  .object({
    success,
    execution_group_id: z.string().openapi({ example: 'group_20250312151500' }),
    status: z.enum(['running', 'completed']),
    sequential: z.boolean(),
    total_jobs: z.number(),
    started_jobs: z.number(),
    ended_jobs: z.number(),
    executions: z
      .record(z.string(), z.number())
      .openapi({ description: 'How many are in each state.', example: { success: 2, running: 1 } }),
    start_time: z.string(),
    triggered_by: z.string(),
  })
  .openapi('GroupProgress');

export const groupParams = z.object({
  group_id: z.string().openapi({ param: { name: 'group_id', in: 'path' }, example: 'group_20250312151500' }),
});

export const disableAllBody = record({
  reason: text(
    { description: 'Why; kept with each job and in the audit.', example: 'System maintenance' },
    { max: 1000 },
  ).optional(),
  duration_minutes: wholeNumber(
    { description: 'After so long the jobs disabled by this call are enabled again, and no others.', example: 60 },
    1,
    YEAR_MINUTES,
  ).optional(),
}).openapi('DisableAll');

export const allDisabled = z
  .object({
    success,
    message: z.literal('All jobs disabled'),
    disabled_count: z.number().openapi({ description: 'Jobs that were enabled before.', example: 12 }),
    resume_at: z.string().nullable().openapi({ example: '2025-03-12T16:15:00Z' }),
  })
  .openapi('AllDisabled');
