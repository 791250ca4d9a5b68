import { z } from '@hono/zod-openapi';
import { TASK_TYPES } from '../../../../domain/actions/review.ts';
import { EXECUTION_STATUSES } from '../translate/states.ts';

/** Fields that several answers share. */
export const time = z
  .string()
  .openapi({ description: 'UTC с точностью до секунды, без часового пояса.', example: '2024-01-01T00:00:00' });
export const timeOrNull = time.nullable();
export const id = z.number().int().openapi({ example: 1 });
export const taskType = z.enum(TASK_TYPES).openapi({ example: 'log_analysis' });
export const executionStatus = z.enum(EXECUTION_STATUSES).openapi({ example: 'completed' });
