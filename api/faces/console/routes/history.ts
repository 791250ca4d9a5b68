import { createRoute } from '@hono/zod-openapi';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { optionalBody } from '../../../http/optional-body.ts';
import { answer } from '../../../http/route-answers.ts';
import { cleanUpHistory } from '../../../verbs/clean-up-history.ts';
import { listHistory } from '../../../verbs/list-history.ts';
import { historyBody } from '../schema/job-answers.ts';
import { cleanupBody } from '../schema/job-bodies.ts';
import { historyQuery, jobHistoryQuery } from '../schema/queries.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { cleanupDone } from '../schema/service-answers.ts';
import { executionShape } from '../translate/execution-shape.ts';
import { BASE, JOBS, jobKey } from '../translate/job-id.ts';
import { pageShape, windowOf } from '../translate/page-shape.ts';

const TAGS = ['History'];
const USUAL_RETENTION_DAYS = 30;

const ofJob = createRoute({
  method: 'get',
  path: `${JOBS}/{job_id}/history`,
  tags: TAGS,
  summary: "Get a job's history",
  description: 'The latest first. Of a deleted job where `include_inactive` is true.',
  request: { params: jobParams, query: jobHistoryQuery },
  responses: { 200: answer('A page of executions.', historyBody), ...refusals(400, 404) },
});

const ofAll = createRoute({
  method: 'get',
  path: `${BASE}/history`,
  tags: TAGS,
  summary: 'Get the history of all jobs',
  description: 'The latest first, those of deleted jobs among them.',
  request: { query: historyQuery },
  responses: { 200: answer('A page of executions.', historyBody), ...refusals(400) },
});

const cleanup = createRoute({
  method: 'post',
  path: `${BASE}/cleanup`,
  tags: TAGS,
  summary: 'Clean up the history',
  description:
    'Deletes executions that have ended and were due longer ago, in batches. Statistics stay. The body may be left out.',
  request: {
    body: {
      required: false,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/CleanupRequest' } } },
    },
  },
  responses: { 200: answer('They are gone.', cleanupDone), ...refusals(400) },
});

export function addHistoryRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('CleanupRequest', cleanupBody);

  app.openapi(ofJob, async (c) => {
    const { status_id: states = null, include_inactive: withDeleted, ...paging } = c.req.valid('query');
    const job = jobKey(c.req.valid('param').job_id);
    const found = await listHistory(c.var.verb, { job, withDeleted, states, ...windowOf(paging) });
    return c.json(pageShape(found.entries.map(executionShape), found.total, paging), 200);
  });

  app.openapi(ofAll, async (c) => {
    const { status_id: states = null, ...paging } = c.req.valid('query');
    const found = await listHistory(c.var.verb, { job: null, withDeleted: true, states, ...windowOf(paging) });
    return c.json(pageShape(found.entries.map(executionShape), found.total, paging), 200);
  });

  app.openapi(cleanup, async (c) => {
    const asked = parseWith(cleanupBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const days = asked.retentionDays ?? USUAL_RETENTION_DAYS;
    const deletedCount = await cleanUpHistory(c.var.verb, days);
    const message = `Cleaned up ${deletedCount} execution records older than ${days} days`;
    return c.json({ deletedCount, message }, 200);
  });
}
