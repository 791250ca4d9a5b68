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
import { refusals, taskParams } from '../schema/refusals.ts';
import { reasonBody } from '../schema/task-bodies.ts';
import { previewedTiming } from '../translate/previewed-timing.ts';
import { readTimezone } from '../translate/schedule-shape.ts';
import { statusOf } from '../translate/states.ts';
import { TASKS, taskKey } from '../translate/task-id.ts';

const VOICE = inEnglish('task', statusOf);

const routes = foresightRoutes({
  noun: 'task',
  jobs: TASKS,
  job: `${TASKS}/{task_id}`,
  params: taskParams,
  refusals,
  schemas,
});

export function addForesightRoutes(app: FaceApp): void {
  app.openapi(routes.preview, async (c) => {
    const { task_id: id, task_type: type, count, after, ...timing } = c.req.valid('json');
    const { verb } = c.var;
    const context = { now: verb.now(), defaultTimezone: 'UTC' };
    const found = await previewSchedule(verb, {
      job: id === undefined ? null : taskKey(id),
      schedule: (current) => previewedTiming(current, { type, body: timing }, context),
      ...readPreview({ after, count }),
      defaultTimezone: readTimezone(timing) ?? 'UTC',
    });
    return c.json({ task_id: found.job?.id ?? null, ...previewShape(found, VOICE) }, 200);
  });

  app.openapi(routes.skip, async (c) => {
    const { reason } = parseWith(reasonBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const done = await skipNext(c.var.verb, { job: taskKey(c.req.valid('param').task_id), reason });
    const next = isoSecondsOrNull(done.nextAt);
    return c.json({ task_id: done.job.id, ...skippedShape(done, VOICE), next_execution_time: next }, 200);
  });

  app.openapi(routes.backfill, async (c) => {
    const asked = { job: taskKey(c.req.valid('param').task_id), ...readBackfill(c.req.valid('json')) };
    const done = await backfillJob(c.var.verb, asked);
    return c.json({ task_id: done.job.id, ...backfillShape(done, VOICE) }, 200);
  });

  app.openapi(routes.why, async (c) => {
    const at = readInstant('at', c.req.valid('query').at);
    const found = await why(c.var.verb, { job: taskKey(c.req.valid('param').task_id), at });
    const who = { task_id: found.job.id, task_name: found.job.name };
    const next = isoSecondsOrNull(found.nextAt);
    return c.json({ ...who, ...whyShape(found, VOICE), next_execution_time: next }, 200);
  });
}
