import { createRoute } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { requireRole } from '../../../http/roles.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { createJobs } from '../../../verbs/create-jobs.ts';
import { deleteJobs } from '../../../verbs/delete-jobs.ts';
import { bulkCreateBody, bulkCreated, bulkDeleteBody, bulkDeleted } from '../schema/bulk.ts';
import { refusals } from '../schema/refusals.ts';
import { deletionError, entryError, readEntries, readIds } from '../translate/bulk-shape.ts';
import { TASKS } from '../translate/task-id.ts';
import { readingOf } from './reading.ts';

const create = createRoute({
  method: 'post',
  path: `${TASKS}/bulk`,
  tags: ['Bulk operations'],
  summary: 'Create tasks in bulk',
  description:
    'Needs the role `admin`. Each task stands for itself: `errors` says why one was not created. Up to 20 MB.',
  middleware: requireRole('admin'),
  request: { body: body(bulkCreateBody) },
  responses: { 201: answer('What became of them.', bulkCreated), ...refusals(400, 413) },
});

const remove = createRoute({
  method: 'post',
  path: `${TASKS}/bulk-delete`,
  tags: ['Bulk operations'],
  summary: 'Delete tasks in bulk',
  description: 'Needs the role `admin`. Each for itself: `errors` says why one was not deleted.',
  middleware: requireRole('admin'),
  request: { body: body(bulkDeleteBody) },
  responses: { 200: answer('What became of them.', bulkDeleted), ...refusals(400, 413) },
});

export function addBulkRoutes(app: FaceApp): void {
  app.openapi(create, async (c) => {
    const { tasks } = c.req.valid('json');
    const entries = readEntries(tasks, await readingOf(c));
    const specs = entries.flatMap((entry) => ('spec' in entry ? [entry.spec] : []));
    const creations = await createJobs(c.var.verb, specs);
    const made: string[] = [];
    const failures: ReturnType<typeof entryError>[] = [];
    let next = 0;
    for (const [index, entry] of entries.entries()) {
      const outcome = 'spec' in entry ? creations[next++] : entry;
      if (outcome === undefined) continue;
      if ('id' in outcome) made.push(outcome.id);
      else failures.push(entryError(index, tasks[index], outcome.refused));
    }
    return c.json({ created: made.length, failed: failures.length, task_ids: made, errors: failures }, 201);
  });

  app.openapi(remove, async (c) => {
    const { ids, refused: unreadable } = readIds(c.req.valid('json').task_ids);
    const { deleted, refused } = await deleteJobs(c.var.verb, ids);
    const failures = [...unreadable, ...refused].map(([id, error]) => deletionError(id, error));
    return c.json({ deleted, failed: failures.length, errors: failures }, 200);
  });
}
