import { z } from '@hono/zod-openapi';
import { record, text } from '../../../http/body-fields.ts';
import { id } from './answer-fields.ts';

const MOST_NEW = 10_000;
const MOST_CHANGED = 1_000;

/** Each entry is read for itself, so that a faulty one leaves the others as they are. */
export const bulkCreateBody = record({
  schedules: z
    .array(z.unknown(), 'must be a list of schedules, each as in the creation of one')
    .min(1, 'must hold at least one schedule')
    .max(MOST_NEW, `may be at most ${MOST_NEW}: send the rest in a further call`)
    .openapi({ type: 'array', items: { $ref: '#/components/schemas/NewSchedule' } }),
}).openapi('BulkCreate');

const NEEDED = 'must be pause, resume or delete';

export const bulkOperationBody = record({
  schedule_ids: z
    .array(z.string('must be the id of a schedule'), 'must be a list of ids of schedules')
    .min(1, 'must hold at least one id')
    .max(MOST_CHANGED, `may be at most ${MOST_CHANGED}: send the rest in a further call`),
  operation: z.enum(['pause', 'resume', 'delete'], NEEDED).openapi({ example: 'pause' }),
  reason: text({ description: 'Why; kept in the audit.', example: 'Maintenance window' }, { max: 1000 }).optional(),
}).openapi('BulkOperation');

const problem = z
  .object({ detail: z.string(), code: z.string() })
  .openapi({ description: 'Why it was not.' })
  .optional();

export const bulkCreated = z
  .object({
    created: z.number().openapi({ example: 2 }),
    failed: z.number().openapi({ example: 0 }),
    results: z.array(
      z.object({
        index: z.number().openapi({ description: 'Its place in the list, from 0.' }),
        id: id.optional(),
        error: problem,
      }),
    ),
  })
  .openapi('BulkCreated');

export const bulkDone = z
  .object({
    operation: z.string().openapi({ example: 'pause' }),
    total: z.number().openapi({ example: 3 }),
    succeeded: z.number().openapi({ example: 3 }),
    failed: z.number().openapi({ example: 0 }),
    results: z.array(z.object({ schedule_id: z.string(), success: z.boolean(), error: problem })),
  })
  .openapi('BulkDone');
