import { z } from '@hono/zod-openapi';
import { JOB_PHASES } from '../../../../domain/job-phase.ts';

/** Fields that several answers share. */
export const time = z.string().openapi({ description: 'UTC, to the second.', example: '2024-01-09T05:00:00Z' });
export const timeOrNull = time.nullable();
export const id = z.string().openapi({ example: '550e8400-e29b-41d4-a716-446655440000' });
export const taskStatus = z.enum(JOB_PHASES).openapi({
  description:
    '`scheduled`: it runs by its schedule, by dependency or by hand. `running`, `completed`: its last run is under way, or ' +
    'has ended, whatever came of it. `paused`, `disabled`.',
  example: 'scheduled',
});
export const executionStatus = z.string().openapi({
  description: 'queued, waiting, running; success, failed, timeout, cancelled, skipped, missed.',
  example: 'success',
});
export const priority = z.enum(['high', 'medium', 'low']);
export const tags = z.record(z.string(), z.string()).openapi({ example: { team: 'analytics', env: 'production' } });
export const rate = z.number().nullable().openapi({
  description: '0–1: of the runs that succeeded or failed. Null: none counts.',
  example: 0.98,
});
