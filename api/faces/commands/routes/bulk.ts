import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { requireRole } from '../../../http/roles.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { createJobs } from '../../../verbs/create-jobs.ts';
import { bulkCreateBody, bulkCreated, bulkDone, bulkOperationBody } from '../schema/bulk.ts';
import { claim } from '../schema/claims.ts';
import { refusals } from '../schema/refusals.ts';
import { doneShape, readEntries, readIds, resultOf } from '../translate/bulk-shape.ts';
import { claimantOf } from '../translate/claimant.ts';
import { SCHEDULES } from '../translate/schedule-id.ts';
import { readingOf } from '../translate/schedule-input.ts';
import { operate } from './bulk-operation.ts';
import { requestOf } from './request.ts';

const create = createRoute({
  method: 'post',
  path: `${SCHEDULES}/bulk/create`,
  tags: ['Bulk operations'],
  summary: 'Create multiple schedules',
  description:
    'Needs the role `admin`. Each stands for itself: `results` says what became of it, in the order of the list. Up to 20 MB.',
  middleware: requireRole('admin'),
  request: { headers: claim('created'), body: body(bulkCreateBody) },
  responses: { 201: answer('What became of them.', bulkCreated), ...refusals(400, 413) },
});

const operation = createRoute({
  method: 'post',
  path: `${SCHEDULES}/bulk/operation`,
  tags: ['Bulk operations'],
  summary: 'Bulk pause, resume or delete',
  description: 'Needs the role `admin`. Each for itself: `results` says what became of it.',
  middleware: requireRole('admin'),
  request: { headers: claim('performed'), body: body(bulkOperationBody) },
  responses: { 200: answer('What became of them.', bulkDone), ...refusals(400, 413) },
});

export function addBulkRoutes(app: FaceApp): void {
  app.openapi(create, async (c) => {
    const creator = await claimantOf(requestOf(c), 'created');
    const reading = readingOf(c.var.verb);
    const entries = readEntries(c.req.valid('json').schedules, reading);
    const specs = entries.flatMap((entry) => ('spec' in entry ? [entry.spec] : []));
    const maker = { createdBy: creator.name, maxOfCreator: reading.limits.maxSchedulesPerCreator };
    const creations = specs.length === 0 ? [] : await createJobs(creator.verb, specs, maker);
    let next = 0;
    const results = entries.map((entry, index) => resultOf(index, 'spec' in entry ? creations[next++] : entry));
    const created = results.filter(({ id }) => id !== undefined).length;
    return c.json({ created, failed: results.length - created, results }, 201);
  });

  app.openapi(operation, async (c) => {
    const { schedule_ids: asked, operation: what, reason } = c.req.valid('json');
    const { verb } = await claimantOf(requestOf(c), 'performed', 'created');
    const { ids, refused } = readIds(asked);
    const failures = new Map([...refused, ...(await operate(verb, { what, ids, reason }))]);
    return c.json(doneShape(what, asked, failures), 200);
  });
}
