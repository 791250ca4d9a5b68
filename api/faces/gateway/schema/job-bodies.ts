import { z } from '@hono/zod-openapi';
import { SCHEDULE_FIELDS } from '../../../http/schedules/schedule-fields.ts';
import { FIELD_DOCS, fieldsOf, typesInWords } from '../../../http/schedules/schedule-type.ts';
import { SCHEDULE_TYPE_NAMES, SCHEDULE_TYPES, scheduleType } from '../translate/schedule-types.ts';
import type { ScheduleTypeName } from '../translate/schedule-types.ts';
import { action, actionPart } from './action-docs.ts';
import { checkedByDomain, flag, record, tags, text, wholeNumber, type FieldDoc } from '../../../http/body-fields.ts';

const DAY_SECONDS = 86_400;

const PRIORITY_WORDS = ['high', 'medium', 'low'] as const;
const PRIORITY = 'must be a whole number from 0 to 10, higher first, or "high", "medium" or "low"';

const advanced = record({
  retry_count: wholeNumber({ description: 'Retries after the first attempt.', example: 3 }, 0, 100).optional(),
  retry_interval_seconds: wholeNumber(
    { description: 'The first wait before a retry; doubled each time up to an hour.', example: 2 },
    1,
    3600,
  ).optional(),
  stop_on_error: flag({ description: 'A run that failed for good disables the job.', example: false }).optional(),
  priority: z
    .union(
      [z.number(PRIORITY).int(PRIORITY).min(0, PRIORITY).max(10, PRIORITY), z.enum(PRIORITY_WORDS, PRIORITY)],
      PRIORITY,
    )
    .openapi({
      oneOf: [
        { type: 'integer', minimum: 0, maximum: 10 },
        { type: 'string', enum: ['high', 'medium', 'low'] },
      ],
      description: 'Higher first. `high`, `medium` and `low` are 8, 5 and 2.',
      example: 5,
    })
    .optional(),
  timeout_seconds: wholeNumber({ description: 'Bounds one attempt.', example: 30 }, 1, DAY_SECONDS).optional(),
  max_concurrent: wholeNumber(
    { description: "The job's own parallel runs, those by hand included.", example: 1 },
    1,
    100,
  ).optional(),
  misfire_grace_time: wholeNumber(
    { description: 'How late, in seconds, a missed fire may still run.', example: 60 },
    0,
    DAY_SECONDS,
  ).optional(),
  coalesce: flag({ description: 'Several missed fires within the grace run once.', example: true }).optional(),
}).openapi('AdvancedSettings');
export type AdvancedBody = z.infer<typeof advanced>;

const notifications = record({
  on_success: flag({ description: 'Tell of runs that succeeded.', example: false }).optional(),
  on_failure: flag({ description: 'Tell of runs that failed for good.', example: true }).optional(),
  on_timeout: flag({ description: 'Tell of runs that ran out of time.', example: true }).optional(),
}).openapi('Notifications');
export type NotificationsBody = z.infer<typeof notifications>;

const name = text({ description: 'What the job is called.', example: 'Temperature Poll' }, { min: 1, max: 200 });
const description = text({ description: 'What it is for.', example: 'Polls the sensors' }, { max: 2000 }).optional();
const enabled = flag({ description: 'Whether it fires.', example: true });
const type = z
  .enum(SCHEDULE_TYPE_NAMES, { error: `must be one of: ${SCHEDULE_TYPE_NAMES.join(', ')}` })
  .openapi({ description: 'When it fires: the kind of its schedule.', example: 'interval' });
const variables = z.record(z.string(), z.json(), 'must be an object of names and JSON values').openapi({
  type: 'object',
  additionalProperties: true,
  description: "Template variables of the job's own.",
  example: { SITE: 'north' },
});

const scheduleDoc: FieldDoc = {
  type: 'object',
  properties: FIELD_DOCS,
  additionalProperties: false,
  description: `The fields of the job's type, the needed ones in bold:\n\n${typesInWords(SCHEDULE_TYPES)}`,
  example: { interval_seconds: 30 },
};
const schedule = z
  .record(z.string(), z.unknown(), 'must be an object with the fields of the type, such as {"interval_seconds": 60}')
  .openapi(scheduleDoc);

const settings = {
  advanced: advanced.optional(),
  tags: tags.optional(),
  notifications: notifications.optional(),
  variables: variables.optional(),
};

export const createBody = record({
  name,
  description,
  type,
  enabled: enabled.optional(),
  schedule,
  action,
  ...settings,
}).openapi('NewJob');
export type CreateBody = z.infer<typeof createBody>;

export const updateBody = record({
  name: name.optional(),
  description,
  type: type.optional(),
  enabled: enabled.optional(),
  schedule: schedule.optional(),
  action: actionPart,
  ...settings,
}).openapi('JobChange');
export type UpdateBody = z.infer<typeof updateBody>;

/** The body of a typed creation: the fields of the schedule stand beside the job's own. */
export function typedBody(word: ScheduleTypeName) {
  const fields = fieldsOf(scheduleType(word)).map((field) => [
    field,
    checkedByDomain({ ...SCHEDULE_FIELDS[field].doc }),
  ]);
  return record({
    name,
    description,
    enabled: enabled.optional(),
    ...(Object.fromEntries(fields) as Record<string, ReturnType<typeof checkedByDomain>>),
    action,
    ...settings,
  }).openapi(`New${word.charAt(0).toUpperCase()}${word.slice(1)}Job`);
}

export const toggleBody = record({
  enabled,
  reason: text(
    { description: 'Why; kept with the job and in the audit.', example: 'System maintenance completed' },
    { max: 1000 },
  ).optional(),
}).openapi('Toggle');

export const runBody = record({
  force: flag({ description: 'Runs a disabled or busy job too.', example: true }).optional(),
  parameters: z
    .record(z.string(), z.json(), 'must be an object of names and JSON values')
    .openapi({
      type: 'object',
      additionalProperties: true,
      description: 'Template variables of this run. `override_topic` publishes elsewhere; `debug` logs more.',
      example: { override_topic: 'device/data/manual', debug: true },
    })
    .optional(),
}).openapi('RunRequest');
