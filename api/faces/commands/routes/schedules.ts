import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { etagOf } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { listPhasedJobs } from '../../../verbs/list-phased-jobs.ts';
import { createSchedule } from '../operations.ts';
import { claim } from '../schema/claims.ts';
import { listQuery } from '../schema/queries.ts';
import { refusals } from '../schema/refusals.ts';
import { scheduleBody, scheduleList } from '../schema/schedule-answers.ts';
import { createBody } from '../schema/schedule-bodies.ts';
import { filterOf } from '../translate/list-filter.ts';
import { SCHEDULES } from '../translate/schedule-id.ts';
import { scheduleShape } from '../translate/schedule-shape.ts';
import { requestOf } from './request.ts';

const list = createRoute({
  method: 'get',
  path: SCHEDULES,
  tags: ['Schedules'],
  summary: 'List schedules',
  description: 'In the order of their creation. `Link` names the next and the previous page.',
  request: { query: listQuery },
  responses: { 200: answer('A page of them.', scheduleList), ...refusals(400) },
});

const create = createRoute({
  method: 'post',
  path: SCHEDULES,
  tags: ['Schedules'],
  summary: 'Create a schedule',
  description: 'Needs the role `operator`. `Idempotency-Key` makes a repetition safe.',
  request: { headers: claim('created'), body: body(createBody) },
  responses: { 201: answer('It stands and is timed.', scheduleBody), ...refusals(400, 409, 413) },
});

export function addSchedulesRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { verb } = c.var;
    const query = c.req.valid('query');
    const { limit, offset } = query;
    const page = await listPhasedJobs(verb, { phase: query.status, filter: filterOf(query), limit, offset });
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    const items = page.jobs.map((view) => scheduleShape(view, verb.limits.defaultTimezone));
    return c.json({ items, total: page.total, limit, offset }, 200);
  });

  app.openapi(create, async (c) => {
    const view = await createSchedule(requestOf(c), c.req.valid('json'));
    c.header('Location', `${SCHEDULES}/${view.job.id}`);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(scheduleShape(view, c.var.verb.limits.defaultTimezone), 201);
  });
}
