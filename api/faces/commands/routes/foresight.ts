import type { ExecutionState } from '../../../../domain/execution.ts';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { readBackfill, readPreview } from '../../../http/foresight/asked.ts';
import { foresightRoutes } from '../../../http/foresight/routes.ts';
import { backfillShape, inEnglish, previewShape, skippedShape, whyShape } from '../../../http/foresight/shapes.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { isoSecondsOrNull, readInstant } from '../../../http/times.ts';
import { backfillJob } from '../../../verbs/backfill-job.ts';
import { previewSchedule } from '../../../verbs/preview-schedule.ts';
import { skipNext } from '../../../verbs/skip-next.ts';
import { why } from '../../../verbs/why.ts';
import * as schemas from '../schema/foresight.ts';
import { refusals, scheduleParams } from '../schema/refusals.ts';
import { reasonBody } from '../schema/schedule-bodies.ts';
import { claimantOf } from '../translate/claimant.ts';
import { previewedTiming } from '../translate/previewed-timing.ts';
import { SCHEDULES, scheduleKey } from '../translate/schedule-id.ts';
import { readingOf } from '../translate/schedule-input.ts';
import { readTimezone } from '../translate/timing-shape.ts';
import { requestOf } from './request.ts';

const VOICE = inEnglish<ExecutionState>('schedule', (state) => state);

const routes = foresightRoutes({
  noun: 'schedule',
  jobs: SCHEDULES,
  job: `${SCHEDULES}/{id}`,
  params: scheduleParams,
  refusals,
  schemas,
});

export function addForesightRoutes(app: FaceApp): void {
  app.openapi(routes.preview, async (c) => {
    const { schedule_id: id, schedule_type: type, count, after, ...timing } = c.req.valid('json');
    const { verb } = c.var;
    const context = readingOf(verb);
    const found = await previewSchedule(verb, {
      job: id === undefined ? null : scheduleKey(id),
      schedule: (current) => previewedTiming(current, { type, body: timing }, context),
      ...readPreview({ after, count }),
      defaultTimezone: readTimezone(timing) ?? context.defaultTimezone,
    });
    return c.json({ schedule_id: found.job?.id ?? null, ...previewShape(found, VOICE) }, 200);
  });

  app.openapi(routes.skip, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const { verb } = await claimantOf(requestOf(c), 'performed', 'created');
    const done = await skipNext(verb, { job: scheduleKey(c.req.valid('param').id), reason });
    const next = isoSecondsOrNull(done.nextAt);
    return c.json({ schedule_id: done.job.id, ...skippedShape(done, VOICE), next_run_at: next }, 200);
  });

  app.openapi(routes.backfill, async (c) => {
    const { verb } = await claimantOf(requestOf(c), 'triggered', 'performed', 'created');
    const asked = { job: scheduleKey(c.req.valid('param').id), ...readBackfill(c.req.valid('json')) };
    const done = await backfillJob(verb, asked);
    return c.json({ schedule_id: done.job.id, ...backfillShape(done, VOICE) }, 200);
  });

  app.openapi(routes.why, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    const found = await why(c.var.verb, { job: scheduleKey(c.req.valid('param').id), at });
    const who = { schedule_id: found.job.id, schedule_name: found.job.name };
    return c.json({ ...who, ...whyShape(found, VOICE), next_run_at: isoSecondsOrNull(found.nextAt) }, 200);
  });
}
