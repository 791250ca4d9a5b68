import { createRoute } from '@hono/zod-openapi';
import { invalid } from '../../../../domain/errors.ts';
import { dependencyRoutes } from '../../../http/dependency-routes.ts';
import type { FaceApp } from '../../../http/face.ts';
import { ifMatch } from '../../../http/preconditions.ts';
import { answer, body } from '../../../http/route-answers.ts';
import { addDependency } from '../../../verbs/add-dependency.ts';
import { listDependencies } from '../../../verbs/list-dependencies.ts';
import { removeDependency } from '../../../verbs/remove-dependency.ts';
import { claim } from '../schema/claims.ts';
import { dependencyAdded, dependencyList } from '../schema/dependencies.ts';
import { dependencyParams, refusals, scheduleParams } from '../schema/refusals.ts';
import { dependencyBody } from '../schema/schedule-bodies.ts';
import { claimantOf } from '../translate/claimant.ts';
import { dependencyShape, readDependencies } from '../translate/dependency-list.ts';
import { scheduleKey, SCHEDULES } from '../translate/schedule-id.ts';
import { requestOf } from './request.ts';

const path = `${SCHEDULES}/{id}/dependencies`;

const routes = dependencyRoutes({
  noun: 'schedule',
  path,
  params: scheduleParams,
  removal: { params: dependencyParams, headers: claim('performed') },
  list: dependencyList,
  refusals,
});

const add = createRoute({
  method: 'post',
  path,
  tags: ['Dependencies'],
  summary: 'Add a dependency',
  description:
    "Each run waits until the other schedule has ended as needed since this one's previous run. A cycle is refused (409).",
  request: { params: scheduleParams, headers: claim('performed'), body: body(dependencyBody) },
  responses: { 201: answer('It waits for the other one.', dependencyAdded), ...refusals(400, 404, 409) },
});

export function addDependencyRoutes(app: FaceApp): void {
  app.openapi(routes.list, async (c) => {
    const { dependencies } = await listDependencies(c.var.verb, scheduleKey(c.req.valid('param').id));
    return c.json({ items: dependencies.map(dependencyShape) }, 200);
  });

  app.openapi(add, async (c) => {
    const asked = c.req.valid('json');
    const { verb } = await claimantOf(requestOf(c), 'performed', 'created');
    const dependsOn = scheduleKey(asked.schedule_id);
    const [wanted] = readDependencies([asked]);
    if (wanted === undefined) throw invalid('INVALID_INPUT', [{ path: 'schedule_id', message: 'is missing' }]);
    const { job, dependency } = await addDependency(verb, {
      job: scheduleKey(c.req.valid('param').id),
      dependsOn,
      type: wanted.type,
      demand: ifMatch(c),
    });
    c.header('Location', `${SCHEDULES}/${job.id}/dependencies/${dependency.id}`);
    return c.json(dependencyShape(dependency), 201);
  });

  app.openapi(routes.remove, async (c) => {
    const { id, dependency_id: dependencyId } = c.req.valid('param');
    const { verb } = await claimantOf(requestOf(c), 'performed', 'created');
    await removeDependency(verb, { job: scheduleKey(id), dependencyId, demand: ifMatch(c) });
    return c.body(null, 204);
  });
}
