import { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../../../../domain/errors.ts';
import { refusalsOf } from '../../../http/route-answers.ts';

/** DECISIONS section 9. */
const envelope = z
  .object({
    detail: z.string().openapi({ description: 'What is wrong and what to change.' }),
    code: z.string(),
  })
  .openapi('Refusal');

function refusal(description: string, code: ErrorCode, detail: string) {
  return { description, content: { 'application/json': { schema: envelope, example: { detail, code } } } };
}

const REFUSALS = {
  400: refusal(
    'Bad input; nothing was stored.',
    'INVALID_CRON_EXPRESSION',
    'cronExpression: must be a cron expression, such as "30 9 * * mon-fri"',
  ),
  401: refusal('No credential, or a bad one.', 'UNAUTHENTICATED', 'Send "Authorization: Bearer <token>".'),
  403: refusal('The credential is not a super admin.', 'FORBIDDEN', 'This needs the role super_admin.'),
  404: refusal('There is no such job, or it was deleted.', 'JOB_NOT_FOUND', 'Job 1 does not exist.'),
  409: refusal(
    'The state of the job or of the service does not allow it.',
    'JOB_PROTECTED',
    'Job 1 is marked as primary, so it is not deleted by mistake. Repeat it with ?force=true, or set isPrimary to false first.',
  ),
  413: refusal('The body is too large.', 'PAYLOAD_TOO_LARGE', 'The body is too large.'),
  429: refusal('Too many requests; see Retry-After.', 'RATE_LIMITED', 'Too many requests: try again in 12 s.'),
  503: refusal(
    'Temporal or the database does not answer; nothing was stored.',
    'ENGINE_UNAVAILABLE',
    'Temporal does not answer. Try again in some seconds.',
  ),
} as const;

/** The documented refusals of a route, beside the ones that any request may meet. */
export const refusals = refusalsOf(REFUSALS);

export const jobParams = z.object({
  job_id: z.string().openapi({ param: { name: 'job_id', in: 'path' }, type: 'integer', example: 1 }),
});
