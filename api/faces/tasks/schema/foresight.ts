import { z } from '@hono/zod-openapi';
import { record, text } from '../../../http/body-fields.ts';
import {
  backfillAnswer,
  backfillFields,
  previewAnswer,
  previewFields,
  whyFields,
} from '../../../http/foresight/fields.ts';
import { TASK_TYPE_NAMES } from '../translate/schedule-types.ts';
import { executionStatus, id, time, timeOrNull } from './answer-fields.ts';
import { timing, triggerBody } from './task-bodies.ts';

const DIALECT = { noun: 'task', id, time, timeOrNull, executionStatus };

export const previewBody = record({
  task_id: text({ description: 'A stored task: its schedule, or changes of it.' }, { min: 1, max: 100 }).optional(),
  task_type: z
    .enum(TASK_TYPE_NAMES, { error: `must be one of: ${TASK_TYPE_NAMES.join(', ')}` })
    .openapi({ example: 'cron' })
    .optional(),
  ...timing,
  ...previewFields,
}).openapi('PreviewRequest');

export const preview = z.object({ task_id: id.nullable(), ...previewAnswer(DIALECT) }).openapi('Preview');

export const skipped = z
  .object({ task_id: id, execution_id: id, skipped_execution_time: time, next_execution_time: timeOrNull })
  .openapi('SkippedNext');

export const backfillBody = record({ ...backfillFields, parameters: triggerBody.shape.parameters }).openapi(
  'BackfillRequest',
);

export const backfill = z.object({ task_id: id, ...backfillAnswer(DIALECT) }).openapi('Backfill');

export const whyAnswer = z
  .object({ task_id: id, task_name: z.string(), ...whyFields(DIALECT), next_execution_time: timeOrNull })
  .openapi('Why');
