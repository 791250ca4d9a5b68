import { z } from '@hono/zod-openapi';
import { oneOf, pageSize, pageStart } from '../../../http/query-fields.ts';
import { SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';
import { HISTORY_STATUSES } from '../translate/states.ts';

const limit = pageSize(50);
const offset = pageStart;

function date(description: string) {
  return z.string('must be an ISO date').openapi({ type: 'string', description, example: '2025-03-12' }).optional();
}

const dates = {
  start_date: date('ISO date (the whole day) or time; UTC where it has no offset. From here on.'),
  end_date: date('ISO date (the whole day) or time; UTC where it has no offset. Up to here.'),
};

const BY_TYPE = SCHEDULE_TYPE_NAMES as [
  (typeof SCHEDULE_TYPE_NAMES)[number],
  ...(typeof SCHEDULE_TYPE_NAMES)[number][],
];

export const listQuery = z.strictObject({
  status: oneOf(['active', 'inactive', 'error'], {
    description: '`error`: stopped by its own failure or by a schedule that can not be computed any more.',
  }).optional(),
  type: oneOf(BY_TYPE, { description: 'Kind of schedule. `sunrise`, `sunset` and `sun` all list both.' }).optional(),
  tags: z
    .string('must be given once, as a comma-separated list')
    .transform((text) => text.split(',').map((tag) => tag.trim()))
    .refine((list) => list.every((tag) => tag !== ''), 'must be a comma-separated list without empty entries')
    .openapi({
      type: 'string',
      description: 'Comma-separated; a job must have all of them.',
      example: 'modbus,polling',
    })
    .optional(),
  limit,
  offset,
});

const statuses = HISTORY_STATUSES as [(typeof HISTORY_STATUSES)[number], ...(typeof HISTORY_STATUSES)[number][]];

export const historyQuery = z.strictObject({
  ...dates,
  status: oneOf(statuses, { description: 'How the execution ended.' }).optional(),
  limit,
  offset,
});

export const GRANULARITIES = { hourly: 'hour', daily: 'day', weekly: 'week' } as const;

export const metricsQuery = z.strictObject({
  granularity: oneOf(['hourly', 'daily', 'weekly'], { description: 'Length of a step of `series`.' }).default('hourly'),
  ...dates,
});

export const TIME_RANGES = { '24h': 24, '7d': 168, '30d': 720, '90d': 2160 } as const;

export const statisticsQuery = z.strictObject({
  time_range: oneOf(['24h', '7d', '30d', '90d'], { description: 'Up to now.' }).default('24h'),
});
