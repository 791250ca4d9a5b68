import { createRoute } from '@hono/zod-openapi';
import { parseWith } from '../../../../domain/parse.ts';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { getExecution } from '../../../verbs/get-execution.ts';
import { listJobExecutions } from '../../../verbs/list-executions.ts';
import { runJob } from '../../../verbs/run-job.ts';
import { runBody } from '../schema/job-bodies.ts';
import { historyQuery } from '../schema/queries.ts';
import { answer } from '../../../http/route-answers.ts';
import { executionParams, jobParams, refusals } from '../schema/refusals.ts';
import { executionBody, history, runStarted } from '../schema/execution-answers.ts';
import { executionShape, historyShape } from '../translate/execution-shape.ts';
import { BASE, executionId, executionKey, jobId, jobKey } from '../translate/job-id.ts';
import { percentage } from '../translate/job-shape.ts';
import { HISTORY_FILTER } from '../translate/states.ts';
import { isoSeconds, readRange } from '../../../http/times.ts';
import { optionalBody } from '../../../http/optional-body.ts';

const run = createRoute({
  method: 'post',
  path: `${BASE}/jobs/{id}/run`,
  tags: ['Executions'],
  summary: 'Run a job immediately',
  description: 'The body may be left out. A disabled or busy job is refused (409) unless `force` is true.',
  request: {
    params: jobParams,
    body: { required: false, content: { 'application/json': { schema: { $ref: '#/components/schemas/RunRequest' } } } },
  },
  responses: { 200: answer('The run has begun.', runStarted), ...refusals(400, 404, 409) },
});

const execution = createRoute({
  method: 'get',
  path: `${BASE}/executions/{id}`,
  tags: ['Executions'],
  summary: 'Get the status of an execution',
  description: 'Result and log of one execution, of a deleted job too.',
  request: { params: executionParams },
  responses: { 200: answer('The execution.', executionBody), ...refusals(404) },
});

const past = createRoute({
  method: 'get',
  path: `${BASE}/jobs/{id}/history`,
  tags: ['Executions'],
  summary: "Get a job's execution history",
  description: 'The latest first. Give `end_date` to keep the pages what they are while new executions arrive.',
  request: { params: jobParams, query: historyQuery },
  responses: { 200: answer('A page of the history.', history), ...refusals(400, 404) },
});

export function addExecutionRoutes(app: FaceApp): void {
  app.openAPIRegistry.register('RunRequest', runBody);

  app.openapi(run, async (c) => {
    const asked = parseWith(runBody, optionalBody(await c.req.text()), 'INVALID_INPUT');
    const started = await runJob(c.var.verb, {
      job: jobKey(c.req.valid('param').id),
      force: asked.force ?? false,
      parameters: asked.parameters ?? {},
    });
    const id = executionId(started.executionId);
    const average = started.averageDurationMs;
    return c.json(
      {
        success: true as const,
        execution_id: id,
        job_id: jobId(started.job.number),
        status: 'started' as const,
        trigger: 'manual' as const,
        start_time: isoSeconds(started.at),
        estimated_duration_ms: average === null ? null : Math.round(average),
        progress_url: `${BASE}/executions/${id}`,
      },
      200,
    );
  });

  app.openapi(execution, async (c) => {
    const found = await getExecution(c.var.verb, executionKey(c.req.valid('param').id));
    return c.json({ success: true as const, execution: executionShape(found) }, 200);
  });

  app.openapi(past, async (c) => {
    const { status, limit, offset, ...dates } = c.req.valid('query');
    const page = await listJobExecutions(c.var.verb, jobKey(c.req.valid('param').id), {
      ...readRange(dates),
      ...(status !== undefined && { states: [HISTORY_FILTER[status]] }),
      limit,
      offset,
    });
    linkPages(c, { limit, offset, hasMore: page.hasMore });
    return c.json(
      {
        success: true as const,
        job_id: jobId(page.view.job.number),
        job_name: page.view.job.name,
        total_executions: page.total,
        success_rate: percentage(page.successRate),
        history: page.executions.map(historyShape),
        pagination: { limit, offset, has_more: page.hasMore },
      },
      200,
    );
  });
}
