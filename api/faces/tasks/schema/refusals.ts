import { z } from '@hono/zod-openapi';
import { englishRefusals } from '../../../http/english-refusals.ts';
import { refusalsOf } from '../../../http/route-answers.ts';

/** DECISIONS section 9. */
const envelope = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string().openapi({ description: 'What is wrong and what to change.' }),
      details: z.record(z.string(), z.any()).openapi({
        description: 'For programs; `fields` names each faulty field of a bad request.',
      }),
    }),
  })
  .openapi('Refusal');

function refusal(description: string, code: string, message: string, details: object = {}) {
  const example = { error: { code, message, details } };
  return { description, content: { 'application/json': { schema: envelope, example } } };
}

const FIELD = {
  field: 'schedule_expression',
  message: 'must be a cron expression, such as "30 9 * * mon-fri"',
};

const REFUSALS = {
  ...englishRefusals(refusal),
  400: refusal('Bad input; nothing was stored.', 'INVALID_CRON_EXPRESSION', `${FIELD.field}: ${FIELD.message}`, {
    fields: [FIELD],
  }),
  403: refusal('The credential does not allow it.', 'FORBIDDEN', 'This needs the role operator.'),
  404: refusal(
    'There is no such task, execution or dependency.',
    'TASK_NOT_FOUND',
    'Task 550e8400-e29b-41d4-a716-446655440000 does not exist.',
  ),
  409: refusal(
    'The state of the task or of the service does not allow it.',
    'TASK_BUSY',
    '1 of the task\'s executions are under way and at most 1 may be. Wait for them, or use "force": true.',
    { limit: 1, running: 1 },
  ),
} as const;

/** The documented refusals of a route, beside the ones that any request may meet. */
export const refusals = refusalsOf(REFUSALS);

const ID = '550e8400-e29b-41d4-a716-446655440000';

export const taskParams = z.object({
  task_id: z.string().openapi({ param: { name: 'task_id', in: 'path' }, example: ID }),
});
export const executionParams = z.object({
  execution_id: z.string().openapi({ param: { name: 'execution_id', in: 'path' }, example: ID }),
});
export const dependencyParams = taskParams.extend({
  dependency_id: z.string().openapi({ param: { name: 'dependency_id', in: 'path' }, example: ID }),
});
