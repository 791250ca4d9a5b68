import { createRoute } from '@hono/zod-openapi';
import type { ExecutionState } from '../../../../domain/execution.ts';
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
import { refusals, scheduleParams } from '../schema/refusals.ts';
import { reasonBody } from '../schema/schedule-bodies.ts';
import { claimantOf } from '../translate/claimant.ts';
import { previewedTiming } from '../translate/previewed-timing.ts';
import { readingOf } from '../translate/schedule-input.ts';
import { readTimezone } from '../translate/timing-shape.ts';
import { SCHEDULES, scheduleKey } from '../translate/schedule-id.ts';
import { requestOf } from './request.ts';

const TAGS = ['Foresight'];
const VOICE = inEnglish<ExecutionState>('schedule', (state) => state);
const path = `${SCHEDULES}/{id}`;

const previewRoute = createRoute({
  method: 'post',
  path: `${SCHEDULES}/preview`,
  tags: TAGS,
  summary: 'Preview a schedule',
  description:
    'The next run times of a schedule, or of a stored schedule, in its zone and UTC, with a note where a change of the clocks ' +
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
    params: scheduleParams,
    body: { required: false, content: { 'application/json': { schema: { $ref: '#/components/schemas/Reason' } } } },
  },
  responses: { 200: answer('It will be skipped.', skipped), ...refusals(400, 404, 409) },
});

const backfillRoute = createRoute({
  method: 'post',
  path: `${path}/backfill`,
  tags: TAGS,
  summary: 'Run a schedule for past run times',
  description: 'Once for each past run time of its schedule in the range, one after another, at most 500.',
  request: { params: scheduleParams, body: body(backfillBody) },
  responses: { 200: answer('The run times and their executions.', backfill), ...refusals(400, 404, 413) },
});

const whyRoute = createRoute({
  method: 'get',
  path: `${path}/why`,
  tags: TAGS,
  summary: 'Ask why a schedule ran or did not',
  description: 'What happened at an instant, or will, and why: from the history and the configuration of then.',
  request: { params: scheduleParams, query: whyQuery },
  responses: { 200: answer('What is known of the instant.', whyAnswer), ...refusals(400, 404) },
});

export function addForesightRoutes(app: FaceApp): void {
  app.openapi(previewRoute, async (c) => {
    const { schedule_id: id, schedule_type: type, count, after, ...timing } = c.req.valid('json');
    const { verb } = c.var;
    const context = readingOf(verb);
    const found = await previewSchedule(verb, {
      job: id === undefined ? null : scheduleKey(id),
      schedule: (current) => previewedTiming(current, { type, body: timing }, context),
      after: after === undefined ? null : readInstant('after', after),
      count,
      defaultTimezone: readTimezone(timing) ?? context.defaultTimezone,
    });
    return c.json({ schedule_id: found.job?.id ?? null, ...previewShape(found, VOICE) }, 200);
  });

  app.openapi(skipRoute, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const { verb } = await claimantOf(requestOf(c), 'performed', 'created');
    const done = await skipNext(verb, { job: scheduleKey(c.req.valid('param').id), reason });
    return c.json(
      {
        schedule_id: done.job.id,
        execution_id: done.executionId,
        skipped_execution_time: isoSeconds(done.dueAt),
        next_run_at: isoSecondsOrNull(done.nextAt),
      },
      200,
    );
  });

  app.openapi(backfillRoute, async (c) => {
    const { start, end, dry_run: dryRun, only_missed: onlyMissed, parameters } = c.req.valid('json');
    const { verb } = await claimantOf(requestOf(c), 'triggered', 'performed', 'created');
    const done = await backfillJob(verb, {
      job: scheduleKey(c.req.valid('param').id),
      ...readSpan(start, end),
      onlyMissed,
      dryRun,
      parameters: parameters ?? {},
    });
    return c.json({ schedule_id: done.job.id, ...backfillShape(done, VOICE) }, 200);
  });

  app.openapi(whyRoute, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    const found = await why(c.var.verb, { job: scheduleKey(c.req.valid('param').id), at });
    const { job, nextAt } = found;
    const who = { schedule_id: job.id, schedule_name: job.name };
    return c.json({ ...who, ...whyShape(found, VOICE), next_run_at: isoSecondsOrNull(nextAt) }, 200);
  });
}
