import type { FieldDoc } from '../body-fields.ts';

/** One field of a schedule: its name in the domain, and its place in the API reference. */
export interface ScheduleField {
  readonly domain: string;
  readonly doc: FieldDoc;
}

const timezone = {
  domain: 'timezone',
  doc: {
    type: 'string',
    description: 'IANA name of the zone that the times are in; default SCHEDULER_TIMEZONE.',
    example: 'America/New_York',
  },
};

const time = {
  domain: 'time',
  doc: { type: 'string', description: 'Local time of day, `HH:MM` or `HH:MM:SS`.', example: '02:00' },
};

const daysOfWeek = {
  domain: 'daysOfWeek',
  doc: {
    type: 'array',
    items: { type: 'string', enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
    minItems: 1,
    description: 'Days on which it fires.',
    example: ['mon', 'wed', 'fri'],
  },
};

/** Every field that a schedule may have in a body, by its documented name (gateway.txt, Schedule Types). */
export const SCHEDULE_FIELDS = {
  interval_seconds: {
    domain: 'everySeconds',
    doc: { type: 'integer', minimum: 1, description: 'Seconds between fires, counted from creation.', example: 60 },
  },
  jitter_percentage: {
    domain: 'jitterPercentage',
    doc: {
      type: 'number',
      minimum: 0,
      maximum: 100,
      description: 'Share of the interval by which a fire may be late at random.',
      example: 10,
    },
  },
  start_immediately: {
    domain: 'startImmediately',
    doc: { type: 'boolean', description: 'Also fires at creation.', example: true },
  },
  time,
  timezone,
  days_of_week: daysOfWeek,
  skip_weekends: {
    domain: 'skipWeekends',
    doc: { type: 'boolean', description: 'Leaves out Saturdays and Sundays.', example: true },
  },
  day_of_month: {
    domain: 'dayOfMonth',
    doc: {
      oneOf: [{ type: 'integer', minimum: -1, maximum: 31 }, { const: 'last' }],
      description: '1–31, or `"last"` (−1). A month that lacks the day is skipped.',
      example: 'last',
    },
  },
  cron_expression: {
    domain: 'expression',
    doc: {
      type: 'string',
      description:
        'Five fields, or six that begin with seconds; names, ranges, steps, `L`, `W`, `#`, `@daily` and kin.',
      example: '0 9-17 * * 1-5',
    },
  },
  mode: {
    domain: 'mode',
    doc: { type: 'string', enum: ['sunrise', 'sunset'], description: 'Which event.', example: 'sunset' },
  },
  offset_minutes: {
    domain: 'offsetMinutes',
    doc: { type: 'integer', description: 'Minutes after the event; negative: before it.', example: -30 },
  },
  latitude: {
    domain: 'latitude',
    doc: { type: 'number', minimum: -90, maximum: 90, description: 'Degrees, north positive.', example: 40.7128 },
  },
  longitude: {
    domain: 'longitude',
    doc: { type: 'number', minimum: -180, maximum: 180, description: 'Degrees, east positive.', example: -74.006 },
  },
  run_at: {
    domain: 'at',
    doc: {
      type: 'string',
      description: 'When it fires, once: ISO 8601; without an offset in the zone given.',
      example: '2027-03-14T09:30:00Z',
    },
  },
  topic: {
    domain: 'topic',
    doc: {
      type: 'string',
      description: 'MQTT topic filter; a message on it makes it fire.',
      example: 'sensors/+/door',
    },
  },
  payload_match: {
    domain: 'payloadMatch',
    doc: {
      type: 'object',
      description: 'Fields that the message must hold with just these values.',
      example: { state: 'open' },
    },
  },
  min_interval_seconds: {
    domain: 'minIntervalSeconds',
    doc: {
      type: 'integer',
      minimum: 0,
      description: 'Messages that come sooner after the last fire are left out.',
      example: 5,
    },
  },
} as const satisfies Readonly<Record<string, ScheduleField>>;

export type ScheduleFieldName = keyof typeof SCHEDULE_FIELDS;
