import { choice, text } from '../../../http/body-fields.ts';
import { foresightAnswers } from '../../../http/foresight/answers.ts';
import { backfillRequest, previewRequest } from '../../../http/foresight/fields.ts';
import { SCHEDULE_TYPE_NAMES } from '../translate/schedule-types.ts';
import * as fields from './answer-fields.ts';
import { timing, triggerBody } from './schedule-bodies.ts';

export const previewBody = previewRequest({
  schedule_id: text({ description: 'A stored schedule, or changes of it.' }, { min: 1, max: 100 }).optional(),
  schedule_type: choice(SCHEDULE_TYPE_NAMES, { example: 'cron' }).optional(),
  ...timing,
});

export const backfillBody = backfillRequest({ parameters: triggerBody.shape.parameters });

export const { preview, skipped, backfill, whyAnswer } = foresightAnswers({
  noun: 'schedule',
  fields,
  names: { id: 'schedule_id', name: 'schedule_name', next: 'next_run_at' },
});
