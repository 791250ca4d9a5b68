import { createRoute } from '@hono/zod-openapi';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { whyQuery } from '../../../http/foresight/fields.ts';
import { backfillShape, inEnglish, previewShape, whyShape } from '../../../http/foresight/shapes.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull, readInstant, readSpan } from '../../../http/times.ts';
import { backfillJob } from '../../../verbs/backfill-job.ts';
import { previewSchedule } from '../../../verbs/preview-schedule.ts';
import { skipNext } from '../../../verbs/skip-next.ts';
import { why } from '../../../verbs/why.ts';
import { backfill, backfillBody, preview, previewBody, skipped, whyAnswer } from '../schema/foresight.ts';
import { refusals, taskParams } from '../schema/refusals.ts';
import { reasonBody } from '../schema/task-bodies.ts';
import { previewedTiming } from '../translate/previewed-timing.ts';
import { statusOf } from '../translate/states.ts';
import { readTimezone } from '../translate/schedule-shape.ts';
import { TASKS, taskKey } from '../translate/task-id.ts';

const TAGS = ['Foresight'];
const VOICE = inEnglish('task', statusOf);
const path = `${TASKS}/{task_id}`;

const previewRoute = createRoute({
  method: 'post',
  path: `${TASKS}/preview`,
  tags: TAGS,
  summary: 'Preview a schedule',
  description:
    'The next run times of a schedule, or of a stored task, in its zone and UTC, with a note where a change of the clocks ' +
    'moved, merged or skipped one. Stores nothing.',
  request: { body: body(previewBody) },
  responses: { 200: answer('The run times, the earliest first.', preview), ...refusals(400, 404, 413) },
});

const skipRoute = createRoute({
  method: 'post',
  path: `${path}/skip-next`,
  tags: TAGS,
  summary: 'Skip the next execution',
  description: 'Asked again, the one after it too. A change of the schedule takes it back. The body may be left out.',
  request: {
    params: taskParams,
    body: { required: false, content: { 'application/json': { schema: { $ref: '#/components/schemas/Reason' } } } },
  },
  responses: { 200: answer('It will be skipped.', skipped), ...refusals(400, 404, 409) },
});

const backfillRoute = createRoute({
  method: 'post',
  path: `${path}/backfill`,
  tags: TAGS,
  summary: 'Run a task for past run times',
  description: 'Once for each past run time of its schedule in the range, one after another, at most 500.',
  request: { params: taskParams, body: body(backfillBody) },
  responses: { 200: answer('The run times and their executions.', backfill), ...refusals(400, 404, 413) },
});

const whyRoute = createRoute({
  method: 'get',
  path: `${path}/why`,
  tags: TAGS,
  summary: 'Ask why a task ran or did not',
  description: 'What happened at an instant, or will, and why: from the history and the configuration of then.',
  request: { params: taskParams, query: whyQuery },
  responses: { 200: answer('What is known of the instant.', whyAnswer), ...refusals(400, 404) },
});

export function addForesightRoutes(app: FaceApp): void {
  app.openapi(previewRoute, async (c) => {
    const { task_id: id, task_type: type, count, after, ...timing } = c.req.valid('json');
    const { verb } = c.var;
    const context = { now: verb.now(), defaultTimezone: 'UTC' };
    const found = await previewSchedule(verb, {
      job: id === undefined ? null : taskKey(id),
      schedule: (current) => previewedTiming(current, { type, body: timing }, context),
      after: after === undefined ? null : readInstant('after', after),
      count,
      defaultTimezone: readTimezone(timing) ?? 'UTC',
    });
    return c.json({ task_id: found.job?.id ?? null, ...previewShape(found, VOICE) }, 200);
  });

  app.openapi(skipRoute, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const done = await skipNext(c.var.verb, { job: taskKey(c.req.valid('param').task_id), reason });
    return c.json(
      {
        task_id: done.job.id,
        execution_id: done.executionId,
        skipped_execution_time: isoSeconds(done.dueAt),
        next_execution_time: isoSecondsOrNull(done.nextAt),
      },
      200,
    );
  });

  app.openapi(backfillRoute, async (c) => {
    const { start, end, dry_run: dryRun, only_missed: onlyMissed, parameters } = c.req.valid('json');
    const done = await backfillJob(c.var.verb, {
      job: taskKey(c.req.valid('param').task_id),
      ...readSpan(start, end),
      onlyMissed,
      dryRun,
      parameters: parameters ?? {},
    });
    return c.json({ task_id: done.job.id, ...backfillShape(done, VOICE) }, 200);
  });

  app.openapi(whyRoute, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    const found = await why(c.var.verb, { job: taskKey(c.req.valid('param').task_id), at });
    const { job, nextAt } = found;
    const who = { task_id: job.id, task_name: job.name };
    return c.json({ ...who, ...whyShape(found, VOICE), next_execution_time: isoSecondsOrNull(nextAt) }, 200);
  });
}
