import { createRoute } from '@hono/zod-openapi';
import { dependencyRoutes } from '../../../http/dependency-routes.ts';
import type { FaceApp } from '../../../http/face.ts';
import { ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { addDependency } from '../../../verbs/add-dependency.ts';
import { jobGraph } from '../../../verbs/job-graph.ts';
import { listDependencies } from '../../../verbs/list-dependencies.ts';
import { removeDependency } from '../../../verbs/remove-dependency.ts';
import { dependencyAdded, dependencyBody, dependencyList, graphBody } from '../schema/dependencies.ts';
import { graphQuery } from '../schema/queries.ts';
import { dependencyParams, refusals, taskParams } from '../schema/refusals.ts';
import { readDependency } from '../translate/dependency-list.ts';
import { dependencyShape, graphShape } from '../translate/graph-shape.ts';
import { API, TASKS, taskKey } from '../translate/task-id.ts';

const path = `${TASKS}/{task_id}/dependencies`;
const TAGS = ['Dependencies'];

const add = createRoute({
  method: 'post',
  path,
  tags: TAGS,
  summary: 'Add a dependency',
  description:
    "Each run of the task waits until the other one has ended as needed since the task's previous run. A cycle is refused " +
    '(409) with its `path`.',
  request: { params: taskParams, body: body(dependencyBody) },
  responses: { 201: answer('The task waits for the other one.', dependencyAdded), ...refusals(400, 404, 409) },
});

const routes = dependencyRoutes({
  noun: 'task',
  path,
  params: taskParams,
  removal: { params: dependencyParams },
  list: dependencyList,
  refusals,
});

const graph = createRoute({
  method: 'get',
  path: `${API}/graph`,
  tags: TAGS,
  summary: 'Get the graph of all dependencies',
  description: 'The tasks with their states, and who waits for whom.',
  request: { query: graphQuery },
  responses: { 200: answer('The graph.', graphBody), ...refusals(400) },
});

export function addDependencyRoutes(app: FaceApp): void {
  app.openapi(add, async (c) => {
    const { jobId, type } = readDependency(c.req.valid('json'));
    const { job, dependency } = await addDependency(c.var.verb, {
      job: taskKey(c.req.valid('param').task_id),
      dependsOn: taskKey(jobId),
      type,
      demand: ifMatch(c),
    });
    c.header('Location', `${TASKS}/${job.id}/dependencies/${dependency.id}`);
    return c.json(
      {
        dependency_id: dependency.id,
        task_id: job.id,
        depends_on_task_id: dependency.parent.id,
        dependency_type: dependency.type,
      },
      201,
    );
  });

  app.openapi(routes.list, async (c) => {
    const { dependencies } = await listDependencies(c.var.verb, taskKey(c.req.valid('param').task_id));
    return c.json({ dependencies: dependencies.map(dependencyShape) }, 200);
  });

  app.openapi(routes.remove, async (c) => {
    const { task_id: taskId, dependency_id: dependencyId } = c.req.valid('param');
    await removeDependency(c.var.verb, { job: taskKey(taskId), dependencyId, demand: ifMatch(c) });
    return c.body(null, 204);
  });

  app.openapi(graph, async (c) => {
    const onlyTied = c.req.valid('query').all === 'false';
    return c.json(graphShape(await jobGraph(c.var.verb, { onlyTied })), 200);
  });
}
