import { createRoute } from '@hono/zod-openapi';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { backfillJob, type Backfill } from '../../../verbs/backfill-job.ts';
import { previewSchedule } from '../../../verbs/preview-schedule.ts';
import { skipNext } from '../../../verbs/skip-next.ts';
import { why } from '../../../verbs/why.ts';
import { backfill, backfillBody, preview, previewBody, skipBody, skipped, whyAnswer } from '../schema/foresight.ts';
import { readBackfill, readPreview } from '../../../http/foresight/asked.ts';
import { whyQuery } from '../../../http/foresight/fields.ts';
import { inEnglish, previewShape } from '../../../http/foresight/shapes.ts';
import { answer, body, namedBody } from '../../../http/route-answers.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { BASE, executionId, jobId, jobKey } from '../translate/job-id.ts';
import { executionStatus } from '../translate/states.ts';
import { isoSeconds, isoSecondsOrNull, readInstant } from '../../../http/times.ts';
import { readTypedSchedule } from '../translate/typed-schedule.ts';
import { whyShape } from '../translate/why-shape.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { readingOf } from './reading.ts';

const TAGS = ['Foresight'];
const VOICE = inEnglish('job', executionStatus);

const previewRoute = createRoute({
  method: 'post',
  path: `${BASE}/preview`,
  tags: TAGS,
  summary: 'Preview a schedule',
  description:
    'The next fire times of a schedule, or of a stored job, in its zone and UTC, with a note where a change of the ' +
    'clocks moved, merged or skipped one. Stores nothing.',
  request: { body: body(previewBody) },
  responses: { 200: answer('The fire times, the earliest first.', preview), ...refusals(400, 404, 413) },
});

const skipRoute = createRoute({
  method: 'post',
  path: `${BASE}/jobs/{id}/skip-next`,
  tags: TAGS,
  summary: 'Skip the next execution',
  description:
    'The next fire that would run ends as skipped; asked again, the one after it too. A change of the schedule takes it ' +
    'back. The body may be left out.',
  request: { params: jobParams, body: namedBody('SkipNext') },
  responses: { 200: answer('It will be skipped.', skipped), ...refusals(400, 404, 409) },
});

const backfillRoute = createRoute({
  method: 'post',
  path: `${BASE}/jobs/{id}/backfill`,
  tags: TAGS,
  summary: 'Run a job for past fire times',
  description:
    'Runs the job once for each past fire time of its schedule in the range, with that time as `SCHEDULED_TIME`, one ' +
    'after another, at most 500. Meanwhile they count as executions under way: fires that come due above ' +
    '`max_concurrent` are skipped. A dry run only lists the times.',
  request: { params: jobParams, body: body(backfillBody) },
  responses: { 200: answer('The fire times and their runs.', backfill), ...refusals(400, 404, 413) },
});

const whyRoute = createRoute({
  method: 'get',
  path: `${BASE}/jobs/{id}/why`,
  tags: TAGS,
  summary: 'Ask why a job ran or did not',
  description:
    'What happened at an instant, or will, and why: from the history, the audit and the configuration of then.',
  request: { params: jobParams, query: whyQuery },
  responses: { 200: answer('What is known of the instant.', whyAnswer), ...refusals(400, 404) },
});

export function addForesightRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('SkipNext', skipBody);

  app.openapi(previewRoute, async (c) => {
    const { job_id: asked, schedule, count, after } = c.req.valid('json');
    const reading = readingOf(c);
    const found = await previewSchedule(c.var.verb, {
      job: asked === undefined ? null : jobKey(asked),
      schedule: (current) => readTypedSchedule(schedule, current, reading),
      ...readPreview({ after, count }),
    });
    const id = found.job === null ? null : jobId(found.job.number);
    return c.json({ success: true as const, job_id: id, ...previewShape(found, VOICE) }, 200);
  });

  app.openapi(skipRoute, async (c) => {
    const { reason } = parseWith(skipBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const done = await skipNext(c.var.verb, { job: jobKey(c.req.valid('param').id), reason });
    return c.json(
      {
        success: true as const,
        message: 'The next execution will be skipped',
        job_id: jobId(done.job.number),
        execution_id: executionId(done.executionId),
        skipped_execution: isoSeconds(done.dueAt),
        next_execution: isoSecondsOrNull(done.nextAt),
      },
      200,
    );
  });

  app.openapi(backfillRoute, async (c) => {
    const asked = { job: jobKey(c.req.valid('param').id), ...readBackfill(c.req.valid('json')) };
    const done = await backfillJob(c.var.verb, asked);
    return c.json({ success: true as const, ...backfillShape(done) }, 200);
  });

  app.openapi(whyRoute, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    const found = await why(c.var.verb, { job: jobKey(c.req.valid('param').id), at });
    return c.json({ success: true as const, ...whyShape(found) }, 200);
  });
}

function backfillShape({ job, groupId, times }: Backfill) {
  const dryRun = groupId === null;
  const many = `${times.length} execution${times.length === 1 ? '' : 's'}`;
  return {
    message: dryRun ? `${many} would be started` : `${many} started, one after another`,
    job_id: jobId(job.number),
    dry_run: dryRun,
    group_id: groupId,
    total: times.length,
    executions: times.map(({ dueAt, standing, executionId: id }) => ({
      scheduled_time: isoSeconds(dueAt),
      execution_id: id === null ? null : executionId(id),
      recorded_status: standing === null ? null : executionStatus(standing.state),
      recorded_execution_id: standing === null ? null : executionId(standing.executionId),
    })),
  };
}
