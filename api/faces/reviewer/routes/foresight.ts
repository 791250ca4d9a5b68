import { createRoute } from '@hono/zod-openapi';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { readBackfill, readPreview } from '../../../http/foresight/asked.ts';
import { whyQuery } from '../../../http/foresight/fields.ts';
import { backfillShape, previewShape, skippedShape, whyShape } from '../../../http/foresight/shapes.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { answer, body, namedBody } from '../../../http/route-answers.ts';
import { readInstant } from '../../../http/times.ts';
import { backfillJob } from '../../../verbs/backfill-job.ts';
import { getExecution } from '../../../verbs/get-execution.ts';
import { previewSchedule } from '../../../verbs/preview-schedule.ts';
import { skipNext } from '../../../verbs/skip-next.ts';
import { why } from '../../../verbs/why.ts';
import { backfill, backfillBody, preview, previewBody, reasonBody, skipped, whyAnswer } from '../schema/foresight.ts';
import { refusals, taskParam } from '../schema/refusals.ts';
import { plainTimeOrNull } from '../translate/plain-time.ts';
import { taskKey, TASKS } from '../translate/task-id.ts';
import { previewedCron } from '../translate/task-input.ts';
import { VOICE } from '../translate/voice.ts';
import { readingOf } from './reading.ts';

const TAGS = ['Предвидение'];
const path = `${TASKS}/{task_id}`;

const previewRoute = createRoute({
  method: 'post',
  path: `${TASKS}/preview`,
  tags: TAGS,
  summary: 'Ближайшие запуски',
  description: 'Выражения cron или сохранённой задачи, с пометками о переводе часов. Ничего не сохраняет.',
  request: { body: body(previewBody) },
  responses: { 200: answer('Запуски, сначала ближайшие.', preview), ...refusals(400, 404, 413, 500) },
});

const skipRoute = createRoute({
  method: 'post',
  path: `${path}/skip-next`,
  tags: TAGS,
  summary: 'Пропустить следующий запуск',
  description: 'Ещё раз: и тот, что за ним. Изменение расписания отменяет это. Тело можно не передавать.',
  request: { params: taskParam, body: namedBody('Reason') },
  responses: { 200: answer('Будет пропущен.', skipped), ...refusals(400, 404, 500) },
});

const backfillRoute = createRoute({
  method: 'post',
  path: `${path}/backfill`,
  tags: TAGS,
  summary: 'Выполнить задачу за прошедшие запуски',
  description: 'По разу за каждый запуск по расписанию в промежутке, один за другим, не больше 500.',
  request: { params: taskParam, body: body(backfillBody) },
  responses: { 200: answer('Запуски и их выполнения.', backfill), ...refusals(400, 404, 413, 500) },
});

const whyRoute = createRoute({
  method: 'get',
  path: `${path}/why`,
  tags: TAGS,
  summary: 'Почему задача запускалась или нет',
  description: 'Что произошло в это время или произойдёт, и почему: по журналу и настройкам того времени.',
  request: { params: taskParam, query: whyQuery },
  responses: { 200: answer('Что известно.', whyAnswer), ...refusals(400, 404, 500) },
});

export function addForesightRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('Reason', reasonBody);

  app.openapi(previewRoute, async (c) => {
    const { task_id: id, cron_schedule: expression, count, after } = c.req.valid('json');
    const { verb } = c.var;
    const found = await previewSchedule(verb, {
      job: id === undefined ? null : taskKey(String(id)),
      schedule: (current) => previewedCron(current, expression, readingOf(verb)),
      ...readPreview({ after, count }),
    });
    return c.json({ task_id: found.job?.number ?? null, ...previewShape(found, VOICE) }, 200);
  });

  app.openapi(skipRoute, async (c) => {
    const { verb } = c.var;
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const done = await skipNext(verb, { job: taskKey(c.req.valid('param').task_id), reason });
    const { execution } = await getExecution(verb, { id: done.executionId });
    const shape = skippedShape(done, VOICE, execution.number);
    return c.json({ task_id: done.job.number, ...shape, next_execution_time: plainTimeOrNull(done.nextAt) }, 200);
  });

  app.openapi(backfillRoute, async (c) => {
    const asked = { job: taskKey(c.req.valid('param').task_id), ...readBackfill(c.req.valid('json')) };
    const done = await backfillJob(c.var.verb, asked);
    return c.json({ task_id: done.job.number, ...backfillShape(done, VOICE) }, 200);
  });

  app.openapi(whyRoute, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    const found = await why(c.var.verb, { job: taskKey(c.req.valid('param').task_id), at });
    const { job, nextAt } = found;
    const who = { task_id: job.number, task_name: job.name };
    return c.json({ ...who, ...whyShape(found, VOICE), next_execution_time: plainTimeOrNull(nextAt) }, 200);
  });
}
