import { createRoute } from '@hono/zod-openapi';
import { invalid } from '../../../../domain/errors.ts';
import type { FaceApp } from '../../../http/face.ts';
import { readPreview } from '../../../http/foresight/asked.ts';
import { foresightRoutes } from '../../../http/foresight/routes.ts';
import { answer } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull, readInstant, readSpan } from '../../../http/times.ts';
import { backfillJob } from '../../../verbs/backfill-job.ts';
import { previewSchedule } from '../../../verbs/preview-schedule.ts';
import { skipNext } from '../../../verbs/skip-next.ts';
import { why } from '../../../verbs/why.ts';
import * as schemas from '../schema/foresight.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { backfillShape, previewShape, whyShape } from '../translate/foresight-shape.ts';
import { JOBS, jobKey } from '../translate/job-id.ts';
import { changeTiming, NO_INTERVAL, readTiming } from '../translate/timing.ts';

const path = `${JOBS}/{job_id}`;

const routes = foresightRoutes({ noun: 'job', jobs: JOBS, job: path, params: jobParams, refusals, schemas });

/** Unlike the others' it takes no body. */
const skipRoute = createRoute({
  method: 'post',
  path: `${path}/skip-next`,
  tags: ['Foresight'],
  summary: 'Skip the next run',
  description: 'Asked again, the one after it too. A change of the schedule takes it back.',
  request: { params: jobParams },
  responses: { 200: answer('It will be skipped.', schemas.skipped), ...refusals(400, 404, 409) },
});

export function addForesightRoutes(app: FaceApp): void {
  app.openapi(routes.preview, async (c) => {
    const { jobId, count, after, ...timing } = c.req.valid('json');
    const { verb } = c.var;
    const context = { now: verb.now(), defaultTimezone: verb.limits.defaultTimezone };
    const found = await previewSchedule(verb, {
      job: jobId === undefined ? null : jobKey(String(jobId)),
      schedule: (current) =>
        current === null
          ? readTiming(timing, context).schedule
          : changeTiming({ schedule: current, interval: NO_INTERVAL }, timing, context).schedule,
      ...readPreview({ after, count }),
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

  app.openapi(routes.backfill, async (c) => {
    const { start, end, dryRun, onlyMissed } = c.req.valid('json');
    const span = readSpan(start, end);
    const asked = { job: jobKey(c.req.valid('param').job_id), ...span, onlyMissed, dryRun, parameters: {} };
    return c.json(backfillShape(await backfillJob(c.var.verb, asked)), 200);
  });

  app.openapi(routes.why, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    return c.json(whyShape(await why(c.var.verb, { job: jobKey(c.req.valid('param').job_id), at })), 200);
  });
}
