import { createRoute } from '@hono/zod-openapi';
import { DomainError } from '../../../../domain/errors.ts';
import { isTerminal } from '../../../../domain/execution.ts';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { answer } from '../../../http/route-answers.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { cancelExecution } from '../../../verbs/cancel-execution.ts';
import { executionLogs } from '../../../verbs/execution-logs.ts';
import { getExecution } from '../../../verbs/get-execution.ts';
import { listJobExecutions } from '../../../verbs/list-executions.ts';
import { executionBody, executionCancelled, executionList, executionLogsBody } from '../schema/execution-answers.ts';
import { executionsQuery, logsQuery } from '../schema/queries.ts';
import { executionParams, refusals, taskParams } from '../schema/refusals.ts';
import { executionShape, listedExecution, logShape } from '../translate/execution-shape.ts';
import { stateOf, statusOf } from '../translate/states.ts';
import { EXECUTIONS, executionKey, TASKS, taskKey } from '../translate/task-id.ts';

const path = `${EXECUTIONS}/{execution_id}`;
const TAGS = ['Executions'];

const list = createRoute({
  method: 'get',
  path: `${TASKS}/{task_id}/executions`,
  tags: TAGS,
  summary: "Get a task's executions",
  description: 'The latest first. `Link` names the next and the previous page.',
  request: { params: taskParams, query: executionsQuery },
  responses: { 200: answer('A page of them.', executionList), ...refusals(400, 404) },
});

const details = createRoute({
  method: 'get',
  path,
  tags: TAGS,
  summary: 'Get an execution',
  description: 'Of a deleted task, too.',
  request: { params: executionParams },
  responses: { 200: answer('The execution.', executionBody), ...refusals(404) },
});

const logs = createRoute({
  method: 'get',
  path: `${path}/logs`,
  tags: TAGS,
  summary: "Get an execution's logs",
  description: 'What it has written so far, live while it runs; `offset=<next_offset>` asks for what came since.',
  request: { params: executionParams, query: logsQuery },
  responses: { 200: answer('Its lines, the oldest first.', executionLogsBody), ...refusals(400, 404) },
});

const cancel = createRoute({
  method: 'post',
  path: `${path}/cancel`,
  tags: TAGS,
  summary: 'Cancel an execution',
  description: 'Stops the work, and answers when it has stopped. One that has ended already is refused (409).',
  request: { params: executionParams },
  responses: {
    200: answer('It has stopped.', executionCancelled),
    202: answer('It was asked to stop and has not within 10 s.', executionCancelled),
    ...refusals(404, 409),
  },
});

export function addExecutionRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { status, limit, offset } = c.req.valid('query');
    const page = await listJobExecutions(c.var.verb, taskKey(c.req.valid('param').task_id), {
      ...(status !== undefined && { states: [stateOf(status)] }),
      countsUnended: true,
      limit,
      offset,
    });
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    return c.json(
      { executions: page.executions.map(({ execution }) => listedExecution(execution)), total: page.total },
      200,
    );
  });

  app.openapi(details, async (c) => {
    const { execution } = await getExecution(c.var.verb, executionKey(c.req.valid('param').execution_id));
    return c.json(executionShape(execution), 200);
  });

  app.openapi(logs, async (c) => {
    const page = await executionLogs(c.var.verb, {
      execution: executionKey(c.req.valid('param').execution_id),
      ...c.req.valid('query'),
    });
    const { executionId, lines, nextOffset, isComplete } = page;
    return c.json(
      { execution_id: executionId, logs: lines.map(logShape), next_offset: nextOffset, complete: isComplete },
      200,
    );
  });

  app.openapi(cancel, async (c) => {
    const { execution } = await cancelExecution(c.var.verb, {
      execution: executionKey(c.req.valid('param').execution_id),
    });
    const { id, state, endedAt } = execution;
    if (state === 'cancelled') {
      const at = isoSeconds(endedAt ?? c.var.verb.now());
      return c.json({ execution_id: id, status: 'cancelled' as const, cancelled_at: at }, 200);
    }
    if (isTerminal(state)) {
      const message = `The execution ended by itself before it could be stopped: ${statusOf(state)}.`;
      throw new DomainError('EXECUTION_FINISHED', message, { ended_at: isoSecondsOrNull(endedAt) });
    }
    return c.json({ execution_id: id, status: 'cancelling' as const, cancelled_at: null }, 202);
  });
}
