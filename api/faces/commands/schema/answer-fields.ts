import { z } from '@hono/zod-openapi';
import { EXECUTION_STATES } from '../../../../domain/execution.ts';
import { SCHEDULE_STATUSES } from '../translate/states.ts';

/** Fields that several answers share. */
export const time = z.string().openapi({ description: 'UTC, to the second.', example: '2026-11-21T14:00:00Z' });
export const timeOrNull = time.nullable();
export const id = z.string().openapi({ example: '0197a3f0-7c1e-7000-8000-3b6a1d5e9f20' });
export const scheduleStatus = z.enum(SCHEDULE_STATUSES).openapi({
  description: '`completed`: its last fire has ended, whatever came of it.',
});
export const executionStatus = z.enum(EXECUTION_STATES);

/** A page of a list (DECISIONS section 9). */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.number().openapi({ description: 'All that fit.', example: 1 }),
    limit: z.number().openapi({ example: 50 }),
    offset: z.number().openapi({ example: 0 }),
  });
}
