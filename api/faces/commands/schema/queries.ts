import { z } from '@hono/zod-openapi';
import { EXECUTION_STATES } from '../../../../domain/execution.ts';
import { oneOf, pageSize, pageStart } from '../../../http/query-fields.ts';
import { SCHEDULE_STATUSES } from '../translate/states.ts';
import { SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';

const word = (description: string, example: string) =>
  z.string('must be given once').min(1, 'must not be empty').max(300).openapi({ description, example }).optional();

const tagList = word('Comma-separated; a schedule must have all of them.', 'email,daily');

export const listQuery = z.strictObject({
  status: oneOf(SCHEDULE_STATUSES, { description: 'Where they stand.', example: 'active' }).optional(),
  schedule_type: oneOf(SCHEDULE_TYPE_NAMES, { description: 'Their type.', example: 'cron' }).optional(),
  type: oneOf(SCHEDULE_TYPE_NAMES, { description: 'Another name for schedule_type.' }).optional(),
  tag: word('A tag that they have.', 'email'),
  tags: tagList,
  created_by: word('Who made them.', 'notification-service'),
  target_command: word('Where their command goes.', 'cmd.notification.send.bulk'),
  next_run_after: word('They fire next at this time or later; UTC where it has no offset.', '2026-11-21T00:00:00Z'),
  next_run_before: word('They fire next before this time.', '2026-11-22'),
  limit: pageSize(50),
  offset: pageStart,
});
export type ListQuery = z.infer<typeof listQuery>;

const range = {
  start_date: word('Due at this date or time, or later.', '2026-11-01'),
  end_date: word('Due up to this date (the whole day) or time.', '2026-11-30'),
};

export const executionsQuery = z.strictObject({
  status: oneOf(EXECUTION_STATES, { description: 'How they stand or ended.' }).optional(),
  ...range,
  limit: pageSize(50),
  offset: pageStart,
});

export const runningQuery = z.strictObject({ limit: pageSize(50), offset: pageStart });
