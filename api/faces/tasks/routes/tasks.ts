import { createRoute } from '@hono/zod-openapi';
import { PRIORITY_WORDS } from '../../../../domain/policy.ts';
import type { FaceApp } from '../../../http/face.ts';
import { linkPages } from '../../../http/page-links.ts';
import { etagOf } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { createJob } from '../../../verbs/create-job.ts';
import { listPhasedJobs } from '../../../verbs/list-phased-jobs.ts';
import { withPhase } from '../../../verbs/phased-job.ts';
import { listQuery } from '../schema/queries.ts';
import { refusals } from '../schema/refusals.ts';
import { taskCreated, taskList } from '../schema/task-answers.ts';
import { createBody } from '../schema/task-bodies.ts';
import { inTaskNames } from '../translate/dependency-list.ts';
import { TASKS } from '../translate/task-id.ts';
import { specOf } from '../translate/task-input.ts';
import { createdTask, listedTask } from '../translate/task-shape.ts';
import { readingOf } from './reading.ts';

const list = createRoute({
  method: 'get',
  path: TASKS,
  tags: ['Tasks'],
  summary: 'List tasks',
  description: 'In the order of their creation. `Link` names the next and the previous page.',
  request: { query: listQuery },
  responses: { 200: answer('A page of tasks.', taskList), ...refusals(400) },
});

const create = createRoute({
  method: 'post',
  path: TASKS,
  tags: ['Tasks'],
  summary: 'Create a task',
  description: 'Needs the role `operator`. `Idempotency-Key` makes a repetition safe.',
  request: { body: body(createBody) },
  responses: { 201: answer('The task stands and is timed.', taskCreated), ...refusals(400, 409, 413) },
});

export function addTasksRoutes(app: FaceApp): void {
  app.openapi(list, async (c) => {
    const { status, priority, tags, limit, offset } = c.req.valid('query');
    const page = await listPhasedJobs(c.var.verb, {
      phase: status,
      filter: {
        ...(priority !== undefined && { priority: PRIORITY_WORDS[priority] }),
        ...(tags !== undefined && { tags }),
      },
      limit,
      offset,
    });
    linkPages(c, { limit, offset, hasMore: page.hasMore, total: page.total });
    return c.json({ tasks: page.jobs.map(listedTask), total: page.total, limit, offset }, 200);
  });

  app.openapi(create, async (c) => {
    const { verb } = c.var;
    const spec = specOf(c.req.valid('json'), await readingOf(c));
    const view = await createJob(verb, { spec }).catch((error: unknown) => {
      throw inTaskNames(error);
    });
    c.header('Location', `${TASKS}/${view.job.id}`);
    c.header('ETag', etagOf(view.job.revision));
    return c.json(createdTask(await withPhase(verb, view)), 201);
  });
}
