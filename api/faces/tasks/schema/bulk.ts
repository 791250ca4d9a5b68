import { z } from '@hono/zod-openapi';
import { record } from '../../../http/body-fields.ts';
import { id } from './answer-fields.ts';

const MOST = 50_000;
const TOO_MANY = `may be at most ${MOST}: send the rest in a further call`;

/** Each entry is read for itself, so that a faulty one leaves the others as they are. */
export const bulkCreateBody = record({
  tasks: z
    .array(z.unknown(), 'must be a list of tasks, each as in the creation of one')
    .min(1, 'must hold at least one task')
    .max(MOST, TOO_MANY)
    .openapi({ type: 'array', items: { $ref: '#/components/schemas/NewTask' } }),
}).openapi('BulkCreate');

export const bulkDeleteBody = record({
  task_ids: z
    .array(z.string('must be the id of a task'), 'must be a list of ids of tasks')
    .min(1, 'must hold at least one id')
    .max(MOST, TOO_MANY),
}).openapi('BulkDelete');

const problem = {
  code: z.string().openapi({ example: 'INVALID_CRON_EXPRESSION' }),
  message: z.string(),
};

export const bulkCreated = z
  .object({
    created: z.number().openapi({ example: 2 }),
    failed: z.number().openapi({ example: 0 }),
    task_ids: z.array(id).openapi({ description: 'Of those that were created, in the order of the list.' }),
    errors: z
      .array(
        z.object({
          index: z.number().openapi({ description: 'Its place in the list, from 0.' }),
          task_name: z.string().nullable(),
          ...problem,
          fields: z.array(z.object({ field: z.string(), message: z.string() })),
        }),
      )
      .openapi({ description: 'Why the others were not.' }),
  })
  .openapi('BulkCreated');

export const bulkDeleted = z
  .object({
    deleted: z.number().openapi({ example: 3 }),
    failed: z.number().openapi({ example: 0 }),
    errors: z.array(z.object({ task_id: z.string(), ...problem })).openapi({ description: 'Why the others were not.' }),
  })
  .openapi('BulkDeleted');
