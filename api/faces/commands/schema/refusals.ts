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
    'cron_expression: must be a cron expression, such as "30 9 * * mon-fri"',
  ),
  403: refusal(
    'The credential, or the whitelist, does not allow it.',
    'COMMAND_NOT_ALLOWED',
    'target_command: "sys.reboot" is not allowed by COMMAND_WHITELIST.',
  ),
  404: refusal('There is no such schedule, execution or template.', 'SCHEDULE_NOT_FOUND', 'It does not exist.'),
  409: refusal(
    'The state of the schedule or of the service does not allow it.',
    'SCHEDULE_BUSY',
    '3 of the schedule\'s executions are under way and at most 3 may be. Wait for them, or use "force": true.',
  ),
  429: refusal(
    'Too many requests of the client, or of the creator; see Retry-After.',
    'RATE_LIMITED',
    'Too many requests: try again in 12 s.',
  ),
} as const;

/** The documented refusals of a route, beside the ones that any request may meet. */
export const refusals = refusalsOf(REFUSALS);

const ID = '0197a3f0-7c1e-7000-8000-3b6a1d5e9f20';
const parameter = (name: string) => z.string().openapi({ param: { name, in: 'path' }, example: ID });

export const scheduleParams = z.object({ id: parameter('id') });
export const dependencyParams = scheduleParams.extend({ dependency_id: parameter('dependency_id') });
export const executionParams = z.object({ id: parameter('id') });
export const statsParams = z.object({ schedule_id: parameter('schedule_id') });
