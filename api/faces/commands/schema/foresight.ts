import { z } from '@hono/zod-openapi';
import { record, text } from '../../../http/body-fields.ts';
import {
  backfillAnswer,
  backfillFields,
  previewAnswer,
  previewFields,
  whyFields,
} from '../../../http/foresight/fields.ts';
import { SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';
import { executionStatus, id, time, timeOrNull } from './answer-fields.ts';
import { timing, triggerBody } from './schedule-bodies.ts';

const DIALECT = { noun: 'schedule', id, time, timeOrNull, executionStatus };

export const previewBody = record({
  schedule_id: text({ description: 'A stored schedule, or changes of it.' }, { min: 1, max: 100 }).optional(),
  schedule_type: z
    .enum(SCHEDULE_TYPE_NAMES, { error: `must be one of: ${SCHEDULE_TYPE_NAMES.join(', ')}` })
    .openapi({ example: 'cron' })
    .optional(),
  ...timing,
  ...previewFields,
}).openapi('PreviewRequest');

export const preview = z.object({ schedule_id: id.nullable(), ...previewAnswer(DIALECT) }).openapi('Preview');

export const skipped = z
  .object({ schedule_id: id, execution_id: id, skipped_execution_time: time, next_run_at: timeOrNull })
  .openapi('SkippedNext');

export const backfillBody = record({ ...backfillFields, parameters: triggerBody.shape.parameters }).openapi(
  'BackfillRequest',
);

export const backfill = z.object({ schedule_id: id, ...backfillAnswer(DIALECT) }).openapi('Backfill');

export const whyAnswer = z
  .object({ schedule_id: id, schedule_name: z.string(), ...whyFields(DIALECT), next_run_at: timeOrNull })
  .openapi('Why');
