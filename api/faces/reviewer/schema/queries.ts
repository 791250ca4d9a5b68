import { z } from '@hono/zod-openapi';
import { TASK_TYPES } from '../../../../domain/actions/review.ts';
import { TRENDS } from '../../../../domain/reviews/report.ts';
import { number, oneOf, pageSize, pageStart } from '../../../http/query-fields.ts';
import { EXECUTION_STATUSES } from '../translate/states.ts';

export const tasksQuery = z.strictObject({
  is_active: z
    .string('must be true or false')
    .regex(/^(true|false)$/i, 'must be true or false')
    .transform((word) => word.toLowerCase() === 'true')
    .openapi({ type: 'boolean', description: 'Фильтр по активности.', example: true })
    .optional(),
});

export const executionsQuery = z.strictObject({
  connection_id: number({ description: 'Фильтр по подключению.', example: 1 }, 1, 999_999_999).optional(),
  task_type: oneOf(TASK_TYPES, { description: 'Фильтр по типу задачи.' }).optional(),
  status_filter: oneOf(EXECUTION_STATUSES, { description: 'Фильтр по статусу.', example: 'completed' }).optional(),
  trend: oneOf(TRENDS, {
    description: 'Фильтр по сравнению с прошлым разом: первый, лучше, так же, хуже.',
    example: 'worse',
  }).optional(),
  limit: pageSize(100),
  offset: pageStart,
});
