import { z } from '@hono/zod-openapi';
import { refusalsOf } from '../../../http/route-answers.ts';

/** gateway.txt, Error Handling. */
const envelope = z
  .object({
    success: z.literal(false),
    error: z.string().openapi({ description: 'The code in words.' }),
    message: z.string().openapi({ description: 'What is wrong and what to change.' }),
    code: z.string(),
    timestamp: z.string(),
    fields: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Each faulty field of a bad request.' }),
    conflicts: z
      .array(z.object({ job_id: z.string(), job_name: z.string(), conflict_period: z.string() }))
      .optional()
      .openapi({ description: 'With SCHEDULE_CONFLICT: the jobs in conflict.' }),
  })
  .openapi('Refusal');

const timestamp = '2025-03-12T15:10:30Z';

function refusal(description: string, error: string, code: string, message: string, more: object = {}) {
  const example = { success: false, error, message, code, timestamp, ...more };
  return { description, content: { 'application/json': { schema: envelope, example } } };
}

const FIELD = {
  field: 'schedule.interval_seconds',
  message: 'must be a whole number of seconds from 1 to 315360000 (10 years)',
};

const REFUSALS = {
  400: refusal(
    'Bad input; nothing was stored.',
    'Invalid schedule',
    'INVALID_SCHEDULE',
    `${FIELD.field}: ${FIELD.message}`,
    {
      fields: [FIELD],
    },
  ),
  401: refusal(
    'No credential, or a bad one.',
    'Unauthenticated',
    'UNAUTHENTICATED',
    'Send "Authorization: Bearer <token>".',
  ),
  403: refusal('The credential does not allow it.', 'Forbidden', 'FORBIDDEN', 'This needs the role operator.'),
  404: refusal('There is no such job or execution.', 'Job not found', 'JOB_NOT_FOUND', 'Job job_999 does not exist.'),
  409: refusal(
    'The state of the job or of the service does not allow it.',
    'Job busy',
    'JOB_BUSY',
    '1 of the job\'s executions are under way and at most 1 may be. Wait for them, or use "force": true.',
  ),
  413: refusal('The body is too large.', 'Payload too large', 'PAYLOAD_TOO_LARGE', 'The body is too large.'),
  429: refusal(
    'Too many requests; see Retry-After.',
    'Rate limited',
    'RATE_LIMITED',
    'Too many requests: try again in 12 s.',
  ),
  503: refusal(
    'Temporal or the database does not answer; nothing was stored.',
    'Engine unavailable',
    'ENGINE_UNAVAILABLE',
    'Temporal does not answer. Try again in some seconds.',
  ),
} as const;

/** The documented refusals of a route, beside the ones that any request may meet. */
export const refusals = refusalsOf(REFUSALS);

export const jobParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, description: 'Job ID.', example: 'job_001' }),
});
export const executionParams = z.object({
  id: z
    .string()
    .openapi({ param: { name: 'id', in: 'path' }, description: 'Execution ID.', example: 'exec_20250312151030123' }),
});
