import { z } from '@hono/zod-openapi';
import { DEPENDENCY_TYPES } from '../../../../domain/dependencies.ts';
import { checkedByDomain, choice, flag, record, text, wholeNumber } from '../../../http/body-fields.ts';
import { SCHEDULE_FIELDS } from '../../../http/schedules/schedule-fields.ts';
import { typesInWords } from '../../../http/schedules/schedule-type.ts';
import { OWN_FIELDS } from '../translate/schedule-shape.ts';
import { TASK_TYPES, TASK_TYPE_NAMES } from '../translate/schedule-types.ts';

const DAY_SECONDS = 86_400;

const taskName = text(
  { description: 'What the task is called.', example: 'daily_report_generation' },
  { min: 1, max: 200 },
);

const KINDS = typesInWords(TASK_TYPES)
  .replaceAll('cron_expression', 'schedule_expression')
  .replaceAll('run_at', 'next_execution_time');

const taskType = choice(TASK_TYPE_NAMES, {
  description: `When it runs. The fields of each type, the needed ones in bold:\n\n${KINDS}`,
  example: 'cron',
});

/** When a task runs: checked by the schedule's own kind in the domain. */
export const timing = {
  schedule_expression: text(
    {
      description:
        'cron: five fields, or six that begin with seconds. interval: `300`, `90s`, `5m`, `PT15M`. daily: `HH:MM`. one_time: an ISO time.',
      example: '0 0 * * *',
    },
    { min: 1, max: 1000 },
  ).optional(),
  next_execution_time: checkedByDomain({
    type: 'string',
    description: 'one_time: when it runs; ISO 8601, without an offset in `timezone`. `run_at` is another name for it.',
    example: '2027-01-08T15:00:00Z',
  }),
  ...(Object.fromEntries(OWN_FIELDS.map((name) => [name, checkedByDomain({ ...SCHEDULE_FIELDS[name].doc })])) as Record<
    (typeof OWN_FIELDS)[number],
    ReturnType<typeof checkedByDomain>
  >),
  timezone: checkedByDomain({
    type: 'string',
    description: 'IANA name of the zone that the times are in; default UTC.',
    example: 'America/New_York',
  }),
};

const TAG_KEY = /^[^=:,\s](?:[^=:,]*[^=:,\s])?$/;
const TAG_KEY_MESSAGE = 'a tag\'s name may not be empty, hold "=", ":" or a comma, nor begin or end with a space';
const tagValue = z
  .string('must be text')
  .max(128, 'may have at most 128 characters')
  .regex(/^[^,]*$/, 'may not hold a comma');

const tags = z
  .record(
    z.string().max(64, "a tag's name may have at most 64 characters").regex(TAG_KEY, TAG_KEY_MESSAGE),
    tagValue,
    'must be an object of names and texts, such as {"team": "analytics"}',
  )
  .refine((given) => Object.keys(given).length <= 50, 'may have at most 50 tags')
  .openapi({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Names and texts to filter by.',
    example: { team: 'analytics', env: 'production' },
  });

/** Checked by the domain, which knows its words. */
export const dependencyType = checkedByDomain({
  type: 'string',
  enum: [...DEPENDENCY_TYPES],
  default: 'success',
  description: "What it asks of the parent's end: success, completion (success or failure), or any end at all.",
});

const dependencies = z
  .array(
    record({
      depends_on_task_id: text({ description: 'The task to wait for.' }, { min: 1, max: 100 }),
      dependency_type: dependencyType,
    }),
    'must be a list such as [{"depends_on_task_id": "…", "dependency_type": "success"}]',
  )
  .openapi({ description: 'The tasks that each run waits for; in a change the whole list.', example: [] });

const settings = {
  description: text({ description: 'What it is for.' }, { max: 2000 }).optional(),
  payload: checkedByDomain({
    description:
      'Any JSON, handed on as it is. `handler` names a function, `task_queue` a Temporal task queue where it is served, ' +
      '`url` a webhook; else it is published to the MQTT topic `tasks/<task_name>`.',
    example: { report_type: 'daily', recipients: ['admin@example.com'] },
  }),
  timeout_seconds: wholeNumber({ description: 'Bounds one attempt.', example: 300 }, 1, DAY_SECONDS).optional(),
  max_retries: wholeNumber({ description: 'Retries after the first attempt.', example: 3 }, 0, 100).optional(),
  retry_delay_seconds: wholeNumber(
    { description: 'The first wait before a retry; doubled each time up to an hour.', example: 2 },
    1,
    3600,
  ).optional(),
  priority: z
    .enum(['high', 'medium', 'low'], 'must be "high", "medium" or "low"')
    .openapi({ description: 'Who goes first where not all can at once.', example: 'high' })
    .optional(),
  tags: tags.optional(),
  enabled: flag({ description: 'Whether it runs by its schedule.', example: true }).optional(),
  max_concurrent: wholeNumber(
    { description: "The task's own parallel runs, those by hand included.", example: 1 },
    1,
    100,
  ).optional(),
  misfire_grace_time: wholeNumber(
    { description: 'How late, in seconds, a missed run may still begin.', example: 60 },
    0,
    DAY_SECONDS,
  ).optional(),
  coalesce: flag({ description: 'Several missed runs within the grace become one.', example: true }).optional(),
  stop_on_error: flag({ description: 'A run that failed for good disables the task.', example: false }).optional(),
  dependencies: dependencies.optional(),
};

export const createBody = record({ task_name: taskName, task_type: taskType, ...timing, ...settings }).openapi(
  'NewTask',
);
export type CreateBody = z.infer<typeof createBody>;

export const updateBody = record({
  task_name: taskName.optional(),
  task_type: taskType.optional(),
  ...timing,
  ...settings,
}).openapi('TaskChange');
export type UpdateBody = z.infer<typeof updateBody>;

export const triggerBody = record({
  force: flag({ description: 'Runs a disabled, paused or busy task too.', example: false }).optional(),
  parameters: z
    .record(z.string(), z.json(), 'must be an object of names and JSON values')
    .openapi({
      type: 'object',
      additionalProperties: true,
      description: 'Handed to the function of this run, beside the payload.',
      example: {},
    })
    .optional(),
}).openapi('TriggerRequest');

export const reasonBody = record({
  reason: text({ description: 'Why; kept in the audit.', example: 'Maintenance' }, { max: 1000 }).optional(),
}).openapi('Reason');
