import { z } from '@hono/zod-openapi';
import { detailRefusals } from '../../../http/detail-refusals.ts';
import { englishRefusals } from '../../../http/english-refusals.ts';
import { refusalsOf } from '../../../http/route-answers.ts';

const refusal = detailRefusals('What is wrong and what to change.');

const REFUSALS = {
  ...englishRefusals(refusal),
  400: refusal(
    'Bad input; nothing was stored.',
    'INVALID_CRON_EXPRESSION',
    'cronExpression: must be a cron expression, such as "30 9 * * mon-fri"',
  ),
  403: refusal('The credential is not a super admin.', 'FORBIDDEN', 'This needs the role super_admin.'),
  404: refusal('There is no such job, or it was deleted.', 'JOB_NOT_FOUND', 'Job 1 does not exist.'),
  409: refusal(
    'The state of the job or of the service does not allow it.',
    'JOB_PROTECTED',
    'Job 1 is marked as primary, so it is not deleted by mistake. Repeat it with ?force=true, or set isPrimary to false first.',
  ),
} as const;

/** The documented refusals of a route, beside the ones that any request may meet. */
export const refusals = refusalsOf(REFUSALS);

export const jobParams = z.object({
  job_id: z.string().openapi({ param: { name: 'job_id', in: 'path' }, type: 'integer', example: 1 }),
});
