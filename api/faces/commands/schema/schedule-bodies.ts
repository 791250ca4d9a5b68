import { z } from '@hono/zod-openapi';
import { DEPENDENCY_TYPES } from '../../../../domain/dependencies.ts';
import { RETRY_CLASSES } from '../../../../domain/retry.ts';
import { checkedByDomain, choice, flag, record, tags, text, wholeNumber } from '../../../http/body-fields.ts';
import { SCHEDULE_FIELDS } from '../../../http/schedules/schedule-fields.ts';
import { typesInWords } from '../../../http/schedules/schedule-type.ts';
import { SCHEDULE_TYPES, SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';
import { TIMING_FIELDS } from '../translate/timing-shape.ts';

const DAY_SECONDS = 86_400;

const name = text({ description: 'What it is called.', example: 'daily_summary_emails' }, { min: 1, max: 200 });

const scheduleType = choice(SCHEDULE_TYPE_NAMES, {
  description: `When it fires. The fields of each type, the needed ones in bold:\n\n${typesInWords(SCHEDULE_TYPES)}`,
  example: 'cron',
});

/** When it fires: checked by the schedule's own kind in the domain. */
export const timing = Object.fromEntries(
  TIMING_FIELDS.map((field) => [field, checkedByDomain({ ...SCHEDULE_FIELDS[field].doc })]),
) as Record<(typeof TIMING_FIELDS)[number], ReturnType<typeof checkedByDomain>>;

/** What it sends: checked by the action's own kind in the domain. */
const target = {
  target_command: checkedByDomain({
    type: 'string',
    description: 'The NATS subject, within COMMAND_WHITELIST.',
    example: 'cmd.notification.send.bulk',
  }),
  command_payload: checkedByDomain({
    description: 'Any JSON. Its strings may hold variables, such as `${SCHEDULED_TIME}`.',
    example: { notification_type: 'daily_summary', recipient_filter: 'active_users' },
  }),
  command_headers: checkedByDomain({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Further headers of the message.',
    example: { 'X-Region': 'eu' },
  }),
  expect_reply: checkedByDomain({
    type: 'boolean',
    description: 'Whether the reply is awaited; it becomes the result.',
    example: false,
  }),
  reply_timeout_seconds: checkedByDomain({
    type: ['number', 'null'],
    description: 'How long a reply is awaited; left out: as long as the attempt may run.',
    example: 10,
  }),
  webhook: checkedByDomain({
    type: 'object',
    description: 'Instead of a command an HTTP request: `url`, `method` (POST), `headers`, `body`, `max_redirects`.',
    example: { url: 'https://example.com/hook', body: { at: '${SCHEDULED_TIME}' } },
  }),
};

const retry = checkedByDomain({
  type: 'object',
  description:
    `How failures are retried: \`strategy\` fixed or exponential, \`max_retries\`, \`first_wait_seconds\`, \`max_wait_seconds\`, ` +
    `\`jitter_percentage\`, \`retry_on\` (of ${RETRY_CLASSES.join(', ')}).`,
  example: { strategy: 'fixed', first_wait_seconds: 30, retry_on: ['timeout', 'unreachable'] },
});

export const dependencyBody = record({
  schedule_id: text({ description: 'The schedule to wait for.' }, { min: 1, max: 100 }),
  type: checkedByDomain({
    type: 'string',
    enum: [...DEPENDENCY_TYPES],
    default: 'success',
    description: "What it asks of that one's end: success, completion (success or failure), or any end at all.",
  }),
});

const notifications = record({
  on_success: flag({ description: 'After a success.' }).optional(),
  on_failure: flag({ description: 'After a failure for good.' }).optional(),
  on_timeout: flag({ description: 'After running out of time for good.' }).optional(),
});

export const variables = z.record(z.string().max(100), z.json(), 'must be an object of names and JSON values').openapi({
  type: 'object',
  additionalProperties: true,
  description: 'Variables of its own for the payload.',
  example: { region: 'eu' },
});

const settings = {
  description: text({ description: 'What it is for.' }, { max: 2000 }).optional(),
  ...timing,
  ...target,
  tags: tags.optional(),
  variables: variables.optional(),
  priority: wholeNumber({ description: 'Higher goes first.', example: 7 }, 0, 10).optional(),
  max_retries: wholeNumber(
    { description: 'After the first attempt; default DEFAULT_MAX_RETRIES.', example: 5 },
    0,
    100,
  ).optional(),
  retry_delay_seconds: wholeNumber(
    { description: 'The first wait, doubled each time up to an hour; default DEFAULT_RETRY_DELAY.', example: 300 },
    0,
    DAY_SECONDS,
  ).optional(),
  retry,
  timeout_seconds: wholeNumber({ description: 'Bounds one attempt.', example: 300 }, 1, DAY_SECONDS).optional(),
  max_instances: wholeNumber(
    { description: 'Its own parallel runs; default SCHEDULER_MAX_INSTANCES.', example: 3 },
    1,
    1000,
  ).optional(),
  misfire_grace_time: wholeNumber(
    {
      description: 'How late, in seconds, a missed fire still runs; default SCHEDULER_MISFIRE_GRACE_TIME.',
      example: 300,
    },
    0,
    DAY_SECONDS,
  ).optional(),
  coalesce: flag({ description: 'Several missed fires within the grace run once.', example: true }).optional(),
  stop_on_error: flag({ description: 'A run that failed for good disables it.', example: false }).optional(),
  notifications: notifications.optional(),
  enabled: flag({ description: 'False: it is disabled, until a change enables it.', example: true }).optional(),
  dependencies: z
    .array(dependencyBody, 'must be a list such as [{"schedule_id": "…", "type": "success"}]')
    .openapi({ description: 'The schedules that each run waits for; in a change the whole list.', example: [] })
    .optional(),
};

export const createBody = record({ name, schedule_type: scheduleType, ...settings }).openapi('NewSchedule');
export type CreateBody = z.infer<typeof createBody>;

export const updateBody = record({
  name: name.optional(),
  schedule_type: scheduleType.optional(),
  ...settings,
}).openapi('ScheduleChange');
export type UpdateBody = z.infer<typeof updateBody>;

export const reasonBody = record({
  reason: text({ description: 'Why; kept in the audit.', example: 'Maintenance window' }, { max: 1000 }).optional(),
}).openapi('Reason');

export const triggerBody = record({
  force: flag({ description: 'Runs a disabled, paused or busy schedule too.', example: false }).optional(),
  parameters: variables.optional(),
}).openapi('Trigger');
