import { createRoute } from '@hono/zod-openapi';
import { invalid } from '../../../../domain/errors.ts';
import type { FaceApp } from '../../../http/face.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull, readInstant, readSpan } from '../../../http/times.ts';
import { backfillJob } from '../../../verbs/backfill-job.ts';
import { previewSchedule } from '../../../verbs/preview-schedule.ts';
import { skipNext } from '../../../verbs/skip-next.ts';
import { why } from '../../../verbs/why.ts';
import { backfill, backfillBody, preview, previewBody, skipped, whyAnswer, whyQuery } from '../schema/foresight.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { backfillShape, previewShape, whyShape } from '../translate/foresight-shape.ts';
import { JOBS, jobKey } from '../translate/job-id.ts';
import { changeTiming, NO_INTERVAL, readTiming } from '../translate/timing.ts';

const TAGS = ['Foresight'];
const path = `${JOBS}/{job_id}`;

const previewRoute = createRoute({
  method: 'post',
  path: `${JOBS}/preview`,
  tags: TAGS,
  summary: 'Preview a schedule',
  description:
    'The next run times of a schedule, or of a stored job, in its zone and UTC, with a note where a change of the clocks ' +
    'moved, merged or skipped one. Stores nothing.',
  request: { body: body(previewBody) },
  responses: { 200: answer('The run times, the earliest first.', preview), ...refusals(400, 404, 413) },
});

const skipRoute = createRoute({
  method: 'post',
  path: `${path}/skip-next`,
  tags: TAGS,
  summary: 'Skip the next run',
  description: 'Asked again, the one after it too. A change of the schedule takes it back.',
  request: { params: jobParams },
  responses: { 200: answer('It will be skipped.', skipped), ...refusals(400, 404, 409) },
});

const backfillRoute = createRoute({
  method: 'post',
  path: `${path}/backfill`,
  tags: TAGS,
  summary: 'Run a job for past run times',
  description: 'Once for each past run time of its schedule in the range, one after another, at most 500.',
  request: { params: jobParams, body: body(backfillBody) },
  responses: { 200: answer('The run times and their executions.', backfill), ...refusals(400, 404, 413) },
});

const whyRoute = createRoute({
  method: 'get',
  path: `${path}/why`,
  tags: TAGS,
  summary: 'Ask why a job ran or did not',
  description: 'What happened at an instant, or will, and why: from the history and the configuration of then.',
  request: { params: jobParams, query: whyQuery },
  responses: { 200: answer('What is known of the instant.', whyAnswer), ...refusals(400, 404) },
});

export function addForesightRoutes(app: FaceApp): void {
  app.openapi(previewRoute, async (c) => {
    const { jobId, count, after, ...timing } = c.req.valid('json');
    const { verb } = c.var;
    const context = { now: verb.now(), defaultTimezone: verb.limits.defaultTimezone };
    const found = await previewSchedule(verb, {
      job: jobId === undefined ? null : jobKey(String(jobId)),
      schedule: (current) =>
        current === null
          ? readTiming(timing, context).schedule
          : changeTiming({ schedule: current, interval: NO_INTERVAL }, timing, context).schedule,
      after: after === undefined ? null : readInstant('after', after),
      count,
    });
    return c.json(previewShape(found), 200);
  });

  app.openapi(skipRoute, async (c) => {
    const text = (await c.req.text()).trim();
    if (text !== '' && text !== '{}') {
      throw invalid('INVALID_INPUT', [{ path: 'body', message: 'skip-next takes none: leave it out' }]);
    }
    const done = await skipNext(c.var.verb, { job: jobKey(c.req.valid('param').job_id) });
    return c.json(
      {
        jobId: done.job.number,
        executionId: done.executionId,
        skippedRunAt: isoSeconds(done.dueAt),
        nextRunAt: isoSecondsOrNull(done.nextAt),
      },
      200,
    );
  });

  app.openapi(backfillRoute, async (c) => {
    const { start, end, dryRun, onlyMissed } = c.req.valid('json');
    const span = readSpan(start, end);
    const asked = { job: jobKey(c.req.valid('param').job_id), ...span, onlyMissed, dryRun, parameters: {} };
    return c.json(backfillShape(await backfillJob(c.var.verb, asked)), 200);
  });

  app.openapi(whyRoute, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    return c.json(whyShape(await why(c.var.verb, { job: jobKey(c.req.valid('param').job_id), at })), 200);
  });
}
