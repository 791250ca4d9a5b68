import { z } from '@hono/zod-openapi';
import { record, text, wholeNumber } from '../../../http/body-fields.ts';
import {
  backfillAnswer,
  backfillFields,
  previewAnswer,
  previewFields,
  whyFields,
} from '../../../http/foresight/fields.ts';
import { executionStatus, id, time, timeOrNull } from './answer-fields.ts';
import { cron } from './task-bodies.ts';

const DIALECT = { noun: 'task', id, time, timeOrNull, executionStatus };

export const previewBody = record({
  task_id: wholeNumber({ description: 'Сохранённая задача.' }, 1, 999_999_999_999_999).optional(),
  cron_schedule: cron.optional(),
  ...previewFields,
}).openapi('PreviewRequest');

export const preview = z.object({ task_id: id.nullable(), ...previewAnswer(DIALECT) }).openapi('Preview');

export const reasonBody = record({
  reason: text({ description: 'Почему; хранится в журнале аудита.' }, { max: 1000 }).optional(),
}).openapi('Reason');

export const skipped = z
  .object({ task_id: id, execution_id: id, skipped_execution_time: time, next_execution_time: timeOrNull })
  .openapi('SkippedNext');

export const backfillBody = record(backfillFields).openapi('BackfillRequest');

export const backfill = z.object({ task_id: id, ...backfillAnswer(DIALECT) }).openapi('Backfill');

export const whyAnswer = z
  .object({ task_id: id, task_name: z.string(), ...whyFields(DIALECT), next_execution_time: timeOrNull })
  .openapi('Why');
