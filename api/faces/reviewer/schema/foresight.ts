import { record, text, wholeNumber } from '../../../http/body-fields.ts';
import { foresightAnswers } from '../../../http/foresight/answers.ts';
import { backfillRequest, previewRequest } from '../../../http/foresight/fields.ts';
import * as fields from './answer-fields.ts';
import { cron } from './task-bodies.ts';

export const previewBody = previewRequest({
  task_id: wholeNumber({ description: 'Сохранённая задача.' }, 1, 999_999_999_999_999).optional(),
  cron_schedule: cron.optional(),
});

export const reasonBody = record({
  reason: text({ description: 'Почему; хранится в журнале аудита.' }, { max: 1000 }).optional(),
}).openapi('Reason');

export const backfillBody = backfillRequest({});

export const { preview, skipped, backfill, whyAnswer } = foresightAnswers({
  noun: 'task',
  fields,
  names: { id: 'task_id', name: 'task_name', next: 'next_execution_time' },
});
