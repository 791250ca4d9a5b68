import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { answer } from '../../../http/route-answers.ts';
import { listFunctions } from '../../../verbs/list-functions.ts';
import { schedulerStatus } from '../../../verbs/scheduler-status.ts';
import { refusals } from '../schema/refusals.ts';
import { functionList, lookupList, statusBody } from '../schema/service-answers.ts';
import { BASE } from '../translate/job-id.ts';
import { EXECUTION_STATUSES, JOB_TYPES } from '../translate/lookups.ts';
import { statusShape } from '../translate/status-shape.ts';

const status = createRoute({
  method: 'get',
  path: `${BASE}/status`,
  tags: ['Service'],
  summary: 'Get the status of the scheduler',
  description: 'From the processes that live, as each told within the last 30 s.',
  responses: { 200: answer('How it stands.', statusBody), ...refusals() },
});

const functions = createRoute({
  method: 'get',
  path: `${BASE}/task-functions`,
  tags: ['Lookups'],
  summary: 'Get the task functions',
  description: 'What jobs can call: built-in functions and those of FUNCTIONS_DIR. An id is its function’s for ever.',
  responses: { 200: answer('By their ids.', functionList), ...refusals() },
});

const jobTypes = createRoute({
  method: 'get',
  path: `${BASE}/job-types`,
  tags: ['Lookups'],
  summary: 'Get the job types',
  description: 'Interval and cron.',
  responses: { 200: answer('By their ids.', lookupList), ...refusals() },
});

const statuses = createRoute({
  method: 'get',
  path: `${BASE}/execution-statuses`,
  tags: ['Lookups'],
  summary: 'Get the execution statuses',
  description: 'How an execution may stand or have ended.',
  responses: { 200: answer('By their ids.', lookupList), ...refusals() },
});

export function addServiceRoutes(app: FaceApp): void {
  app.openapi(status, async (c) => c.json(statusShape(await schedulerStatus(c.var.verb)), 200));
  app.openapi(functions, async (c) => c.json(await listFunctions(c.var.verb), 200));
  app.openapi(jobTypes, (c) => c.json([...JOB_TYPES], 200));
  app.openapi(statuses, (c) =>
    c.json(
      EXECUTION_STATUSES.map(({ states: _, ...status }) => status),
      200,
    ),
  );
}
