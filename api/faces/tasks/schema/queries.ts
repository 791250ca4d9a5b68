import { z } from '@hono/zod-openapi';
import { JOB_PHASES } from '../../../../domain/job-phase.ts';
import { LOG_LEVELS } from '../../../../domain/execution.ts';
import { count, oneOf, pageSize, pageStart } from '../../../http/query-fields.ts';
import { EXECUTION_STATUSES } from '../translate/states.ts';

const TAG = /^[^=:]+[=:]/;

export const listQuery = z.strictObject({
  status: oneOf(JOB_PHASES, { description: 'Where they stand.', example: 'scheduled' }).optional(),
  priority: oneOf(['high', 'medium', 'low'], { description: 'Their priority.', example: 'high' }).optional(),
  tags: z
    .string('must be given once, as a comma-separated list')
    .transform((list) => list.split(',').map((tag) => tag.trim()))
    .refine(
      (list) => list.every((tag) => TAG.test(tag)),
      'must be a list of name:text, such as team:analytics,env:production',
    )
    .transform((list) => list.map((tag) => tag.replace(/[=:]/, '=')))
    .openapi({
      type: 'string',
      description: 'Comma-separated `name:text` (or `name=text`); a task must have all of them.',
      example: 'team:analytics,env:production',
    })
    .optional(),
  limit: pageSize(20),
  offset: pageStart,
});

export const executionsQuery = z.strictObject({
  status: oneOf(EXECUTION_STATUSES, { description: 'How they stand or ended.' }).optional(),
  limit: pageSize(10),
  offset: pageStart,
});

export const logsQuery = z.strictObject({
  level: oneOf(LOG_LEVELS, { description: 'Lines of this level and above.', example: 'info' }).default('debug'),
  limit: count({ description: 'Lines of a page.' }, 1000, 1, 1000),
  offset: count({ description: '`next_offset` of the page before.', example: 0 }, 0, 0, 10_000_000),
});

export const graphQuery = z.strictObject({
  all: oneOf(['true', 'false'], {
    description: 'Whether tasks that wait for none and that none waits for are shown, too.',
  }).default('false'),
});
