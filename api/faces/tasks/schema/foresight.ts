import { choice, text } from '../../../http/body-fields.ts';
import { foresightAnswers } from '../../../http/foresight/answers.ts';
import { backfillRequest, previewRequest } from '../../../http/foresight/fields.ts';
import { TASK_TYPE_NAMES } from '../translate/schedule-types.ts';
import * as fields from './answer-fields.ts';
import { timing, triggerBody } from './task-bodies.ts';

export const previewBody = previewRequest({
  task_id: text({ description: 'A stored task: its schedule, or changes of it.' }, { min: 1, max: 100 }).optional(),
  task_type: choice(TASK_TYPE_NAMES, { example: 'cron' }).optional(),
  ...timing,
});

export const backfillBody = backfillRequest({ parameters: triggerBody.shape.parameters });

export const { preview, skipped, backfill, whyAnswer } = foresightAnswers({
  noun: 'task',
  fields,
  names: { id: 'task_id', name: 'task_name', next: 'next_execution_time' },
});
