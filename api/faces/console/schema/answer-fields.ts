import { z } from '@hono/zod-openapi';

/** Fields that several answers share. */
export const time = z.string().openapi({ description: 'UTC, to the second.', example: '2025-01-07T10:00:00Z' });
export const timeOrNull = time.nullable();
export const textOrNull = z.string().nullable();
export const id = z.number().int().openapi({ example: 1 });
export const executionId = z
  .string()
  .openapi({ description: 'A UUID.', example: '0194407e-9d20-7000-8000-3f6d3b5c1a22' });
export const statusId = z.number().int().openapi({
  description: '1 pending, 2 running, 3 success, 4 failed, 5 cancelled, 6 timeout, 7 skipped, 8 missed.',
  example: 3,
});
