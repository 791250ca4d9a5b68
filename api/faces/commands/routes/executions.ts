import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { answer } from '../../../http/route-answers.ts';
import { readRange } from '../../../http/times.ts';
import { getExecution } from '../../../verbs/get-execution.ts';
import { jobStatistics } from '../../../verbs/job-statistics.ts';
import { listExecutions, listJobExecutions } from '../../../verbs/list-executions.ts';
import { executionBody, executionList, statsBody } from '../schema/execution-answers.ts';
import { executionsQuery, runningQuery } from '../schema/queries.ts';
import { executionParams, refusals, scheduleParams, statsParams } from '../schema/refusals.ts';
import { executionShape, listedExecution } from '../translate/execution-shape.ts';
import { EXECUTIONS, executionKey, scheduleKey, SCHEDULES } from '../translate/schedule-id.ts';
import { statsShape } from '../translate/stats-shape.ts';

const TAGS = ['Executions'];

const list = createRoute({
  method: 'get',
  path: EXECUTIONS,
  tags: TAGS,
  summary: 'List all executions',
  description: 'The latest first. With a range, `total` counts by the whole hours that it touches.',
  request: { query: executionsQuery },
  responses: { 200: answer('A page of them.', executionList), ...refusals(400) },
});

const running = createRoute({
  method: 'get',
  path: `${EXECUTIONS}/running`,
  tags: TAGS,
  summary: 'Get running executions',
  description: 'Those of status `running`, the latest first.',
  request: { query: runningQuery },
  responses: { 200: answer('A page of them.', executionList), ...refusals(400) },
});

const stats = createRoute({
  method: 'get',
  path: `${EXECUTIONS}/stats/{schedule_id}`,
  tags: TAGS,
  summary: 'Get execution statistics',
  description: 'Over all that ended. Percentiles are right within 10 %.',
  request: { params: statsParams },
  responses: { 200: answer('The history of the schedule in numbers.', statsBody), ...refusals(404) },
});

const details = createRoute({
  method: 'get',
  path: `${EXECUTIONS}/{id}`,
  tags: TAGS,
  summary: 'Get an execution',
  description: 'Of a deleted schedule, too.',
  request: { params: executionParams },
  responses: { 200: answer('The execution.', executionBody), ...refusals(404) },
});

const ofSchedule = createRoute({
  method: 'get',
  path: `${SCHEDULES}/{id}/executions`,
  tags: TAGS,
  summary: "Get a schedule's executions",
  description: 'The latest first. `Link` names the next and the previous page.',
  request: { params: scheduleParams, query: executionsQuery },
  responses: { 200: answer('A page of them.', executionList), ...refusals(400, 404) },
});

export function addExecutionRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { status, limit, offset, ...range } = c.req.valid('query');
    const states = status === undefined ? undefined : [status];
    const asked = { states, ...readRange(range), limit, offset, countsUnended: true };
    const page = await listExecutions(c.var.verb, asked);
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    return c.json({ items: page.executions.map(listedExecution), total: page.total, limit, offset }, 200);
  });

  app.openapi(running, async (c) => {
    const { limit, offset } = c.req.valid('query');
    const page = await listExecutions(c.var.verb, { states: ['running'], limit, offset, countsUnended: true });
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    return c.json({ items: page.executions.map(listedExecution), total: page.total, limit, offset }, 200);
  });

  app.openapi(stats, async (c) => {
    const found = await jobStatistics(c.var.verb, scheduleKey(c.req.valid('param').schedule_id));
    return c.json(statsShape(found, found.performance), 200);
  });

  app.openapi(details, async (c) => {
    const stored = await getExecution(c.var.verb, executionKey(c.req.valid('param').id));
    return c.json(executionShape(stored), 200);
  });

  app.openapi(ofSchedule, async (c) => {
    const { status, limit, offset, ...range } = c.req.valid('query');
    const states = status === undefined ? undefined : [status];
    const asked = { states, ...readRange(range), limit, offset, countsUnended: true };
    const page = await listJobExecutions(c.var.verb, scheduleKey(c.req.valid('param').id), asked);
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    return c.json({ items: page.executions.map(listedExecution), total: page.total, limit, offset }, 200);
  });
}
